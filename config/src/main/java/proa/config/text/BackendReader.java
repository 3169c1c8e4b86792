package proa.config.text;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.config.BackendConfig.Server;
import proa.config.BackendConfig.Sticky;
import proa.config.BackendConfig.Timeouts;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads {@code backends}. */
final class BackendReader {

    private BackendReader() {}

    static List<BackendConfig> read(Section file, ClusterReader.Folder folder) {
        TlsReader tls = new TlsReader(folder);
        return file.named(Keys.File.BACKENDS).stream()
                .flatMap(
                        item ->
                                file
                                        .open(item, BackendKeys.Backend.SHAPE)
                                        .map(section -> backend(item.name(), section, tls))
                                        .stream())
                .toList();
    }

    private static BackendConfig backend(String name, Section section, TlsReader tls) {
        Section waiting =
                section.childOrEmpty(BackendKeys.Backend.TIMEOUTS, BackendKeys.Backend.WAITING);
        return new BackendConfig(
                name,
                section.get(BackendKeys.Backend.BALANCE),
                section.child(BackendKeys.Backend.STICKY, BackendKeys.Sticky.SHAPE)
                        .map(BackendReader::sticky)
                        .orElseGet(Sticky.Off::new),
                section.child(BackendKeys.Backend.CHECK, BackendKeys.Check.SHAPE)
                        .map(BackendReader::check),
                servers(section),
                new Timeouts(
                        waiting.get(BackendKeys.Backend.CONNECT),
                        waiting.get(BackendKeys.Backend.SERVER)),
                section.get(BackendKeys.Backend.RETRIES),
                section.get(BackendKeys.Backend.IDLE_CONNECTIONS),
                tls.withServers(section));
    }

    private static List<Server> servers(Section section) {
        if (!section.has(BackendKeys.Backend.SERVERS)) {
            section.get(BackendKeys.Backend.SERVERS);
        }
        return section.items(BackendKeys.Backend.SERVERS).stream()
                .flatMap(
                        item ->
                                section
                                        .open(item, BackendKeys.Server.SHAPE)
                                        .map(BackendReader::server)
                                        .stream())
                .toList();
    }

    private static Server server(Section section) {
        return new Server(
                section.get(BackendKeys.Server.NAME),
                section.get(BackendKeys.Server.ADDRESS),
                section.get(BackendKeys.Server.WEIGHT),
                section.get(BackendKeys.Server.BACKUP));
    }

    private static Sticky sticky(Section section) {
        Optional<String> table = section.find(BackendKeys.Sticky.TABLE);
        Optional<Section> cookie =
                section.child(BackendKeys.Sticky.COOKIE, BackendKeys.Sticky.CARRIER);
        BackendConfig.FirstChoice first = section.get(BackendKeys.Sticky.FIRST_CHOICE);
        if (section.has(BackendKeys.Sticky.TABLE) == section.has(BackendKeys.Sticky.COOKIE)) {
            section.report()
                    .error(
                            section.path(),
                            "`sticky` needs either `cookie` or `table`",
                            "sticky { cookie { name = SERVERID, insert = true } }");
        }
        if (section.has(BackendKeys.Sticky.FIRST_CHOICE)
                && !section.has(BackendKeys.Sticky.TABLE)) {
            section.report()
                    .error(
                            section.path(BackendKeys.Sticky.FIRST_CHOICE),
                            "`first-choice` needs `table`",
                            "a cookie's first server is always the algorithm's");
        }
        return table.<Sticky>map(name -> new Sticky.Table(name, first))
                .or(() -> cookie.map(BackendReader::cookie))
                .orElseGet(Sticky.Off::new);
    }

    private static Sticky cookie(Section section) {
        if (!section.get(BackendKeys.Sticky.INSERT)) {
            section.report()
                    .error(
                            section.path(BackendKeys.Sticky.INSERT),
                            "cookies of the servers' own are not in this version",
                            "insert = true");
        }
        return new Sticky.CookieInsert(section.get(BackendKeys.Sticky.NAME));
    }

    private static Check check(Section section) {
        Duration every = section.get(BackendKeys.Check.EVERY);
        Duration shorter =
                every.compareTo(BackendKeys.Check.TIMEOUT_MAX) < 0
                        ? every
                        : BackendKeys.Check.TIMEOUT_MAX;
        Optional<Probe> http =
                section.child(BackendKeys.Check.HTTP, BackendKeys.Check.REQUEST)
                        .map(BackendReader::http);
        boolean tcp = section.get(BackendKeys.Check.TCP);
        if (tcp == section.has(BackendKeys.Check.HTTP)) {
            section.report()
                    .error(
                            section.path(),
                            tcp
                                    ? "`check` has both `tcp` and `http`; only one could win"
                                    : "`check` says neither `tcp` nor `http`",
                            "`tcp = true` or `http { get = \"/health\" }`");
        }
        return new Check(
                http.orElseGet(Probe.Tcp::new),
                every,
                section.find(BackendKeys.Check.TIMEOUT).orElse(shorter),
                section.get(BackendKeys.Check.FALL),
                section.get(BackendKeys.Check.RISE));
    }

    private static Probe http(Section section) {
        record Asked(String method, String path) {}
        List<Asked> asked =
                Stream.of(BackendKeys.Check.GET, BackendKeys.Check.HEAD, BackendKeys.Check.OPTIONS)
                        .flatMap(
                                key ->
                                        section
                                                .find(key)
                                                .map(
                                                        path ->
                                                                new Asked(
                                                                        key.name()
                                                                                .toUpperCase(
                                                                                        java.util
                                                                                                .Locale
                                                                                                .ROOT),
                                                                        path))
                                                .stream())
                        .toList();
        if (asked.size() > 1 || (asked.isEmpty() && nothingAsked(section))) {
            section.report()
                    .error(
                            section.path(),
                            "`http` needs exactly one of `get`, `head`, `options`",
                            "http { get = \"/health\" }");
        }
        Asked first = asked.isEmpty() ? new Asked("GET", "/") : asked.getFirst();
        return new Probe.Http(
                first.method(),
                first.path(),
                section.find(BackendKeys.Check.HOST),
                section.get(BackendKeys.Check.EXPECT_STATUS));
    }

    private static boolean nothingAsked(Section section) {
        return Stream.of(BackendKeys.Check.GET, BackendKeys.Check.HEAD, BackendKeys.Check.OPTIONS)
                .noneMatch(section::has);
    }
}
