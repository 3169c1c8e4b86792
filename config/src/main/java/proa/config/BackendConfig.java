package proa.config;

import proa.config.SpreadingConfig.HashKey;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pool of servers that can stand in for each other.
 *
 * @param name unique within the file
 * @param balance how a server is chosen when nothing sticks
 * @param sticky what keeps a client on its server
 * @param check how servers are probed; empty: a server counts as up
 * @param servers in the order written
 * @param timeouts silence limits towards servers
 * @param retries further servers tried when one cannot be reached, one of them when it closed the
 *     connection without an answer to an idempotent request; 0 to 10; default 2
 * @param idleConnectionsMax idle pooled connections kept per server and event loop; 0 to 10,000;
 *     default 64
 * @param spreading how load is spread over the servers, beyond {@code balance}
 * @param health what besides the check says whether a server gets traffic
 * @param proxyProtocol the PROXY header that each connection to a server begins with
 * @param tls how connections to its servers are secured; empty: in clear
 * @param protocol the version of HTTP that its servers are spoken to in; over HTTP/2 requests share
 *     connections
 * @param sources the addresses that connections to its servers come from
 */
public record BackendConfig(
        String name,
        Balance balance,
        Sticky sticky,
        Optional<Check> check,
        List<Server> servers,
        Timeouts timeouts,
        int retries,
        int idleConnectionsMax,
        SpreadingConfig spreading,
        HealthConfig health,
        ProxyProtocol proxyProtocol,
        Optional<BackendTls> tls,
        HttpOptions.Version protocol,
        Sources sources) {

    public static final int RETRIES_DEFAULT = 2;
    public static final int IDLE_CONNECTIONS_DEFAULT = 64;

    public BackendConfig {
        servers = List.copyOf(servers);
    }

    /**
     * A backend without limits, tiers, slow start, hash, PROXY header, TLS and addresses to connect
     * from, whose servers are judged by their check alone.
     */
    public BackendConfig(
            String name,
            Balance balance,
            Sticky sticky,
            Optional<Check> check,
            List<Server> servers,
            Timeouts timeouts,
            int retries,
            int idleConnectionsMax) {
        this(
                name,
                balance,
                sticky,
                check,
                servers,
                timeouts,
                retries,
                idleConnectionsMax,
                SpreadingConfig.DEFAULTS,
                HealthConfig.NONE,
                ProxyProtocol.OFF,
                Optional.empty(),
                HttpOptions.Version.HTTP_1_1,
                Sources.NONE);
    }

    /** The same backend, with its load spread otherwise. */
    public BackendConfig with(SpreadingConfig other) {
        return with(other, health, proxyProtocol, tls, protocol, sources);
    }

    /** The same backend, its servers judged otherwise. */
    public BackendConfig with(HealthConfig other) {
        return with(spreading, other, proxyProtocol, tls, protocol, sources);
    }

    /** The same backend, with another PROXY header. */
    public BackendConfig with(ProxyProtocol other) {
        return with(spreading, health, other, tls, protocol, sources);
    }

    /** The same backend, with TLS to its servers. */
    public BackendConfig with(BackendTls secured) {
        return with(spreading, health, proxyProtocol, Optional.of(secured), protocol, sources);
    }

    /** The same backend, spoken to in another version. */
    public BackendConfig with(HttpOptions.Version other) {
        return with(spreading, health, proxyProtocol, tls, other, sources);
    }

    /** The same backend, its servers connected to from these addresses. */
    public BackendConfig with(Sources from) {
        return with(spreading, health, proxyProtocol, tls, protocol, from);
    }

    /** The backend as that node has it. */
    public BackendConfig on(String node) {
        return with(sources.on(node));
    }

    private BackendConfig with(
            SpreadingConfig spread,
            HealthConfig judged,
            ProxyProtocol announced,
            Optional<BackendTls> secured,
            HttpOptions.Version spoken,
            Sources from) {
        return new BackendConfig(
                name,
                balance,
                sticky,
                check,
                servers,
                timeouts,
                retries,
                idleConnectionsMax,
                spread,
                judged,
                announced,
                secured,
                spoken,
                from);
    }

    /** Whether servers are chosen by the name that clients ask for in TLS. */
    public boolean byServerName() {
        return spreading.byServerName()
                || (sticky instanceof Sticky.Table table
                        && table.by() instanceof HashKey.ServerName);
    }

    /**
     * Idle connections that are kept: none when each says whose it is, for nobody else can use it.
     */
    public int idleConnectionsKept() {
        return proxyProtocol == ProxyProtocol.OFF ? idleConnectionsMax : 0;
    }

    /** The header that tells a server whose connection it is. */
    public enum ProxyProtocol {
        OFF,
        /** A line of text. */
        V1,
        /** Binary. */
        V2
    }

    /** How a server is chosen when nothing sticks; all but {@code FIRST} honour weights. */
    public enum Balance {
        /** In turns, smoothly interleaved. */
        ROUND_ROBIN,
        /** Likewise, by the weights of the file whatever is changed while it runs. */
        STATIC_ROUND_ROBIN,
        /** The fewest requests or connections relative to the weight. */
        LEAST_CONNECTIONS,
        /** By a hash of a part of the request: the same server for the same key on every node. */
        HASH,
        /** By chance. */
        RANDOM,
        /** Two by chance, and of them the one with the lower load. */
        TWO_CHOICES,
        /** The lowest average response time, times its load. */
        LEAST_TIME,
        /** Like {@code LEAST_TIME}; a slow answer counts at once and is forgiven slowly. */
        PEAK_EWMA,
        /** The first in the order written that has room. */
        FIRST
    }

    /** What keeps a client on its server. */
    public sealed interface Sticky {
        /** Nothing does. */
        record Off() implements Sticky {}

        /** A cookie that carries the server's name. */
        record Cookie(StickyCookie cookie) implements Sticky {
            /** A cookie of ours with the default attributes. */
            public Cookie(String name) {
                this(new StickyCookie(name));
            }
        }

        /**
         * A replicated table.
         *
         * @param by what an entry is kept for; a request without it does not stick
         */
        record Table(String table, HashKey by, FirstChoice firstChoice) implements Sticky {
            /** A table on the client's address. */
            public Table(String table, FirstChoice firstChoice) {
                this(table, new HashKey.Source(false), firstChoice);
            }
        }

        /**
         * A replicated table of values that servers give to clients.
         *
         * @param header name of the response's field that has the value; empty with {@code cookie}
         * @param cookie name of the response's cookie that has the value; empty with {@code header}
         * @param found where clients bring it: the first of these that a request has
         */
        record Learn(
                String table, Optional<String> header, Optional<String> cookie, List<HashKey> found)
                implements Sticky {
            public Learn {
                found = List.copyOf(found);
            }
        }

        /**
         * The server's name behind the last dot of a value that servers make themselves.
         *
         * @param cookie name of the cookie that has the value; empty: none has
         * @param parameter name of the parameter of path or query that has it; empty: none has
         */
        record Route(Optional<String> cookie, Optional<String> parameter) implements Sticky {}
    }

    /** Who chooses the server of a new table entry. */
    public enum FirstChoice {
        /**
         * A consistent hash that is the same on every node, so that a race before replication lands
         * on one server.
         */
        HASH,
        /** The backend's own algorithm. */
        ALGORITHM
    }

    /**
     * One server.
     *
     * @param name unique within the backend; also its cookie value
     * @param address where it listens, resolved at load
     * @param weight 0 to 256; 0 takes no new clients
     * @param backup used only when every other server is down
     * @param tier 1 to 16; a tier is used when those before it have too few usable servers
     * @param connectionsMax concurrent requests (HTTP) or connections (TCP) it gets from this node;
     *     1 to 1 Mi; empty: unlimited
     * @param rate how often it gets one; empty: unlimited
     */
    public record Server(
            String name,
            InetSocketAddress address,
            int weight,
            boolean backup,
            int tier,
            Optional<Integer> connectionsMax,
            Optional<RateConfig.OfServer> rate) {

        public static final int TIER_DEFAULT = 1;

        /** A server that gets requests as often as there are. */
        public Server(
                String name,
                InetSocketAddress address,
                int weight,
                boolean backup,
                int tier,
                Optional<Integer> connectionsMax) {
            this(name, address, weight, backup, tier, connectionsMax, Optional.empty());
        }

        /** A server of the first tier without a limit. */
        public Server(String name, InetSocketAddress address, int weight, boolean backup) {
            this(name, address, weight, backup, TIER_DEFAULT, Optional.empty());
        }
    }

    /**
     * How servers are probed.
     *
     * @param probe what is sent and expected
     * @param port where it goes, on the server's address; empty: the server's own port
     * @param every interval between probes of one server; 100 ms to 1 h; default 5 s
     * @param fast interval while the verdict is changing: between the first failure and down, the
     *     first success and up; 50 ms to {@code every}; empty: {@code every}
     * @param jitterPercent each interval is up to this share shorter or longer; 0 to 50; default 5
     * @param timeout for one probe from connect to verdict; default: the smaller of 2 s and {@code
     *     every}
     * @param slow a probe that passes but takes longer is warned of; default: {@link #slow}
     * @param fall failures in a row until a server is down; 1 to 100; default 3
     * @param rise successes in a row until it is up again; 1 to 100; default 2
     * @param tls whether probes are in TLS, by the settings of the traffic; empty: as the traffic
     *     is, but in clear to a port of their own
     * @param hints whether members of the cluster tell each other when they find a server down, so
     *     that each probes it at once; default true
     */
    public record Check(
            Probe probe,
            Optional<Integer> port,
            Duration every,
            Optional<Duration> fast,
            int jitterPercent,
            Duration timeout,
            Duration slow,
            int fall,
            int rise,
            Optional<Boolean> tls,
            boolean hints) {

        public static final int JITTER_PERCENT_DEFAULT = 5;

        private static final Duration SLOW_DEFAULT = Duration.ofMillis(100);

        /** A check whose findings are told the other members. */
        public Check(
                Probe probe,
                Optional<Integer> port,
                Duration every,
                Optional<Duration> fast,
                int jitterPercent,
                Duration timeout,
                Duration slow,
                int fall,
                int rise,
                Optional<Boolean> tls) {
            this(probe, port, every, fast, jitterPercent, timeout, slow, fall, rise, tls, true);
        }

        /** A check in TLS where the traffic is. */
        public Check(
                Probe probe,
                Optional<Integer> port,
                Duration every,
                Optional<Duration> fast,
                int jitterPercent,
                Duration timeout,
                Duration slow,
                int fall,
                int rise) {
            this(
                    probe,
                    port,
                    every,
                    fast,
                    jitterPercent,
                    timeout,
                    slow,
                    fall,
                    rise,
                    Optional.empty());
        }

        /** Whether probes are in TLS where there are settings for it. */
        public boolean secured() {
            return tls.orElse(port.isEmpty());
        }

        /** A check with the default rhythm. */
        public Check(Probe probe, Duration every, Duration timeout, int fall, int rise) {
            this(
                    probe,
                    Optional.empty(),
                    every,
                    Optional.empty(),
                    JITTER_PERCENT_DEFAULT,
                    timeout,
                    slow(timeout),
                    fall,
                    rise);
        }

        /** What counts as slow by default: 100 ms, or half the timeout when that is less. */
        public static Duration slow(Duration timeout) {
            Duration half = timeout.dividedBy(2);
            return half.compareTo(SLOW_DEFAULT) < 0 ? half : SLOW_DEFAULT;
        }
    }

    /** What one probe sends and expects. */
    public sealed interface Probe {
        /** A connection that is accepted. */
        record Tcp() implements Probe {}

        /**
         * An HTTP/1.1 request and its answer.
         *
         * @param host the Host field; empty: the server's address
         * @param fields further fields, in the order sent
         * @param body sent as UTF-8; empty: none
         */
        record Http(
                String method,
                String uri,
                Optional<String> host,
                List<Field> fields,
                String body,
                Expect expect)
                implements Probe {

            public Http {
                fields = List.copyOf(fields);
            }

            /** A request without further fields and body, whose status alone is looked at. */
            public Http(String method, String uri, Optional<String> host, int expectStatus) {
                this(method, uri, host, List.of(), "", Expect.status(expectStatus));
            }
        }

        /** A field of the probe's head. */
        record Field(String name, String value) {}

        /** Bytes to and fro over TCP. */
        record Script(List<ScriptStep> steps) implements Probe {
            public Script {
                steps = List.copyOf(steps);
            }
        }

        /** Like a script, each step of sending a datagram. */
        record Udp(List<ScriptStep> steps) implements Probe {
            public Udp {
                steps = List.copyOf(steps);
            }
        }

        /** PING of the Redis protocol. */
        record Redis() implements Probe {}

        /**
         * The start-up message of PostgreSQL; a question for a password is answer enough.
         *
         * @param database empty: that of the user's name
         */
        record Postgresql(String user, Optional<String> database) implements Probe {}

        /**
         * The handshake of MySQL.
         *
         * @param user logs in without a password and leaves in order; empty: the server's greeting
         *     is answer enough
         */
        record Mysql(Optional<String> user) implements Probe {}

        /**
         * The health service of gRPC, over HTTP/2.
         *
         * @param service whose health is asked for; empty: the server's as a whole
         */
        record Grpc(String service) implements Probe {}

        /** Greeting and EHLO of SMTP. */
        record Smtp(String hello) implements Probe {}

        /** An anonymous bind of LDAP. */
        record Ldap() implements Probe {}
    }

    /**
     * Silence limits towards servers.
     *
     * @param connect until the connection is there; default 5 s
     * @param server no byte from the server while a response is owed; default 50 s; 504 beyond
     * @param idle how long a pooled connection waits for the next request; default 60 s
     */
    public record Timeouts(Duration connect, Duration server, Duration idle) {
        public static final Timeouts DEFAULTS =
                new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(50), Duration.ofMinutes(1));

        /** With pooled connections that wait as long as by default. */
        public Timeouts(Duration connect, Duration server) {
            this(connect, server, DEFAULTS.idle());
        }
    }
}
