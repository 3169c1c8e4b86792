package proa.testing;

import java.time.Duration;

/**
 * How long a test waits for what is certain to come, where no time is promised. A look counts for
 * what has gone by since the one before, up to a second: the minutes for which a virtual machine
 * stood still are nobody's fault. Used by one thread.
 */
public final class Patience {

    /** More than a busy machine takes from one look to the next. */
    private static final long LOOK_NANOS_MAX = 1_000_000_000L;

    private long leftNanos;
    private long lookedNanos = System.nanoTime();

    /** Begins now. */
    public Patience(Duration most) {
        leftNanos = most.toNanos();
    }

    /** Whether it is over; asked at every look. */
    public boolean isOver() {
        return isOver(System.nanoTime());
    }

    boolean isOver(long nowNanos) {
        leftNanos -= Math.min(nowNanos - lookedNanos, LOOK_NANOS_MAX);
        lookedNanos = nowNanos;
        return leftNanos < 0;
    }
}
