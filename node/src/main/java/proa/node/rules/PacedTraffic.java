package proa.node.rules;

import proa.config.RateConfig;
import proa.node.exchange.Facts;
import proa.node.exchange.Later;
import proa.node.exchange.Pace;
import proa.node.exchange.Traffic;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Lets the requests of one frontend pass no more often than its rate, all clients together, before
 * any rule sees them. One that comes too early waits for its turn in front of its backend, or is
 * refused. Safe from any event loop.
 */
public final class PacedTraffic implements Traffic {

    /** How many may wait for their turn; one too many is refused as if it had come too early. */
    static final int WAITING_MAX = 10_000;

    private final Turns turns;
    private final long waitNanosMax;
    private final LongSupplier nanoTime;
    private final Later later;
    private final Traffic inner;
    private final Decision.Reply refusal;

    /**
     * How far the requests of a frontend are, and how many wait: of all its configurations that are
     * in use. Any thread.
     */
    public static final class Turns {
        private final RateConfig rate;
        private final Pace pace;
        private final AtomicInteger waiting;

        /** From now on, after a silence. */
        public Turns(RateConfig rate, long nowNanos) {
            this(rate, nowNanos, new AtomicInteger());
        }

        private Turns(RateConfig rate, long nowNanos, AtomicInteger waiting) {
            this.rate = rate;
            this.waiting = waiting;
            pace = new Pace(rate, nowNanos);
        }

        /** Goes on at this rate: with the same one where it is, with another one from now on. */
        public Turns at(RateConfig next, long nowNanos) {
            return next.equals(rate) ? this : new Turns(next, nowNanos, waiting);
        }
    }

    /**
     * A pace for what another one decides about.
     *
     * @param frontend its name, for answers
     * @param turns at its rate
     * @param nanoTime the clock of the pace
     * @param later has those that wait go on
     */
    public PacedTraffic(
            String frontend,
            RateConfig.Requests rate,
            Turns turns,
            LongSupplier nanoTime,
            Later later,
            Traffic inner) {
        this.turns = turns;
        this.waitNanosMax = rate.patience().toNanos();
        this.nanoTime = nanoTime;
        this.later = later;
        this.inner = inner;
        this.refusal =
                new Decision.Reply(
                        429, "too many requests: refused by the rate of frontend " + frontend);
    }

    @Override
    public boolean follows() {
        return inner.follows();
    }

    @Override
    public Decision decide(Facts facts) {
        long now = nanoTime.getAsLong();
        long wait = turns.pace.reserve(now, turns.waiting.get() < WAITING_MAX ? waitNanosMax : 0);
        if (wait < 0) {
            return refusal;
        }
        Decision decision = inner.decide(facts);
        return wait > 0 && decision instanceof Decision.Forward(var to, var edits)
                ? new Decision.Forward(
                        new PacedDestination(to, now + wait, nanoTime, later, turns.waiting), edits)
                : decision;
    }
}
