package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.FrontendConfig;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;

/**
 * The keys of listeners, their rules and conditions; part of the table that {@link Keys} begins.
 */
final class FrontendKeys {

    private FrontendKeys() {}

    /** {@code frontends.NAME}. */
    static final class Frontend {
        static final Key<ConfigObject> BIND =
                required("bind", Kinds.section(), Keys.EMPTY, "where it listens");
        static final Key<FrontendConfig.Mode> MODE =
                required(
                        "mode",
                        Kinds.choice(
                                Map.of(
                                        "http", FrontendConfig.Mode.HTTP,
                                        "tcp", FrontendConfig.Mode.TCP,
                                        "udp", FrontendConfig.Mode.UDP,
                                        "sessions", FrontendConfig.Mode.SESSIONS)),
                        FrontendConfig.Mode.HTTP,
                        "what it speaks: http, tcp, udp, or sessions (the Redis protocol, from the"
                                + " cluster's store)");
        static final Key<FrontendConfig.Profile> PROFILE =
                defaulted(
                        "profile",
                        Kinds.choice(
                                Map.of(
                                        "interactive", FrontendConfig.Profile.INTERACTIVE,
                                        "bulk", FrontendConfig.Profile.BULK)),
                        FrontendConfig.Profile.INTERACTIVE,
                        "interactive",
                        "with `mode = tcp`: what connections carry. `bulk` passes long streams on"
                                + " inside the kernel, for less processor time; short"
                                + " questions and answers cost more there. In TLS it changes"
                                + " nothing");
        static final Key<ConfigList> RULES =
                defaulted(
                        "rules",
                        Kinds.list("rules"),
                        Keys.NOTHING,
                        "none",
                        "applied in the order written, before routing; mode http");
        static final Key<ConfigList> ROUTES =
                defaulted(
                        "routes",
                        Kinds.list("routes"),
                        Keys.NOTHING,
                        "see `backend`",
                        "the first whose condition holds names the backend; the last has no"
                                + " condition");
        static final Key<String> BACKEND =
                optional(
                        "backend",
                        Kinds.name(),
                        "see `routes`",
                        "short for `routes = [ { backend = NAME } ]`");
        static final Key<ConfigValue> ALLOW =
                optional(
                        "allow",
                        Kinds.any("list of networks"),
                        "everybody",
                        "networks that may connect");
        static final Key<String> USERS =
                optional(
                        "users",
                        Kinds.file(),
                        "no authentication",
                        "file of `user:password-hash` lines, rights behind the hash; mode"
                                + " sessions");
        static final Key<ConfigObject> TIMEOUTS =
                Keys.section("timeouts", "see below", "limits of silence towards clients");
        static final Key<ConfigObject> LIMITS =
                Keys.section("limits", "see below", "what a client may not exceed");
        static final Key<ConfigObject> TLS =
                Keys.section("tls", "in clear", "how connections of clients are secured");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME",
                        "One listener and what happens to what arrives there; NAME is its label in"
                                + " metrics.",
                        BIND,
                        MODE,
                        RULES,
                        ROUTES,
                        BACKEND,
                        ALLOW,
                        USERS,
                        RuleKeys.Options.TRUSTED,
                        RuleKeys.Options.CLIENT_FIELD,
                        RuleKeys.Options.PROXY_PROTOCOL,
                        RuleKeys.Options.FORWARDED,
                        RuleKeys.Options.ERROR_PAGES,
                        Http2Keys.PROTOCOLS,
                        Http2Keys.HTTP2,
                        TIMEOUTS,
                        LIMITS,
                        TLS,
                        UdpKeys.UDP,
                        ForwardingKeys.FORWARDING,
                        ForwardingKeys.REPLICATE_CONNECTIONS,
                        ForwardingKeys.SYN_PROXY,
                        PROFILE,
                        RecordKeys.LOG,
                        RecordKeys.REQUEST_ID);

        static final Key<String> GROUP =
                optional("group", Kinds.name(), "with `vip`", "traffic group of the address");
        static final Key<String> VIP =
                optional("vip", Kinds.name(), "with `group`", "name of the address in that group");
        static final Key<InetAddress> ADDRESS =
                optional(
                        "address",
                        Kinds.address(),
                        "instead of `group` and `vip`",
                        "fixed address of this machine; 0.0.0.0 or :: for all");
        static final Key<Integer> PORT =
                required("port", Kinds.whole(1, 65_535), 1, "TCP or UDP port");
        static final Shape BINDING =
                Shape.of(
                        "frontends.NAME.bind",
                        "Where it listens: on a floating address (`group`, `vip`) or on a fixed one"
                                + " (`address`).",
                        GROUP,
                        VIP,
                        ADDRESS,
                        PORT);

        private Frontend() {}
    }

    /** {@code frontends.NAME.timeouts}. */
    static final class ClientTimeouts {
        private static final FrontendConfig.Timeouts DEFAULTS = FrontendConfig.Timeouts.DEFAULTS;

        static final Key<Duration> REQUEST =
                Keys.duration(
                        "request",
                        Keys.MILLI,
                        Keys.DAY,
                        DEFAULTS.request(),
                        "from the first byte of a request head to its end; from the start of a"
                                + " connection to the end of its PROXY header");
        static final Key<Duration> KEEP_ALIVE =
                Keys.duration(
                        "keep-alive",
                        Keys.MILLI,
                        Keys.DAY,
                        DEFAULTS.keepAlive(),
                        "between requests on one connection");
        static final Key<Duration> CLIENT =
                Keys.duration(
                        "client",
                        Keys.MILLI,
                        Keys.DAY,
                        DEFAULTS.client(),
                        "no byte from or to the client during a request, a TCP connection or a"
                                + " UDP session");
        static final Key<Duration> TUNNEL =
                Keys.duration(
                        "tunnel",
                        Keys.MILLI,
                        Keys.DAY,
                        DEFAULTS.tunnel(),
                        "no byte in either direction after an upgrade");
        static final Key<Duration> CLIENT_FIN =
                optional(
                        "client-fin",
                        Kinds.duration(Keys.MILLI, Keys.DAY),
                        "2s; mode tcp: `client`",
                        "mode http: from the end of the last answer to the client's end; mode tcp:"
                                + " no byte once one side has ended its direction");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.timeouts",
                        "Limits of silence towards clients.",
                        REQUEST,
                        KEEP_ALIVE,
                        CLIENT,
                        TUNNEL,
                        CLIENT_FIN);

        private ClientTimeouts() {}
    }

    /** {@code frontends.NAME.limits}. */
    static final class Limits {
        private static final FrontendConfig.Limits DEFAULTS = FrontendConfig.Limits.DEFAULTS;

        static final Key<Integer> CONNECTIONS =
                defaulted(
                        "connections",
                        Kinds.count(1, Keys.MEBI),
                        DEFAULTS.connectionsMax(),
                        Units.count(DEFAULTS.connectionsMax()),
                        "concurrent client connections, or UDP sessions");
        static final Key<Long> LINE =
                size(
                        "line",
                        256,
                        64 << 10,
                        DEFAULTS.lineBytesMax(),
                        "request line and each header line; 414 or 431 beyond");
        static final Key<Long> HEAD =
                size(
                        "head",
                        1 << 10,
                        Keys.MEBI,
                        DEFAULTS.headBytesMax(),
                        "whole request head; 431 beyond");
        static final Key<Integer> HEADERS =
                defaulted(
                        "headers",
                        Kinds.count(1, 1_000),
                        DEFAULTS.headersMax(),
                        Units.count(DEFAULTS.headersMax()),
                        "header fields; 431 beyond");
        static final Key<Long> BODY =
                size("body", 0, 1L << 40, DEFAULTS.bodyBytesMax(), "request body; 413 beyond");
        static final Key<Long> BODY_RATE =
                defaulted(
                        "min-body-rate",
                        Kinds.size(0, 1L << 30),
                        DEFAULTS.bodyBytesPerSecondMin(),
                        Units.size(DEFAULTS.bodyBytesPerSecondMin()),
                        "bytes of a request body in a second, on average over the time of"
                                + " `timeouts.client`; 408 below; 0: however slowly");
        static final Key<Long> READ_RATE =
                defaulted(
                        "min-read-rate",
                        Kinds.size(0, 1L << 30),
                        DEFAULTS.answerBytesPerSecondMin(),
                        Units.size(DEFAULTS.answerBytesPerSecondMin()),
                        "bytes of answers that a client of mode http takes in a second while some"
                                + " wait for it, on average over the time of `timeouts.client`;"
                                + " below, its connection ends; 0: however slowly");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.limits",
                        "What a client may not exceed. In sizes k, m, g are powers of 1024; in"
                                + " counts of 1000.",
                        CONNECTIONS,
                        LINE,
                        HEAD,
                        HEADERS,
                        BODY,
                        BODY_RATE,
                        READ_RATE,
                        RateKeys.CONNECTIONS,
                        RateKeys.REQUESTS);

        private static Key<Long> size(String name, long min, long max, long value, String meaning) {
            return defaulted(name, Kinds.size(min, max), value, Units.size(value), meaning);
        }

        private Limits() {}
    }

    /** Elements of {@code rules} and {@code routes}. */
    static final class Rule {
        static final Key<ConfigValue> WHEN =
                optional(
                        "when",
                        Kinds.any("condition"),
                        "always",
                        "a condition, the name of one, or a list of either of which all must hold");
        static final Key<String> TRACK =
                optional("track", Kinds.name(), "or another", "count the request in this table");
        static final Key<Integer> DENY =
                optional(
                        "deny",
                        Kinds.whole(400, 599),
                        "or another",
                        "answer with this status; nothing reaches a server");
        static final Shape SHAPE =
                Shape.of(
                        "frontends.NAME.rules[…]",
                        "One rule: `when`, `by` where a table needs it, and exactly one of the"
                                + " others. In mode tcp: track, limit, count, tag, deny and drop.",
                        WHEN,
                        TRACK,
                        LimitKeys.Action.LIMIT,
                        LimitKeys.Action.COUNT,
                        LimitKeys.Action.TAG,
                        LimitKeys.Action.BY,
                        DENY,
                        RuleKeys.Action.SET_REQUEST,
                        RuleKeys.Action.ADD_REQUEST,
                        RuleKeys.Action.REMOVE_REQUEST,
                        RuleKeys.Action.REPLACE_REQUEST,
                        RuleKeys.Action.SET_RESPONSE,
                        RuleKeys.Action.ADD_RESPONSE,
                        RuleKeys.Action.REMOVE_RESPONSE,
                        RuleKeys.Action.REPLACE_RESPONSE,
                        RuleKeys.Action.REWRITE,
                        RuleKeys.Action.REDIRECT,
                        RuleKeys.Action.RESPOND,
                        RuleKeys.Action.TARPIT,
                        RuleKeys.Action.DROP);

        static final Key<String> BACKEND =
                required("backend", Kinds.name(), "none", "where the request goes");
        static final Shape ROUTE =
                Shape.of("frontends.NAME.routes[…]", "One route.", WHEN, BACKEND);

        private Rule() {}
    }

    /** {@code conditions.NAME} and every {@code when}. */
    static final class Test {
        static final Key<ConfigList> ALL =
                optional("all", Kinds.list("conditions"), "", "every one of these holds");
        static final Key<ConfigList> ANY =
                optional("any", Kinds.list("conditions"), "", "at least one of these holds");
        static final Key<ConfigList> NONE =
                optional("none", Kinds.list("conditions"), "", "not one of these holds");
        static final Key<String> PATH_PREFIX =
                optional(
                        "path-prefix",
                        RuleKinds.comparedPath(true),
                        "",
                        "the path, without query, begins with this");
        static final Key<String> PATH =
                optional(
                        "path",
                        RuleKinds.comparedPath(false),
                        "",
                        "the path, without query, is exactly this");
        static final Key<String> HOST =
                optional("host", Kinds.host(), "", "the host, without port, in any case");
        static final Key<String> METHOD =
                optional("method", Kinds.token(), "", "the method, in exactly this case");
        static final Key<String> HEADER =
                optional(
                        "header",
                        Kinds.token(),
                        "",
                        "a header of this name is there, or has `value` in any case");
        static final Key<String> COOKIE =
                optional(
                        "cookie",
                        Kinds.token(),
                        "",
                        "a cookie of this name is there, or equals `value`");
        static final Key<String> VALUE =
                optional(
                        "value",
                        Kinds.text(),
                        "any",
                        "with `header`, `cookie`, `query` or `certificate`");
        static final Key<ConfigValue> SRC =
                optional(
                        "src",
                        Kinds.any("network or list"),
                        "",
                        "the client's address lies in one of these");
        static final Key<String> SNI =
                optional(
                        "sni",
                        TlsKeys.serverName(),
                        "",
                        "the server name a TLS client asks for; in mode tcp without `tls` it is"
                                + " read without decrypting");
        static final Shape SHAPE =
                Shape.of(
                        "conditions.NAME and when",
                        "A single test. Several go into `all`, `any` or `none`, whose elements are"
                                + " tests or names.",
                        ALL,
                        ANY,
                        NONE,
                        PATH_PREFIX,
                        PATH,
                        HOST,
                        METHOD,
                        HEADER,
                        COOKIE,
                        VALUE,
                        SRC,
                        SNI,
                        TlsKeys.Test.TLS,
                        TlsKeys.Test.VERSION,
                        TlsKeys.Test.CIPHER,
                        TlsKeys.Test.CERTIFICATE,
                        LimitKeys.Test.TABLE,
                        LimitKeys.Test.COUNTER,
                        LimitKeys.Test.TAG,
                        LimitKeys.Test.NUMBER,
                        LimitKeys.Test.ABOVE,
                        RuleKeys.Test.PATH_SUFFIX,
                        RuleKeys.Test.PATH_REGEX,
                        RuleKeys.Test.RAW_PATH_REGEX,
                        RuleKeys.Test.HOST_SUFFIX,
                        RuleKeys.Test.HOST_REGEX,
                        RuleKeys.Test.QUERY,
                        RuleKeys.Test.MATCHES,
                        RuleKeys.Test.DST,
                        RuleKeys.Test.DST_PORT,
                        RuleKeys.Test.SHARE,
                        RuleKeys.Test.TIME,
                        RuleKeys.Test.DAYS,
                        RuleKeys.Test.ZONE);

        private Test() {}
    }
}
