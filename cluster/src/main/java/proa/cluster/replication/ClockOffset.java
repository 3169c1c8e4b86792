package proa.cluster.replication;

/**
 * This node's monotonic time minus that of an origin, estimated from messages: the smallest
 * difference of late is the one with the shortest way. Only of late, because an origin's clock may
 * stand: a guest that was suspended is behind by that time for ever after.
 */
final class ClockOffset {

    /** Differences looked back at; 160 ms under traffic, when delays that pass are shorter. */
    static final int DIFFERENCES_MAX = 32;

    /** Differences older than this say nothing any more, however few there are since. */
    static final long AGE_NANOS_MAX = 10_000_000_000L;

    /** Changes below this are not worth telling the tables. */
    private static final long TELL_NANOS = 1_000_000;

    /** Told again after this long, because the tables remember a limited number of origins. */
    private static final long TELL_AGAIN_NANOS = 10_000_000_000L;

    private final boolean firstHand;
    private final long[] differences = new long[DIFFERENCES_MAX];
    private final long[] observedNanos = new long[DIFFERENCES_MAX];
    private int count;
    private int next;
    private long offset;
    private long told;
    private long toldNanos;

    /**
     * The first difference, of which the tables know.
     *
     * @param firstHand whether all of them are from messages of the origin itself
     */
    ClockOffset(long first, boolean firstHand, long nowNanos) {
        this.firstHand = firstHand;
        observe(first, nowNanos);
        told = first;
        toldNanos = nowNanos;
    }

    boolean firstHand() {
        return firstHand;
    }

    long nanos() {
        return offset;
    }

    void observe(long difference, long nowNanos) {
        differences[next] = difference;
        observedNanos[next] = nowNanos;
        next = (next + 1) % DIFFERENCES_MAX;
        count = Math.min(count + 1, DIFFERENCES_MAX);
        long smallest = difference;
        for (int at = 0; at < count; at++) {
            if (nowNanos - observedNanos[at] <= AGE_NANOS_MAX) {
                smallest = Math.min(smallest, differences[at]);
            }
        }
        offset = smallest;
    }

    /** Whether the tables should know; they do from then on. */
    boolean tell(long nowNanos) {
        boolean worth =
                Math.abs(offset - told) > TELL_NANOS || nowNanos - toldNanos > TELL_AGAIN_NANOS;
        if (worth) {
            told = offset;
            toldNanos = nowNanos;
        }
        return worth;
    }
}
