package proa.node.health;

import java.time.Duration;

/**
 * Whether a probe that passed slowly is worth a line in the log: users wait as long. Said at most
 * once a minute for a server. Used by one thread.
 */
public final class SlowWarning {

    static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

    private final long slowNanos;
    private boolean said;
    private long saidNanos;

    /**
     * Nothing has been said yet.
     *
     * @param slow a probe that takes longer is slow
     */
    public SlowWarning(Duration slow) {
        slowNanos = slow.toNanos();
    }

    /** Takes note of a probe that passed; whether to say that it was slow. */
    public boolean due(long tookNanos, long nowNanos) {
        if (tookNanos <= slowNanos || said && nowNanos - saidNanos < PERIOD_NANOS) {
            return false;
        }
        said = true;
        saidNanos = nowNanos;
        return true;
    }
}
