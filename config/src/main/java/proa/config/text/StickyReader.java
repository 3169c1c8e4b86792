package proa.config.text;

import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig.HashKey;
import proa.config.StickyCookie;
import proa.config.StickyCookie.Mode;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads what keeps clients of a backend on their server. */
final class StickyReader {

    private final Section section;

    private StickyReader(Section section) {
        this.section = section;
    }

    static Sticky read(Section backend) {
        return backend.child(BackendKeys.Backend.STICKY, StickyKeys.Sticky.SHAPE)
                .map(section -> new StickyReader(section).sticky())
                .orElseGet(Sticky.Off::new);
    }

    private Sticky sticky() {
        long written =
                Stream.of(
                                StickyKeys.Sticky.COOKIE,
                                StickyKeys.Sticky.TABLE,
                                StickyKeys.Sticky.LEARN,
                                StickyKeys.Sticky.ROUTE)
                        .filter(section::has)
                        .count();
        if (written != 1) {
            section.report()
                    .error(
                            section.path(),
                            "`sticky` needs exactly one of `cookie`, `table`, `learn`, `route`",
                            "sticky { cookie { name = SERVERID } }");
        }
        needsTable(StickyKeys.Sticky.BY, "`learn` and `route` say themselves where they look");
        needsTable(
                StickyKeys.Sticky.FIRST_CHOICE,
                "a cookie's first server is always the algorithm's");
        return table().or(this::cookie).or(this::learn).or(this::route).orElseGet(Sticky.Off::new);
    }

    private void needsTable(Key<?> key, String hint) {
        if (section.has(key) && !section.has(StickyKeys.Sticky.TABLE)) {
            section.report().error(section.path(key), "`" + key.name() + "` needs `table`", hint);
        }
    }

    private Optional<Sticky> table() {
        HashKey by =
                section.child(StickyKeys.Sticky.BY, SpreadingKeys.Hash.OF_TABLE)
                        .map(part -> SpreadingReader.key(part, "by"))
                        .orElseGet(() -> new HashKey.Source(false));
        return section.find(StickyKeys.Sticky.TABLE)
                .map(
                        name ->
                                new Sticky.Table(
                                        name, by, section.get(StickyKeys.Sticky.FIRST_CHOICE)));
    }

    private Optional<Sticky> cookie() {
        return section.child(StickyKeys.Sticky.COOKIE, StickyKeys.Cookie.SHAPE)
                .map(
                        cookie ->
                                new Sticky.Cookie(
                                        new StickyCookie(
                                                cookie.get(StickyKeys.Cookie.NAME),
                                                mode(cookie),
                                                cookie.get(StickyKeys.Cookie.INDIRECT),
                                                attributes(cookie),
                                                new StickyCookie.Life(
                                                        cookie.find(StickyKeys.Cookie.MAX_IDLE),
                                                        cookie.find(StickyKeys.Cookie.MAX_LIFE)),
                                                secrets(cookie))));
    }

    private static StickyCookie.Attributes attributes(Section cookie) {
        return new StickyCookie.Attributes(
                cookie.get(StickyKeys.Cookie.PATH),
                cookie.find(StickyKeys.Cookie.DOMAIN),
                cookie.get(StickyKeys.Cookie.SECURE),
                cookie.get(StickyKeys.Cookie.HTTP_ONLY),
                cookie.get(StickyKeys.Cookie.SAME_SITE),
                cookie.find(StickyKeys.Cookie.EXPIRES));
    }

    private static List<StickyCookie.Secret> secrets(Section cookie) {
        List<StickyCookie.Secret> secrets =
                cookie.all(StickyKeys.Cookie.SECRETS, StickyKeys.secret());
        if (cookie.has(StickyKeys.Cookie.SECRETS) && secrets.isEmpty() && cookie.report().clean()) {
            cookie.report()
                    .error(
                            cookie.path(StickyKeys.Cookie.SECRETS),
                            "no secret is listed",
                            "secrets = [ \"…\" ], or remove it");
        }
        return secrets;
    }

    private static Mode mode(Section cookie) {
        boolean prefix = cookie.get(StickyKeys.Cookie.PREFIX);
        boolean rewrite = cookie.get(StickyKeys.Cookie.REWRITE);
        boolean insert =
                cookie.has(StickyKeys.Cookie.INSERT) || !prefix && !rewrite
                        ? cookie.get(StickyKeys.Cookie.INSERT)
                        : false;
        if (Stream.of(insert, prefix, rewrite).filter(each -> each).count() != 1) {
            cookie.report()
                    .error(
                            cookie.path(),
                            "a cookie is either inserted, prefixed or rewritten",
                            "insert = true");
        }
        return prefix ? Mode.PREFIX : rewrite ? Mode.REWRITE : Mode.INSERT;
    }

    private Optional<Sticky> learn() {
        return section.child(StickyKeys.Sticky.LEARN, StickyKeys.Learn.SHAPE)
                .map(StickyReader::learn);
    }

    private static Sticky learn(Section learn) {
        Optional<String> header = learn.find(StickyKeys.Learn.HEADER);
        Optional<String> cookie = learn.find(StickyKeys.Learn.COOKIE);
        if (learn.has(StickyKeys.Learn.HEADER) == learn.has(StickyKeys.Learn.COOKIE)) {
            learn.report()
                    .error(
                            learn.path(),
                            "`learn` needs either `cookie` or `header`",
                            "learn { table = sessions, cookie = JSESSIONID }");
        }
        List<HashKey> said =
                found(
                        learn.find(StickyKeys.Learn.FIND_COOKIE),
                        learn.find(StickyKeys.Learn.FIND_HEADER),
                        learn.find(StickyKeys.Learn.FIND_PARAMETER));
        return new Sticky.Learn(
                learn.get(StickyKeys.Learn.TABLE),
                header,
                cookie,
                said.isEmpty() ? found(cookie, header, Optional.empty()) : said);
    }

    private static List<HashKey> found(
            Optional<String> cookie, Optional<String> header, Optional<String> parameter) {
        return Stream.of(
                        cookie.<HashKey>map(HashKey.Cookie::new),
                        header.<HashKey>map(HashKey.Header::new),
                        parameter.<HashKey>map(HashKey.Parameter::new))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Sticky> route() {
        return section.child(StickyKeys.Sticky.ROUTE, StickyKeys.Route.SHAPE)
                .map(StickyReader::route);
    }

    private static Sticky route(Section route) {
        if (!route.has(StickyKeys.Route.COOKIE) && !route.has(StickyKeys.Route.PARAMETER)) {
            route.report()
                    .error(
                            route.path(),
                            "`route` needs `cookie` or `parameter`",
                            "route { cookie = JSESSIONID, parameter = jsessionid }");
        }
        return new Sticky.Route(
                route.find(StickyKeys.Route.COOKIE), route.find(StickyKeys.Route.PARAMETER));
    }
}
