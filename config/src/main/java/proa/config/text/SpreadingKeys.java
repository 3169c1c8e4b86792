package proa.config.text;

import static proa.config.text.Key.defaulted;
import static proa.config.text.Key.optional;

import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Method;

import java.time.Duration;
import java.util.Map;

/**
 * The keys of a backend that say how load is spread; part of the table that {@link Keys} begins.
 */
final class SpreadingKeys {

    static final Kind<Balance> BALANCE =
            Kinds.choice(
                    Map.of(
                            "round-robin", Balance.ROUND_ROBIN,
                            "static-round-robin", Balance.STATIC_ROUND_ROBIN,
                            "least-connections", Balance.LEAST_CONNECTIONS,
                            "hash", Balance.HASH,
                            "random", Balance.RANDOM,
                            "two-choices", Balance.TWO_CHOICES,
                            "least-time", Balance.LEAST_TIME,
                            "peak-ewma", Balance.PEAK_EWMA,
                            "first", Balance.FIRST));

    /** Four times what HAProxy keeps; so much may wait of each client. */
    private static final long BODY_BYTES_MAX = 64 << 10;

    private static final Kind<HashKey> PART =
            Kinds.choice(
                    Map.of(
                            "src", new HashKey.Source(false),
                            "src-three-octets", new HashKey.Source(true),
                            "uri", new HashKey.Uri(),
                            "path", new HashKey.Path(),
                            "host", new HashKey.Host(),
                            "sni", new HashKey.ServerName()));

    static final Key<Duration> SLOW_START =
            optional(
                    "slow-start",
                    Kinds.duration(Keys.SECOND, Duration.ofHours(1)),
                    "its whole share at once",
                    "time in which the share of a server that has come back grows from a tenth to"
                            + " its own");
    static final Key<Integer> ACTIVE_MIN =
            defaulted(
                    "active-min",
                    Kinds.whole(1, 1_000),
                    SpreadingConfig.ACTIVE_MIN_DEFAULT,
                    Integer.toString(SpreadingConfig.ACTIVE_MIN_DEFAULT),
                    "with fewer usable servers than this, the next `tier` is used too");

    private SpreadingKeys() {}

    /** {@code backends.NAME.hash}. */
    static final class Hash {
        static final Key<HashKey> KEY =
                optional(
                        "key",
                        PART,
                        "or `header`, `cookie`, `parameter`",
                        "the client's address, or of an IPv4 address only the first three octets;"
                                + " path and query; path alone; host; the server name a TLS client"
                                + " asks for");
        static final Key<String> HEADER =
                optional("header", Kinds.token(), "or `key`", "the first header of this name");
        static final Key<String> COOKIE =
                optional("cookie", Kinds.token(), "or `key`", "the cookie of this name");
        static final Key<String> PARAMETER =
                optional(
                        "parameter",
                        Kinds.text(),
                        "or `key`",
                        "the query parameter of this name, as sent");
        static final Key<Long> BODY =
                optional(
                        "body",
                        Kinds.size(1, BODY_BYTES_MAX),
                        "bodies are not looked into",
                        "with `parameter`: a POST whose query has none waits until so much of its"
                                + " body, as sent, or its end, or the value has come; a value that"
                                + " is cut off is none. Only forms,"
                                + " `application/x-www-form-urlencoded`; `Expect: 100-continue` is"
                                + " answered. Over HTTP/2 at most half of `http2.window`");
        static final Key<Method> METHOD =
                defaulted(
                        "method",
                        Kinds.choice(
                                Map.of(
                                        "maglev", Method.MAGLEV,
                                        "ring", Method.RING,
                                        "modulo", Method.MODULO)),
                        Method.MAGLEV,
                        "maglev",
                        "maglev and ring are consistent: a change of servers moves few keys;"
                                + " modulo moves nearly all");
        static final Key<Integer> LOAD_PERCENT_MAX =
                optional(
                        "load-percent-max",
                        Kinds.whole(101, 1_000),
                        "no bound",
                        "a server with more than this part of the average load is passed over, on"
                                + " each node by itself");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.hash",
                        "What `balance = hash` hashes. The same key gives the same server on every"
                                + " node; a request without it is balanced round robin.",
                        KEY,
                        HEADER,
                        COOKIE,
                        PARAMETER,
                        BODY,
                        METHOD,
                        LOAD_PERCENT_MAX);

        /** The same parts of a request, as the key of a table. */
        static final Shape OF_TABLE =
                Shape.of(
                        "backends.NAME.sticky.by",
                        "What an entry of the table is kept for; a request without it does not"
                                + " stick.",
                        KEY,
                        HEADER,
                        COOKIE,
                        PARAMETER);

        private Hash() {}
    }

    /** {@code backends.NAME.limits}. */
    static final class Limits {
        static final Key<Integer> CONNECTIONS =
                optional(
                        "connections",
                        Kinds.count(1, Keys.MEBI),
                        "unlimited",
                        "concurrent requests (http) or connections (tcp) over all its servers");
        static final Key<Integer> QUEUE =
                defaulted(
                        "queue",
                        Kinds.count(0, 10_000),
                        SpreadingConfig.Limits.DEFAULTS.queue(),
                        Units.count(SpreadingConfig.Limits.DEFAULTS.queue()),
                        "how many may wait for a server with room; 503 beyond");
        static final Key<Duration> QUEUE_TIMEOUT =
                Keys.duration(
                        "queue-timeout",
                        Keys.MILLI,
                        Duration.ofMinutes(10),
                        SpreadingConfig.Limits.DEFAULTS.queueTimeout(),
                        "how long one waits; 503 after that");
        static final Shape SHAPE =
                Shape.of(
                        "backends.NAME.limits",
                        "What its servers get from one node at a time, and who waits. In counts, k"
                                + " is 1000.",
                        CONNECTIONS,
                        QUEUE,
                        QUEUE_TIMEOUT);

        private Limits() {}
    }

    /** Elements of {@code backends.NAME.servers}. */
    static final class Server {
        static final Key<Integer> TIER =
                defaulted(
                        "tier",
                        Kinds.whole(1, 16),
                        1,
                        "1",
                        "used when the tiers before it have fewer than `active-min` usable"
                                + " servers");
        static final Key<Integer> CONNECTIONS =
                optional(
                        "connections",
                        Kinds.count(1, Keys.MEBI),
                        "unlimited",
                        "concurrent requests (http) or connections (tcp) it gets from one node;"
                                + " what does not fit waits");

        private Server() {}
    }
}
