package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;

import proa.config.BackendConfig;
import proa.config.StickyCookie;
import proa.config.StickyCookie.SameSite;
import proa.config.StickyCookie.Secret;
import proa.config.text.Kind.Reading;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The keys of a backend that say what keeps a client on its server; part of the table that {@link
 * Keys} begins.
 */
final class StickyKeys {

    private static final Duration LIFE_MAX = Duration.ofDays(365);

    private StickyKeys() {}

    /** {@code backends.NAME.sticky}. */
    static final class Sticky {
        static final Key<ConfigObject> COOKIE =
                Keys.section("cookie", "or another one", "a cookie that carries the server's name");
        static final Key<String> TABLE =
                optional(
                        "table",
                        Kinds.name(),
                        "or another one",
                        "a replicated table on the client's address or, with `by`, on another part"
                                + " of the request");
        static final Key<ConfigObject> LEARN =
                Keys.section(
                        "learn",
                        "or another one",
                        "a replicated table of values that servers give to clients");
        static final Key<ConfigObject> ROUTE =
                Keys.section(
                        "route",
                        "or another one",
                        "the server's name stands behind the last dot of a value that servers"
                                + " make");
        static final Key<ConfigObject> BY =
                Keys.section(
                        "by", "the client's address", "with `table`: what an entry is kept for");
        static final Key<BackendConfig.FirstChoice> FIRST_CHOICE =
                defaulted(
                        "first-choice",
                        Kinds.choice(
                                Map.of(
                                        "hash", BackendConfig.FirstChoice.HASH,
                                        "algorithm", BackendConfig.FirstChoice.ALGORITHM)),
                        BackendConfig.FirstChoice.HASH,
                        "hash",
                        "with `table`: who chooses for a new entry; hash is the same on every"
                                + " node");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.sticky",
                        "What keeps a client on its server: exactly one of the first four.",
                        COOKIE,
                        TABLE,
                        LEARN,
                        ROUTE,
                        BY,
                        FIRST_CHOICE);

        private Sticky() {}
    }

    /** {@code backends.NAME.sticky.cookie}. */
    static final class Cookie {
        static final Key<String> NAME =
                required("name", Kinds.token(), "SERVERID", "name of the cookie");
        static final Key<Boolean> INSERT =
                defaulted(
                        "insert",
                        Kinds.flag(),
                        true,
                        "or one of the next two; without them true",
                        "the cookie is ours: set in responses");
        static final Key<Boolean> PREFIX =
                defaulted(
                        "prefix",
                        Kinds.flag(),
                        false,
                        "false",
                        "true: the cookie is the servers'; clients get its value behind the"
                                + " server's name, which servers do not see");
        static final Key<Boolean> REWRITE =
                defaulted(
                        "rewrite",
                        Kinds.flag(),
                        false,
                        "false",
                        "true: the cookie is the servers', and clients get the server's name as"
                                + " its value");
        static final Key<Boolean> INDIRECT =
                defaulted(
                        "indirect",
                        Kinds.flag(),
                        true,
                        "true",
                        "with `insert`: removed from requests, so that servers do not see it");
        static final Key<String> PATH =
                defaulted(
                        "path",
                        attribute("path", "/[\\x21-\\x3a\\x3c-\\x7e]{0,1023}", "a path such as /"),
                        StickyCookie.Attributes.DEFAULTS.path(),
                        "/",
                        "which requests carry it");
        static final Key<String> DOMAIN =
                optional(
                        "domain",
                        attribute(
                                "domain",
                                "\\.?[A-Za-z0-9-]{1,63}(\\.[A-Za-z0-9-]{1,63}){0,9}",
                                "a domain such as .example.com"),
                        "the host that set it",
                        "which hosts get it");
        static final Key<Boolean> SECURE =
                defaulted("secure", Kinds.flag(), false, "false", "true: sent over TLS only");
        static final Key<Boolean> HTTP_ONLY =
                defaulted("http-only", Kinds.flag(), true, "true", "hidden from scripts");
        static final Key<Optional<SameSite>> SAME_SITE =
                defaulted(
                        "same-site",
                        Kinds.choice(
                                Map.of(
                                        "strict", Optional.of(SameSite.STRICT),
                                        "lax", Optional.of(SameSite.LAX),
                                        "none", Optional.of(SameSite.NONE),
                                        "unsaid", Optional.empty())),
                        StickyCookie.Attributes.DEFAULTS.sameSite(),
                        "lax",
                        "which requests from other sites carry it; none needs `secure`");
        static final Key<Duration> EXPIRES =
                optional(
                        "expires",
                        Kinds.duration(Keys.SECOND, LIFE_MAX),
                        "until the client closes",
                        "how long the client keeps it, as Max-Age and Expires");
        static final Key<Duration> MAX_IDLE =
                optional(
                        "max-idle",
                        Kinds.duration(Keys.SECOND, LIFE_MAX),
                        "no limit",
                        "not obeyed after so long without a request; the times stand in the value");
        static final Key<Duration> MAX_LIFE =
                optional(
                        "max-life",
                        Kinds.duration(Keys.SECOND, LIFE_MAX),
                        "no limit",
                        "not obeyed so long after the client got it");
        static final Key<ConfigValue> SECRETS =
                optional(
                        "secrets",
                        Kinds.any("list of texts"),
                        "not signed",
                        "values are signed (HMAC-SHA-256) with the first, and those signed with any"
                                + " are accepted; 16 to 256 characters each; others do not stick"
                                + " and are counted");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.sticky.cookie",
                        "The cookie. All from `indirect` to `max-life` is for `insert`, whose"
                                + " responses also say `Cache-Control: private`.",
                        NAME,
                        INSERT,
                        PREFIX,
                        REWRITE,
                        INDIRECT,
                        PATH,
                        DOMAIN,
                        SECURE,
                        HTTP_ONLY,
                        SAME_SITE,
                        EXPIRES,
                        MAX_IDLE,
                        MAX_LIFE,
                        SECRETS);

        private Cookie() {}
    }

    /** {@code backends.NAME.sticky.learn}. */
    static final class Learn {
        static final Key<String> TABLE =
                required(
                        "table", Kinds.name(), "", "a table with `key = text` for what is learned");
        static final Key<String> COOKIE =
                optional(
                        "cookie",
                        Kinds.token(),
                        "or `header`",
                        "cookie that servers set and clients bring");
        static final Key<String> HEADER =
                optional(
                        "header",
                        Kinds.token(),
                        "or `cookie`",
                        "header field of responses that has the value");
        static final Key<String> FIND_COOKIE =
                optional(
                        "find-cookie",
                        Kinds.token(),
                        "the one of `cookie`",
                        "cookie in which clients bring the value");
        static final Key<String> FIND_HEADER =
                optional(
                        "find-header",
                        Kinds.token(),
                        "the one of `header`",
                        "header field in which clients bring it");
        static final Key<String> FIND_PARAMETER =
                optional(
                        "find-parameter",
                        Kinds.text(),
                        "none",
                        "query parameter in which clients bring it");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.sticky.learn",
                        "Which server gave which value. Looked for in the cookie, the field and the"
                                + " parameter, in this order; with a `find-…` key only there.",
                        TABLE,
                        COOKIE,
                        HEADER,
                        FIND_COOKIE,
                        FIND_HEADER,
                        FIND_PARAMETER);

        private Learn() {}
    }

    /** {@code backends.NAME.sticky.route}. */
    static final class Route {
        static final Key<String> COOKIE =
                optional("cookie", Kinds.token(), "or `parameter`", "cookie that has the value");
        static final Key<String> PARAMETER =
                optional(
                        "parameter",
                        Kinds.token(),
                        "or `cookie`",
                        "parameter that has it, in the path (`;jsessionid=5F1E.web1`) or in the"
                                + " query");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.sticky.route",
                        "Where the value is; with both, the cookie comes first.",
                        COOKIE,
                        PARAMETER);

        private Route() {}
    }

    private static Kind<String> attribute(String form, String pattern, String expected) {
        Pattern compiled = Pattern.compile(pattern);
        return Kinds.scalar(
                form,
                text -> compiled.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
                expected);
    }

    /** What is wrong with one is said without showing it. */
    static Kind<Secret> secret() {
        return new Kind<>() {
            private static final int CHARACTERS_MAX = 256;

            @Override
            public Reading<Secret> read(ConfigValue value) {
                String text = Kinds.written(value);
                boolean fits =
                        value.valueType() == ConfigValueType.STRING
                                && text.length() >= StickyCookie.SECRET_CHARACTERS_MIN
                                && text.length() <= CHARACTERS_MAX;
                return fits
                        ? new Reading.Good<>(new Secret(text))
                        : Reading.bad(
                                "a secret is a text of "
                                        + StickyCookie.SECRET_CHARACTERS_MIN
                                        + " to "
                                        + CHARACTERS_MAX
                                        + " characters",
                                "openssl rand -base64 24");
            }

            @Override
            public String form() {
                return "text";
            }
        };
    }
}
