package proa.cluster.engine;

/**
 * Whether this process has stood still (stopped by a signal, a suspended guest, no processor) for
 * so long that the others may have put it out without its knowing. From then on, until the member
 * that could have done so says that it has heard this node since, what lies here may be out of
 * date.
 *
 * <p>Look first at what lies here and then ask {@link #over}: a process may stop between any two
 * instructions. One thread ticks; any may ask.
 */
final class Standstill {

    private final long limitNanos;
    private volatile long tickedNanos;
    private volatile boolean doubted;
    private long doubtedNanos; // guarded by this

    /**
     * @param limitNanos a stop this long may have cost the membership; far less than members give
     *     each other to answer, far more than the time between two ticks
     */
    Standstill(long limitNanos, long nowNanos) {
        this.limitNanos = limitNanos;
        this.tickedNanos = nowNanos;
    }

    /**
     * This process runs.
     *
     * @return for how long it had stood still; 0: it had not
     */
    synchronized long tick(long nowNanos) {
        long passed = nowNanos - tickedNanos;
        boolean still = passed > limitNanos;
        if (still) {
            doubtedNanos = nowNanos;
            doubted = true;
        }
        tickedNanos = nowNanos; // last: whoever sees that the clock goes again sees the doubt
        return still ? passed : 0;
    }

    /**
     * The member that could have put this node out has it in sight and has heard it.
     *
     * @param spokeNanos when this node said what that member has heard
     */
    synchronized void heard(long spokeNanos) {
        if (doubted && spokeNanos - doubtedNanos >= 0) {
            doubted = false;
        }
    }

    /** Nobody else is in sight, so nobody has to say anything. */
    synchronized void alone() {
        doubted = false;
    }

    /** Whether there has been none until now that is not accounted for. */
    boolean over(long nowNanos) {
        return nowNanos - tickedNanos <= limitNanos && !doubted;
    }
}
