package proa.node.health;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When the next probe of one server starts. The interval runs from start to start, so that slow
 * answers do not stretch it, and varies a little, so that nodes and servers do not probe in step.
 * Used by one thread.
 */
public final class ProbeSchedule {

    /** Each interval is up to this fraction longer or shorter. */
    static final double JITTER = 0.05;

    /** A fast interval is this part of the regular one … */
    static final int FAST_DIVISOR = 10;

    /** … but never below this: a server that restarts should not be hammered. */
    static final long FAST_NANOS_MIN = 50_000_000;

    private final long everyNanos;
    private final RandomGenerator random;

    public ProbeSchedule(Duration every, RandomGenerator random) {
        this.everyNanos = every.toNanos();
        this.random = random;
    }

    /**
     * The start of the next probe; it may lie in the past, which means at once.
     *
     * @param startedNanos when the last probe started
     */
    public long nextNanos(CheckMachine.Pace pace, long startedNanos) {
        return switch (pace) {
            case AT_ONCE -> startedNanos + FAST_NANOS_MIN;
            case FAST -> startedNanos + fastNanos();
            case REGULAR -> startedNanos + jittered();
        };
    }

    private long fastNanos() {
        return Math.min(everyNanos, Math.max(FAST_NANOS_MIN, everyNanos / FAST_DIVISOR));
    }

    private long jittered() {
        return (long) (everyNanos * (1 + JITTER * (2 * random.nextDouble() - 1)));
    }
}
