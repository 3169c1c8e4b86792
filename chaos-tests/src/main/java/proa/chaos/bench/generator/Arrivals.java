package proa.chaos.bench.generator;

import java.util.concurrent.TimeUnit;

/**
 * When requests are due. At a fixed rate each has its own moment, and is due then even if nobody
 * can send it yet: its answer's time counts from there, so that a stall is seen by every request
 * that would have come meanwhile. Without a rate a request is due whenever somebody can send it.
 */
final class Arrivals {

    /** There is none. */
    static final long NONE = Long.MIN_VALUE;

    private final long start;
    private final long end;
    private final double periodNanos;
    private final long atOnce;
    private long taken;

    Arrivals(Plan plan, long startNanos) {
        this.start = startNanos;
        this.end = startNanos + (long) (plan.seconds() * TimeUnit.SECONDS.toNanos(1));
        this.periodNanos =
                plan.perSecond() > 0 ? TimeUnit.SECONDS.toNanos(1) / plan.perSecond() : 0;
        this.atOnce = plan.together() ? plan.connections() : 0;
    }

    /** Takes the next request: when it was due, or {@link #NONE} if none is due yet or any more. */
    long take(long nowNanos) {
        if (periodNanos == 0) {
            return nowNanos < end ? nowNanos : NONE;
        }
        long due = next();
        if (due == NONE || due > nowNanos) {
            return NONE;
        }
        taken++;
        return due;
    }

    /** When the next one of a fixed rate is due; {@link #NONE} after the last. */
    long next() {
        long due = start + (long) (Math.max(0, taken - atOnce) * periodNanos);
        return due < end ? due : NONE;
    }

    boolean hasRate() {
        return periodNanos > 0;
    }

    /** Whether there will be no more. */
    boolean over(long nowNanos) {
        return periodNanos == 0 ? nowNanos >= end : next() == NONE;
    }
}
