package proa.node.health;

import proa.config.BackendConfig.Check;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When the next probe of one server starts. The interval runs from start to start, so that slow
 * answers do not stretch it, and varies a little, so that nodes and servers do not probe in step.
 * Used by one thread.
 */
public final class ProbeSchedule {

    /** Without a configured one, a fast interval is this part of the regular one … */
    static final int FAST_DIVISOR = 10;

    /** … but never below this: a server that restarts should not be hammered. */
    static final long FAST_NANOS_MIN = 50_000_000;

    private final long everyNanos;
    private final long fastNanos;
    private final long changingNanos;
    private final double jitter;
    private final RandomGenerator random;

    /** The rhythm of a check. */
    public ProbeSchedule(Check check, RandomGenerator random) {
        everyNanos = check.every().toNanos();
        changingNanos = check.fast().orElse(check.every()).toNanos();
        fastNanos = check.fast().map(Duration::toNanos).orElseGet(this::fraction);
        jitter = check.jitterPercent() / 100.0;
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
            case FAST -> startedNanos + fastNanos;
            case CHANGING -> startedNanos + jittered(changingNanos);
            case REGULAR -> startedNanos + jittered(everyNanos);
        };
    }

    private long fraction() {
        return Math.min(everyNanos, Math.max(FAST_NANOS_MIN, everyNanos / FAST_DIVISOR));
    }

    private long jittered(long nanos) {
        return (long) (nanos * (1 + jitter * (2 * random.nextDouble() - 1)));
    }
}
