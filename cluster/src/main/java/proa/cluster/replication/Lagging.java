package proa.cluster.replication;

/**
 * Whether a node is too far behind the others to be called ready, with hysteresis: a peak of less
 * than a second changes nothing, and a node is back only when it has kept up for a while.
 *
 * <pre>
 *   keeps up | lag above the limit for 1 s             | behind
 *   behind   | lag at most half of the limit for 2 s   | keeps up
 *   either   | no other member in sight                | keeps up
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class Lagging {

    /** Longer than one late message stays in the reading of {@link Statistics#lagNanos}. */
    public static final long ENTER_NANOS = 1_000_000_000L;

    static final long LEAVE_NANOS = 2_000_000_000L;

    private final long maxNanos;
    private boolean behind;

    /** Whether the reading speaks for the other state, and since when. */
    private boolean turning;

    private long sinceNanos;

    /**
     * @param maxNanos largest lag of a node that keeps up, in nanoseconds
     */
    public Lagging(long maxNanos) {
        this.maxNanos = maxNanos;
    }

    /**
     * Takes a reading, some ten times a second; whether the node is behind now.
     *
     * @param lagNanos how far it is behind
     * @param alone whether no other member is in sight
     */
    public boolean look(long lagNanos, boolean alone, long nowNanos) {
        if (alone) {
            behind = false;
            turning = false;
            return false;
        }
        boolean other = behind ? lagNanos <= maxNanos / 2 : lagNanos > maxNanos;
        if (!other) {
            turning = false;
        } else if (!turning) {
            turning = true;
            sinceNanos = nowNanos;
        } else if (nowNanos - sinceNanos >= (behind ? LEAVE_NANOS : ENTER_NANOS)) {
            behind = !behind;
            turning = false;
        }
        return behind;
    }
}
