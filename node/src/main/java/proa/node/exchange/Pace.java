package proa.node.exchange;

import proa.config.RateConfig;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How often something may happen: the generic cell rate algorithm (ITU-T I.371), which is a token
 * bucket in one number, the time at which what has happened would have happened evenly. Any thread;
 * lock-free.
 */
public final class Pace {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final long intervalNanos;
    private final long slackNanos;
    private final AtomicLong due;

    /** A pace from now on, after a silence. */
    public Pace(RateConfig rate, long nowNanos) {
        this(rate, new AtomicLong(nowNanos));
    }

    /**
     * A pace that goes on where another one is.
     *
     * @param due when the next one would have to come if all came evenly; shared with the other
     */
    public Pace(RateConfig rate, AtomicLong due) {
        this.intervalNanos = NANOS_PER_SECOND / rate.perSecond();
        this.slackNanos = intervalNanos * (rate.burst() - 1);
        this.due = due;
    }

    /** Takes a turn if there is one now. */
    public boolean take(long nowNanos) {
        return reserve(nowNanos, 0) >= 0;
    }

    /**
     * Takes the next turn if it comes soon enough.
     *
     * @param waitNanosMax how long one would wait for it
     * @return how long it is until then, or -1: too long, and it is not taken
     */
    public long reserve(long nowNanos, long waitNanosMax) {
        long was;
        long from;
        long wait;
        do {
            was = due.get();
            from = was - nowNanos > 0 ? was : nowNanos;
            wait = Math.max(0, from - nowNanos - slackNanos);
            if (wait > waitNanosMax) {
                return -1;
            }
        } while (!due.compareAndSet(was, from + intervalNanos));
        return wait;
    }

    /** A turn that was taken was not used. */
    public void giveBack() {
        due.addAndGet(-intervalNanos);
    }

    /** How long it is until the next turn; 0: there is one now. */
    public long waitNanos(long nowNanos) {
        return Math.max(0, due.get() - nowNanos - slackNanos);
    }
}
