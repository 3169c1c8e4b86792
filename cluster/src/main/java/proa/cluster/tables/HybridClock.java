package proa.cluster.tables;

/**
 * A hybrid logical clock: orders the writes of one table over all nodes, and nothing else. Not
 * thread-safe.
 *
 * <p>A stamp is 48 bits of milliseconds and 16 bits of counter. It is never smaller than one that
 * was given out or observed before, whatever the wall does.
 *
 * <p>Source: Kulkarni et al., "Logical Physical Clocks and Consistent Snapshots", 2014.
 */
final class HybridClock {

    private static final int COUNTER_BITS = 16;

    private long last;

    /** A stamp above every one seen so far. */
    long next(long wallMillis) {
        last = Math.max(last + 1, wallMillis << COUNTER_BITS);
        return last;
    }

    /** Learns of another node's stamp. */
    void observe(long stamp) {
        last = Math.max(last, stamp);
    }
}
