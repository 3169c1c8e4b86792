package proa.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How often something may happen: evenly, but for a burst.
 *
 * @param perSecond how often in a second, in the long run; 1 to 1 million
 * @param burst how many may come at once after a silence; 1 to 1 million; default {@link #burst}
 */
public record RateConfig(int perSecond, int burst) {

    public static final int PER_SECOND_MAX = 1_000_000;

    private static final int BURSTS_PER_SECOND = 10;

    /** What comes in a tenth of a second, at least one. */
    public static int burst(int perSecond) {
        return Math.max(1, perSecond / BURSTS_PER_SECOND);
    }

    /**
     * How often the clients of a frontend may come to one node.
     *
     * @param connections new connections; empty: as often as they like
     * @param requests requests of mode http; empty: as often as they like
     */
    public record OfClients(Optional<Connections> connections, Optional<Requests> requests) {
        /** No limit to either. */
        public static final OfClients UNLIMITED = new OfClients(Optional.empty(), Optional.empty());
    }

    /**
     * How often connections may come.
     *
     * @param waits whether one that comes too early waits to be accepted; else it is closed
     */
    public record Connections(RateConfig rate, boolean waits) {}

    /**
     * How often requests may come.
     *
     * @param patience how long one that comes too early may wait for its turn; 0 to 1 min; default
     *     0: a 429 at once
     */
    public record Requests(RateConfig rate, Duration patience) {}

    /**
     * How often a server gets a request (HTTP) or connection (TCP).
     *
     * @param table the table by whose counter of requests all nodes together keep to it; empty:
     *     each node keeps to it by itself
     */
    public record OfServer(RateConfig rate, Optional<String> table) {}
}
