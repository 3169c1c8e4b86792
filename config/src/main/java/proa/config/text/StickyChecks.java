package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.StickyCookie;
import proa.config.TableConfig;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the keys that keep clients on their server get wrong together. */
final class StickyChecks {

    private final ProaConfig config;
    private final Report report;

    private StickyChecks(ProaConfig config, Report report) {
        this.config = config;
        this.report = report;
    }

    static void check(ProaConfig config, Report report) {
        StickyChecks checks = new StickyChecks(config, report);
        config.backends().forEach(checks::backend);
        config.backends().forEach(checks::shared);
    }

    /**
     * An entry of a table has a server's name: backends that share a table share their clients'
     * servers as far as they have servers of the same names.
     */
    private void shared(BackendConfig backend) {
        Optional<String> table = table(backend.sticky());
        if (table.isEmpty()) {
            return;
        }
        for (BackendConfig other : config.backends()) {
            boolean first = config.backends().indexOf(other) < config.backends().indexOf(backend);
            if (first && table.equals(table(other.sticky()))) {
                shared(backend, other, "backends." + backend.name() + ".sticky");
            }
        }
    }

    private void shared(BackendConfig backend, BackendConfig other, String where) {
        boolean common = false;
        for (BackendConfig.Server server : backend.servers()) {
            for (BackendConfig.Server twin : other.servers()) {
                boolean same = server.name().equals(twin.name());
                common |= same;
                if (same && !server.address().getAddress().equals(twin.address().getAddress())) {
                    report.warn(
                            where,
                            "clients stick to "
                                    + server.name()
                                    + " of backend "
                                    + other.name()
                                    + " too, which is another machine",
                            "a table of its own, or other names");
                }
            }
        }
        if (!common) {
            report.warn(
                    where,
                    "its table is that of backend "
                            + other.name()
                            + ", and no server of either has a name in common: a client sticks in"
                            + " one of them only",
                    "a table of its own");
        }
    }

    /** The table a backend sticks by, if it does. */
    static Optional<String> table(Sticky sticky) {
        return switch (sticky) {
            case Sticky.Table(String table, _, _) -> Optional.of(table);
            case Sticky.Learn(String table, _, _, _) -> Optional.of(table);
            case Sticky.Off _, Sticky.Cookie _, Sticky.Route _ -> Optional.empty();
        };
    }

    private void backend(BackendConfig backend) {
        String where = "backends." + backend.name() + ".sticky";
        switch (backend.sticky()) {
            case Sticky.Off _ -> {}
            case Sticky.Cookie(StickyCookie cookie) -> {
                cookie(cookie, where + ".cookie");
                request(backend, where, "a cookie keeps nobody");
            }
            case Sticky.Table(String table, HashKey by, _) -> {
                keyed(table, by, where);
                if (!(by instanceof HashKey.Source || by instanceof HashKey.ServerName)) {
                    request(backend, where, "a part of a request keeps nobody");
                }
            }
            case Sticky.Learn(String table, _, _, List<HashKey> found) -> {
                found.forEach(by -> keyed(table, by, where + ".learn"));
                request(backend, where, "a value of responses keeps nobody");
            }
            case Sticky.Route _ -> request(backend, where, "a cookie or parameter keeps nobody");
        }
    }

    private void cookie(StickyCookie cookie, String where) {
        StickyCookie.Attributes said = cookie.attributes();
        boolean everywhere = said.sameSite().equals(Optional.of(StickyCookie.SameSite.NONE));
        if (everywhere && !said.secure()) {
            report.conflict(
                    where + ".same-site",
                    "browsers drop a cookie of `same-site = none` that is not `secure`",
                    "secure = true");
        }
        if (cookie.mode() != StickyCookie.Mode.INSERT) {
            Stream.of(
                            StickyKeys.Cookie.INDIRECT,
                            StickyKeys.Cookie.PATH,
                            StickyKeys.Cookie.DOMAIN,
                            StickyKeys.Cookie.SECURE,
                            StickyKeys.Cookie.HTTP_ONLY,
                            StickyKeys.Cookie.SAME_SITE,
                            StickyKeys.Cookie.EXPIRES,
                            StickyKeys.Cookie.MAX_IDLE,
                            StickyKeys.Cookie.MAX_LIFE)
                    .map(Key::name)
                    .filter(name -> report.has(where + "." + name))
                    .forEach(
                            name ->
                                    report.conflict(
                                            where + "." + name,
                                            "`" + name + "` needs `insert`",
                                            "the servers say that of their cookie"));
        }
    }

    /** The table must keep that kind of key. */
    private void keyed(String name, HashKey by, String where) {
        Optional<TableConfig> table = config.table(name);
        if (table.isEmpty()) {
            List<String> names = config.tables().stream().map(TableConfig::name).toList();
            report.conflict(
                    where + ".table",
                    "no table is named \"" + name + "\"",
                    NetworkChecks.known(name, names, "tables"));
            return;
        }
        TableConfig.Key wanted =
                by instanceof HashKey.Source ? TableConfig.Key.SOURCE : TableConfig.Key.TEXT;
        if (table.get().key() != wanted) {
            report.conflict(
                    where + ".table",
                    "table " + name + " is kept by another key",
                    wanted == TableConfig.Key.SOURCE ? "key = src" : "key = text");
        }
    }

    private void request(BackendConfig backend, String where, String what) {
        if (carriesPlain(backend.name())) {
            report.warn(where, what + " in mode tcp or udp", "sticky { table = NAME }");
        }
    }

    private boolean carriesPlain(String backend) {
        return config.frontends().stream()
                .filter(frontend -> frontend.mode().plain())
                .map(FrontendConfig::routes)
                .flatMap(List::stream)
                .anyMatch(route -> route.backend().equals(backend));
    }
}
