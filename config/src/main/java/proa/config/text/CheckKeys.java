package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;

import proa.config.BackendConfig;
import proa.config.Expect;

import java.time.Duration;
import java.util.List;

/** The keys of checks; part of the table that {@link Keys} begins. */
final class CheckKeys {

    private CheckKeys() {}

    /** {@code backends.NAME.check}. */
    static final class Check {
        static final Duration TIMEOUT_MAX = Duration.ofSeconds(2);

        static final Key<Boolean> TCP =
                defaulted(
                        "tcp",
                        Kinds.flag(),
                        false,
                        "or one of those below",
                        "true: a connection that is accepted");
        static final Key<ConfigObject> HTTP =
                Keys.section("http", "or", "an HTTP/1.1 request and what its answer must be");
        static final Key<ConfigList> SCRIPT =
                defaulted(
                        "script",
                        Kinds.list("steps"),
                        Keys.NOTHING,
                        "or",
                        "what is sent and expected over TCP, step by step");
        static final Key<ConfigList> UDP =
                defaulted(
                        "udp",
                        Kinds.list("steps"),
                        Keys.NOTHING,
                        "or",
                        "the same over UDP: each step of sending is a datagram");
        static final Key<ConfigObject> REDIS =
                Keys.section(
                        "redis", "or", "`redis {}`: PING of the Redis protocol is answered +PONG");
        static final Key<ConfigObject> POSTGRESQL =
                Keys.section(
                        "postgresql",
                        "or",
                        "PostgreSQL's start-up message is answered without error");
        static final Key<ConfigObject> MYSQL =
                Keys.section("mysql", "or", "MySQL greets, and lets a user in if one is named");
        static final Key<ConfigObject> SMTP =
                Keys.section("smtp", "or", "SMTP greets with 220 and answers EHLO with 250");
        static final Key<ConfigObject> LDAP =
                Keys.section("ldap", "or", "`ldap {}`: an anonymous bind of LDAP succeeds");
        static final Key<ConfigObject> GRPC =
                Keys.section(
                        "grpc",
                        "or",
                        "`grpc {}`: the health service of gRPC (grpc.health.v1.Health) says"
                                + " SERVING, over HTTP/2");
        static final Key<Integer> PORT =
                optional(
                        "port",
                        Kinds.whole(1, 65_535),
                        "the server's own",
                        "TCP port that is probed, on the server's address");
        static final Key<Duration> EVERY =
                Keys.duration(
                        "every",
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        Duration.ofSeconds(5),
                        "interval between probes of one server");
        static final Key<Duration> FAST =
                optional(
                        "fast",
                        Kinds.duration(Duration.ofMillis(50), Duration.ofHours(1)),
                        "`every`",
                        "interval while the verdict is changing: after a failure until down, after"
                                + " a success until up");
        static final Key<Integer> JITTER =
                defaulted(
                        "jitter",
                        HealthKinds.percent(0, 50),
                        BackendConfig.Check.JITTER_PERCENT_DEFAULT,
                        BackendConfig.Check.JITTER_PERCENT_DEFAULT + "%",
                        "each interval is up to this share shorter or longer");
        static final Key<Duration> TIMEOUT =
                optional(
                        "timeout",
                        Kinds.duration(Duration.ofMillis(10), Duration.ofHours(1)),
                        "the smaller of 2s and `every`",
                        "for one probe, from connect to verdict");
        static final Key<Duration> SLOW =
                optional(
                        "slow",
                        Kinds.duration(Keys.MILLI, Duration.ofHours(1)),
                        "the smaller of 100ms and half of `timeout`",
                        "a probe that passes but takes longer is warned of, at most once a minute");
        static final Key<Integer> FALL =
                defaulted(
                        "fall",
                        Kinds.whole(1, 100),
                        3,
                        "3",
                        "failures in a row until a server is down");
        static final Key<Integer> RISE =
                defaulted(
                        "rise",
                        Kinds.whole(1, 100),
                        2,
                        "2",
                        "successes in a row until it is up again");

        static final Key<Boolean> TLS =
                optional(
                        "tls",
                        Kinds.flag(),
                        "as the traffic; false with `port`",
                        "whether probes are in TLS, by `tls` of the backend: `tcp = true` is then"
                                + " up to the end of the handshake, `http` is HTTPS");

        static final Key<Boolean> HINTS =
                defaulted(
                        "hints",
                        Kinds.flag(),
                        true,
                        "true",
                        "members tell each other when they find a server down, and probe it at"
                                + " once; each judges for itself");

        /** What can be probed, of which a check has exactly one. */
        static final List<Key<?>> PROBES =
                List.of(TCP, HTTP, SCRIPT, UDP, REDIS, POSTGRESQL, MYSQL, SMTP, LDAP, GRPC);

        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.check",
                        "How servers are probed: `tcp = true`, `http { … }` or another one of the"
                                + " first ten keys.",
                        TCP,
                        HTTP,
                        SCRIPT,
                        UDP,
                        REDIS,
                        POSTGRESQL,
                        MYSQL,
                        SMTP,
                        LDAP,
                        GRPC,
                        PORT,
                        EVERY,
                        FAST,
                        JITTER,
                        TIMEOUT,
                        SLOW,
                        FALL,
                        RISE,
                        TLS,
                        HINTS);

        private Check() {}
    }

    /** {@code backends.NAME.check.http}. */
    static final class Http {
        static final Key<String> GET =
                asked("get", "or one of the next two, or `method`", "path asked for with GET");
        static final Key<String> HEAD = asked("head", "or", "path asked for with HEAD");
        static final Key<String> OPTIONS = asked("options", "or", "path asked for with OPTIONS");
        static final Key<String> METHOD =
                optional("method", Kinds.token(), "or, with `path`", "any other method");
        static final Key<String> PATH =
                asked("path", "with `method`", "path asked for with `method`");
        static final Key<String> HOST =
                optional(
                        "host",
                        Kinds.text(),
                        "the server's address",
                        "the Host field of the probe");
        static final Key<ConfigObject> HEADERS =
                Keys.named("headers", "none", "further fields of the probe: `{ X-Probe = proa }`");
        static final Key<String> BODY =
                optional("body", HealthKinds.content(), "none", "body of the probe, UTF-8");
        static final Key<ConfigValue> EXPECT_STATUS =
                optional(
                        "expect-status",
                        Kinds.any("status or list"),
                        "200",
                        "statuses of a healthy server: `200`, `\"200-299\"`, `2xx`, or a list");
        static final Key<String> EXPECT_STRING =
                optional("expect-string", HealthKinds.content(), "any", "the body contains it");
        static final Key<String> EXPECT_REGEX =
                optional(
                        "expect-regex",
                        HealthKinds.regex(),
                        "any",
                        "matches somewhere in the body; RE2 syntax");
        static final Key<ConfigList> EXPECT_JSON =
                defaulted(
                        "expect-json",
                        Kinds.list("values"),
                        Keys.NOTHING,
                        "any",
                        "the body is JSON in which each of these values stands");
        static final Key<Long> BODY_MAX =
                defaulted(
                        "body-max",
                        Kinds.size(1 << 10, Keys.MEBI),
                        (long) Expect.BODY_BYTES_MAX_DEFAULT,
                        Units.size(Expect.BODY_BYTES_MAX_DEFAULT),
                        "so much of the body is read and looked at");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.check.http",
                        "The probe's request and what is expected of the answer; everything"
                                + " expected must hold.",
                        GET,
                        HEAD,
                        OPTIONS,
                        METHOD,
                        PATH,
                        HOST,
                        HEADERS,
                        BODY,
                        EXPECT_STATUS,
                        EXPECT_STRING,
                        EXPECT_REGEX,
                        EXPECT_JSON,
                        BODY_MAX);

        static final Key<String> JSON_PATH =
                required(
                        "path",
                        HealthKinds.jsonPath(),
                        "status",
                        "keys and indexes: `checks[0].status`");
        static final Key<String> JSON_VALUE =
                required(
                        "value",
                        Kinds.text(),
                        "",
                        "what stands there: a text, a number, true, false or null");
        static final Shape JSON =
                Shape.of(
                        "backends.NAME.check.http.expect-json[…]",
                        "One value of a JSON body.",
                        JSON_PATH,
                        JSON_VALUE);

        private static Key<String> asked(String name, String shown, String meaning) {
            return optional(name, Kinds.urlPath(), shown, meaning);
        }

        private Http() {}
    }

    /** Elements of {@code backends.NAME.check.script}. */
    static final class Step {
        static final Key<String> SEND = step("send", HealthKinds.bytes(), "this text is sent");
        static final Key<String> SEND_HEX =
                step("send-hex", HealthKinds.hex(), "these bytes are sent");
        static final Key<String> EXPECT =
                step("expect", HealthKinds.bytes(), "this text comes within the timeout");
        static final Key<String> EXPECT_HEX =
                step("expect-hex", HealthKinds.hex(), "these bytes come");
        static final Key<String> EXPECT_REGEX =
                step(
                        "expect-regex",
                        HealthKinds.regex(),
                        "what comes matches, each byte as one character; RE2 syntax");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.check.script[…]",
                        "One step: exactly one of these.",
                        SEND,
                        SEND_HEX,
                        EXPECT,
                        EXPECT_HEX,
                        EXPECT_REGEX);

        private static Key<String> step(String name, Kind<String> kind, String meaning) {
            return optional(name, kind, "one of the five", meaning);
        }

        private Step() {}
    }

    /** The sections of the ready-made probes. */
    static final class Ready {
        static final Key<String> POSTGRESQL_USER =
                required("user", Kinds.name(), "proa", "role that is named to the server");
        static final Key<String> POSTGRESQL_DATABASE =
                optional("database", Kinds.name(), "that of the user's name", "database");
        static final Shape POSTGRESQL =
                Shape.of(
                        "backends.NAME.check.postgresql",
                        "A question for a password, or none, is a healthy answer.",
                        POSTGRESQL_USER,
                        POSTGRESQL_DATABASE);

        static final Key<String> MYSQL_USER =
                optional(
                        "user",
                        Kinds.name(),
                        "the greeting alone is looked at",
                        "user without password and rights who is logged in and out again");
        static final Shape MYSQL =
                Shape.of(
                        "backends.NAME.check.mysql",
                        "Without a user the server counts each probe as an interrupted connection.",
                        MYSQL_USER);

        static final Key<String> SMTP_HELLO =
                defaulted("hello", Kinds.host(), "proa", "proa", "name given with EHLO");
        static final Shape SMTP =
                Shape.of("backends.NAME.check.smtp", "The greeting of SMTP.", SMTP_HELLO);

        static final Key<String> GRPC_SERVICE =
                optional(
                        "service",
                        HealthKinds.content(),
                        "the server as a whole",
                        "name of the service whose health is asked for");
        static final Shape GRPC =
                Shape.of(
                        "backends.NAME.check.grpc",
                        "Any other answer than SERVING fails, and so does an error of the call.",
                        GRPC_SERVICE);

        /** Of the probes that have nothing to say. */
        static final Shape REDIS = Shape.of("backends.NAME.check.redis", "Has no keys.");

        static final Shape LDAP = Shape.of("backends.NAME.check.ldap", "Has no keys.");

        private Ready() {}
    }
}
