package proa.config;

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
 * @param retries further servers tried when one cannot be reached; 0 to 10; default 2
 * @param idleConnectionsMax idle pooled connections kept per server and event loop; 0 to 10,000;
 *     default 64
 * @param tls how connections to its servers are secured; empty: in clear
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
        Optional<BackendTls> tls) {

    public static final int RETRIES_DEFAULT = 2;
    public static final int IDLE_CONNECTIONS_DEFAULT = 64;

    public BackendConfig {
        servers = List.copyOf(servers);
    }

    /** A backend whose servers are spoken to in clear. */
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
                Optional.empty());
    }

    /** The same with TLS. */
    public BackendConfig with(BackendTls secured) {
        return new BackendConfig(
                name,
                balance,
                sticky,
                check,
                servers,
                timeouts,
                retries,
                idleConnectionsMax,
                Optional.of(secured));
    }

    /** How a server is chosen when nothing sticks; both honour weights. */
    public enum Balance {
        ROUND_ROBIN,
        LEAST_CONNECTIONS
    }

    /** What keeps a client on its server. */
    public sealed interface Sticky {
        /** Nothing does. */
        record Off() implements Sticky {}

        /** A cookie that carries the server's name, inserted by us and not shown to servers. */
        record CookieInsert(String cookie) implements Sticky {}

        /** A replicated table on the client's address. */
        record Table(String table, FirstChoice firstChoice) implements Sticky {}
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
     */
    public record Server(String name, InetSocketAddress address, int weight, boolean backup) {}

    /**
     * How servers are probed.
     *
     * @param probe what is sent and expected
     * @param every interval between probes of one server; 100 ms to 1 h; default 5 s
     * @param timeout for one probe from connect to verdict; default: the smaller of 2 s and {@code
     *     every}
     * @param fall failures in a row until a server is down; 1 to 100; default 3
     * @param rise successes in a row until it is up again; 1 to 100; default 2
     */
    public record Check(Probe probe, Duration every, Duration timeout, int fall, int rise) {}

    /** What one probe sends and expects. */
    public sealed interface Probe {
        /** A connection that is accepted. */
        record Tcp() implements Probe {}

        /** An HTTP/1.1 request and the status of its answer. */
        record Http(String method, String uri, Optional<String> host, int expectStatus)
                implements Probe {}
    }

    /**
     * Silence limits towards servers.
     *
     * @param connect until the connection is there; default 5 s
     * @param server no byte from the server while a response is owed; default 50 s; 504 beyond
     */
    public record Timeouts(Duration connect, Duration server) {
        public static final Timeouts DEFAULTS =
                new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(50));
    }
}
