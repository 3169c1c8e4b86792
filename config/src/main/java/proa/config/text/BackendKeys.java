package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;
import static proa.config.text.Key.required;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;

import proa.config.BackendConfig;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/** The keys of backends; part of the table that {@link Keys} begins. */
final class BackendKeys {

    private BackendKeys() {}

    /** {@code backends.NAME}. */
    static final class Backend {
        static final Key<BackendConfig.Balance> BALANCE =
                defaulted(
                        "balance",
                        Kinds.choice(
                                Map.of(
                                        "round-robin", BackendConfig.Balance.ROUND_ROBIN,
                                        "least-connections",
                                                BackendConfig.Balance.LEAST_CONNECTIONS)),
                        BackendConfig.Balance.ROUND_ROBIN,
                        "round-robin",
                        "how a server is chosen when nothing sticks; both honour weights");
        static final Key<ConfigObject> STICKY =
                Keys.section("sticky", "nothing sticks", "what keeps a client on its server");
        static final Key<ConfigObject> CHECK =
                Keys.section("check", "no probes: a server counts as up", "how servers are probed");
        static final Key<ConfigObject> TIMEOUTS =
                Keys.section("timeouts", "see below", "limits of silence towards servers");
        static final Key<Integer> RETRIES =
                defaulted(
                        "retries",
                        Kinds.whole(0, 10),
                        BackendConfig.RETRIES_DEFAULT,
                        Integer.toString(BackendConfig.RETRIES_DEFAULT),
                        "further servers tried when one cannot be reached");
        static final Key<Integer> IDLE_CONNECTIONS =
                defaulted(
                        "idle-connections",
                        Kinds.whole(0, 10_000),
                        BackendConfig.IDLE_CONNECTIONS_DEFAULT,
                        Integer.toString(BackendConfig.IDLE_CONNECTIONS_DEFAULT),
                        "idle pooled connections kept per server and event loop");
        static final Key<ConfigList> SERVERS =
                required(
                        "servers",
                        Kinds.list("servers"),
                        Keys.NOTHING,
                        "the servers, at least one");
        static final Key<ConfigObject> TLS =
                Keys.section("tls", "in clear", "how connections to the servers are secured");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME",
                        "A pool of servers that can stand in for each other.",
                        BALANCE,
                        STICKY,
                        CHECK,
                        TIMEOUTS,
                        RETRIES,
                        IDLE_CONNECTIONS,
                        SERVERS,
                        TLS);

        static final Key<Duration> CONNECT =
                Keys.duration(
                        "connect",
                        Keys.MILLI,
                        Duration.ofMinutes(10),
                        BackendConfig.Timeouts.DEFAULTS.connect(),
                        "until the connection is there");
        static final Key<Duration> SERVER =
                Keys.duration(
                        "server",
                        Keys.MILLI,
                        Keys.DAY,
                        BackendConfig.Timeouts.DEFAULTS.server(),
                        "no byte from the server while a response is owed; 504 beyond");
        static final Shape WAITING =
                Shape.of(
                        "backends.NAME.timeouts",
                        "Limits of silence towards servers.",
                        CONNECT,
                        SERVER);

        private Backend() {}
    }

    /** Elements of {@code backends.NAME.servers}. */
    static final class Server {
        static final Key<String> NAME =
                required(
                        "name",
                        Kinds.name(),
                        "unnamed",
                        "unique in the backend; also its cookie value");
        static final Key<InetSocketAddress> ADDRESS =
                required(
                        "address",
                        Kinds.socket(),
                        new InetSocketAddress(Keys.NOWHERE, 1),
                        "where it listens, \"10.0.0.21:8080\"");
        static final Key<Integer> WEIGHT =
                defaulted(
                        "weight",
                        Kinds.whole(0, 256),
                        1,
                        "1",
                        "share of the load; 0 takes no new clients");
        static final Key<Boolean> BACKUP =
                defaulted(
                        "backup",
                        Kinds.flag(),
                        false,
                        "false",
                        "used only when every other server is down");
        static final Shape SHAPE =
                Shape.of("backends.NAME.servers[…]", "One server.", NAME, ADDRESS, WEIGHT, BACKUP);

        private Server() {}
    }

    /** {@code backends.NAME.sticky}. */
    static final class Sticky {
        static final Key<ConfigObject> COOKIE =
                Keys.section("cookie", "or `table`", "a cookie that carries the server's name");
        static final Key<String> TABLE =
                optional(
                        "table",
                        Kinds.name(),
                        "or `cookie`",
                        "a replicated table on the client's address");
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
                        "What keeps a client on its server: a cookie or a table.",
                        COOKIE,
                        TABLE,
                        FIRST_CHOICE);

        static final Key<String> NAME =
                required("name", Kinds.token(), "SERVERID", "name of the cookie");
        static final Key<Boolean> INSERT =
                defaulted(
                        "insert",
                        Kinds.flag(),
                        true,
                        "true",
                        "the cookie is ours: set in responses, removed from requests; false is not"
                                + " in this version");
        static final Shape CARRIER =
                Shape.of("backends.NAME.sticky.cookie", "The cookie.", NAME, INSERT);

        private Sticky() {}
    }

    /** {@code backends.NAME.check}. */
    static final class Check {
        static final Duration TIMEOUT_MAX = Duration.ofSeconds(2);

        static final Key<Boolean> TCP =
                defaulted(
                        "tcp",
                        Kinds.flag(),
                        false,
                        "or `http`",
                        "true: a connection that is accepted");
        static final Key<ConfigObject> HTTP =
                Keys.section(
                        "http", "or `tcp`", "an HTTP/1.1 request and the status of its answer");
        static final Key<Duration> EVERY =
                Keys.duration(
                        "every",
                        Duration.ofMillis(100),
                        Duration.ofHours(1),
                        Duration.ofSeconds(5),
                        "interval between probes of one server");
        static final Key<Duration> TIMEOUT =
                optional(
                        "timeout",
                        Kinds.duration(Duration.ofMillis(10), Duration.ofHours(1)),
                        "the smaller of 2s and `every`",
                        "for one probe, from connect to verdict");
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
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.check",
                        "How servers are probed: `tcp = true` or `http { … }`.",
                        TCP,
                        HTTP,
                        EVERY,
                        TIMEOUT,
                        FALL,
                        RISE);

        static final Key<String> GET =
                optional("get", Kinds.urlPath(), "or `head`, `options`", "path asked for with GET");
        static final Key<String> HEAD =
                optional(
                        "head", Kinds.urlPath(), "or `get`, `options`", "path asked for with HEAD");
        static final Key<String> OPTIONS =
                optional(
                        "options",
                        Kinds.urlPath(),
                        "or `get`, `head`",
                        "path asked for with OPTIONS");
        static final Key<String> HOST =
                optional(
                        "host",
                        Kinds.text(),
                        "the server's address",
                        "the Host field of the probe");
        static final Key<Integer> EXPECT_STATUS =
                defaulted(
                        "expect-status",
                        Kinds.whole(100, 599),
                        200,
                        "200",
                        "status of a healthy server");
        static final Shape REQUEST =
                Shape.of(
                        "backends.NAME.check.http",
                        "The probe's request.",
                        GET,
                        HEAD,
                        OPTIONS,
                        HOST,
                        EXPECT_STATUS);

        private Check() {}
    }
}
