package proa.node.exchange;

/**
 * How fast a request's body has to come: so many bytes a second, on average over a time. What came
 * faster is credit for as long as that time, and no longer. One thread.
 */
public final class BodyPace {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long bytesPerSecond;
    private final long overNanos;
    private long dueNanos;

    /**
     * A pace; {@code bytesPerSecond} 0: none is asked for.
     *
     * @param overNanos the time that is averaged over
     */
    public BodyPace(long bytesPerSecond, long overNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.overNanos = overNanos;
    }

    /** Whether one is asked for; else what comes need not be told. */
    public boolean counts() {
        return bytesPerSecond > 0;
    }

    /** A body begins, or goes on after a pause that is not its sender's. */
    public void begin(long nowNanos) {
        dueNanos = nowNanos + overNanos;
    }

    /** So many bytes more have come. */
    public void received(int bytes, long nowNanos) {
        long worth = (long) ((double) bytes / bytesPerSecond * NANOS_PER_SECOND);
        dueNanos = Math.min(dueNanos + worth, nowNanos + overNanos);
    }

    /** How long the body may take to go on; never more than the time that is averaged over. */
    public long leftNanos(long nowNanos) {
        return counts() ? Math.clamp(dueNanos - nowNanos, 0, overNanos) : overNanos;
    }
}
