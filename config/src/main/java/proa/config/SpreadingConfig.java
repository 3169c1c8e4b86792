package proa.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How load is spread over the servers of a backend, beyond the algorithm.
 *
 * @param hash what {@code balance = hash} hashes; empty with every other algorithm
 * @param slowStart time in which the share of a server that has come back grows to its own; 1 s to
 *     1 h; empty: it has it at once
 * @param activeMin usable servers below which the next tier is used too; 1 to 1,000; default 1
 * @param limits how many requests there may be, and who waits
 */
public record SpreadingConfig(
        Optional<Hash> hash, Optional<Duration> slowStart, int activeMin, Limits limits) {

    public static final int ACTIVE_MIN_DEFAULT = 1;
    public static final SpreadingConfig DEFAULTS =
            new SpreadingConfig(
                    Optional.empty(), Optional.empty(), ACTIVE_MIN_DEFAULT, Limits.DEFAULTS);

    /** Whether a client's TLS server name says which server it gets. */
    public boolean byServerName() {
        return hash.filter(each -> each.key() instanceof HashKey.ServerName).isPresent();
    }

    /**
     * From a part of a request to a server.
     *
     * @param key the part; a request without it is balanced round robin
     * @param method from its hash to a server
     * @param loadPercentMax a server that has more than this share of the average load is passed
     *     over, 101 to 1,000; empty: never
     */
    public record Hash(HashKey key, Method method, Optional<Integer> loadPercentMax) {}

    /** From a hash to a server; all three walk past servers that cannot be used. */
    public enum Method {
        /** Consistent and even within about a percent; a change of servers moves little. */
        MAGLEV,
        /** Consistent, even within about ten percent; a change moves only what it must. */
        RING,
        /** The remainder of a division: exactly even, and a change of servers moves nearly all. */
        MODULO
    }

    /** A part of a request. */
    public sealed interface HashKey {

        /**
         * The client's address.
         *
         * @param threeOctets of an IPv4 address only the first three octets, as nginx's {@code
         *     ip_hash} does
         */
        record Source(boolean threeOctets) implements HashKey {}

        /** Path and query, as sent. */
        record Uri() implements HashKey {}

        /** The path without query, as sent. */
        record Path() implements HashKey {}

        /** The host without port. */
        record Host() implements HashKey {}

        /** The server name that a TLS client asked for. */
        record ServerName() implements HashKey {}

        /** The first query parameter of that name, as sent. */
        record Parameter(String name) implements HashKey {}

        /**
         * The first query parameter of that name, as sent; without it that of a form in the body.
         * Only what spreads requests looks there, nothing that sticks or counts.
         *
         * @param bodyBytesMax bytes of a body that are waited for; 1 to 64 Ki
         */
        record FormParameter(String name, int bodyBytesMax) implements HashKey {}

        /** The first field line of that name. */
        record Header(String name) implements HashKey {}

        /** The first cookie of that name. */
        record Cookie(String name) implements HashKey {}

        /** Not a part of it but the same for all: the key of a limit on everybody together. */
        record Constant(String text) implements HashKey {}
    }

    /**
     * How many requests (HTTP) or connections (TCP) the servers get from this node, and who waits
     * when they have as many.
     *
     * @param connections over all servers of the backend; 1 to 1 Mi; empty: unlimited
     * @param queue how many may wait; 0 to 10,000; default 1,000; 503 beyond
     * @param queueTimeout how long one waits; 1 ms to 10 min; default 5 s; 503 after that
     */
    public record Limits(Optional<Integer> connections, int queue, Duration queueTimeout) {
        public static final Limits DEFAULTS =
                new Limits(Optional.empty(), 1_000, Duration.ofSeconds(5));
    }
}
