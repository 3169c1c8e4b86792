package proa.cluster.replication;

/**
 * This node's monotonic time minus that of an origin, estimated from messages: the smallest
 * difference is the one with the shortest way, and it may slowly grow because clocks drift.
 */
final class ClockOffset {

    /** Drift allowed for: a thousandth of how much later than expected a message comes. */
    private static final int DRIFT_SHIFT = 10;

    /** Changes below this are not worth telling the tables. */
    private static final long TELL_NANOS = 1_000_000;

    private long offset;
    private long told;

    ClockOffset(long first) {
        offset = first;
        told = first;
    }

    long nanos() {
        return offset;
    }

    void observe(long difference) {
        offset = difference < offset ? difference : offset + ((difference - offset) >> DRIFT_SHIFT);
    }

    /** Whether the tables should know; they do from then on. */
    boolean tell() {
        boolean worth = Math.abs(offset - told) > TELL_NANOS;
        if (worth) {
            told = offset;
        }
        return worth;
    }
}
