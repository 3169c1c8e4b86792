package proa.node.balance;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The exponentially weighted moving average of a server's response times. A sample counts by the
 * time since the one before it, so that bursts count no more than their duration; without samples
 * the average decays, so that a server that was slow once is tried again. Of a server that was out
 * of use nothing is known. A sample that is as old as the stamps last counts as a new one. Any
 * thread; lock-free.
 */
final class ResponseTime {

    /** What {@link #expectedMicros} says before the first sample. */
    static final float UNKNOWN = 0;

    /** Time in which the weight of what was falls to 1/e; what Finagle uses. */
    static final long DECAY_NANOS = 10_000_000_000L;

    /** Microseconds below this cannot be told from {@link #UNKNOWN}. */
    private static final float MICROS_MIN = 0.001f;

    /** Time stamps count 65.5 µs, so that 32 bits last 78 hours. */
    private static final int STAMP_SHIFT = 16;

    /** A stamp so little ahead is of another event loop that was quicker. */
    private static final int AHEAD_STAMPS_MAX = (int) (DECAY_NANOS >>> STAMP_SHIFT);

    private static final float DECAY_STAMPS = (float) (DECAY_NANOS >>> STAMP_SHIFT);
    private static final float NANOS_PER_MICRO = 1_000;
    private static final long LOW_HALF = 0xffff_ffffL;

    /** A time at which nobody is asked anything. */
    private static final long NEVER = Long.MIN_VALUE;

    /** Average in microseconds as a float (high half) and time stamp (low half); 0: no sample. */
    private final AtomicLong state = new AtomicLong();

    /** When it was given something last while nothing was known. */
    private volatile long askedNanos = NEVER;

    /**
     * Takes a response time into account.
     *
     * @param nanos the response time
     * @param peak whether one that is above the average replaces it
     */
    void sample(long nanos, long nowNanos, boolean peak) {
        float micros = Math.max(MICROS_MIN, nanos / NANOS_PER_MICRO);
        long before;
        long after;
        do {
            before = state.get();
            after = pack(next(before, micros, stamp(nowNanos), peak), stamp(nowNanos));
        } while (!state.compareAndSet(before, after));
    }

    /** Nothing is known any more, and what was asked before does not tell. */
    void forget() {
        state.set(0);
        askedNanos = NEVER;
    }

    /** It has been given something that it will answer. */
    void asked(long nowNanos) {
        if (expectedMicros(nowNanos) == UNKNOWN) {
            askedNanos = nowNanos;
        }
    }

    /** Whether something is under way, for not too long, that will tell. */
    boolean isAsked(long nowNanos) {
        long since = askedNanos;
        return since != NEVER && nowNanos - since < DECAY_NANOS;
    }

    private static float next(long before, float micros, int now, boolean peak) {
        float average = average(before);
        if (average == UNKNOWN || (peak && micros > average)) {
            return micros;
        }
        float kept = kept(before, now);
        return average * kept + micros * (1 - kept);
    }

    /** The average as of now, or {@link #UNKNOWN}. */
    float expectedMicros(long nowNanos) {
        long now = state.get();
        return average(now) * kept(now, stamp(nowNanos));
    }

    /** What remains of the average's weight. */
    private static float kept(long state, int now) {
        int elapsed = now - (int) state;
        return elapsed <= 0 && elapsed >= -AHEAD_STAMPS_MAX
                ? 1
                : (float) Math.exp(-(elapsed & LOW_HALF) / DECAY_STAMPS);
    }

    private static float average(long state) {
        return Float.intBitsToFloat((int) (state >>> Integer.SIZE));
    }

    private static int stamp(long nanos) {
        return (int) (nanos >>> STAMP_SHIFT);
    }

    private static long pack(float average, int stamp) {
        return (long) Float.floatToRawIntBits(average) << Integer.SIZE | (stamp & LOW_HALF);
    }
}
