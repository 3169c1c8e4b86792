package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.sessions.SessionStamp;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Keys that were written on both sides of a split: counted when it heals, and told in one line now
 * and then. A copy that merely missed what the other side wrote is no conflict: it was written
 * before the split, or by the same node as the one that stays. Keys are not told: whoever has a
 * session's key has the session. Safe from any thread.
 */
final class Conflicts {

    /** A split may leave thousands; one line in this time is enough. */
    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * A split is noticed this late at most, in milliseconds; a write just before it may be counted
     * wrongly, none is missed.
     */
    static final long NOTICE_MILLIS = 5_000;

    /** As a power of two: of so many the last ones are not counted again. */
    private static final int RECENT_BITS = 14;

    /** Spreads what differs little: 2^64 divided by the golden ratio. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** Of this process. */
    static final Conflicts HERE = new Conflicts(System.nanoTime() - QUIET_NANOS);

    private static final Logger LOG = LoggerFactory.getLogger(Conflicts.class);

    private final LongAdder count = new LongAdder();
    private final AtomicLong toldNanos;

    /** Prints of what was brought. */
    private final AtomicLongArray recent = new AtomicLongArray(1 << RECENT_BITS);

    private volatile long splitMillis;

    Conflicts(long toldNanos) {
        this.toldNanos = new AtomicLong(toldNanos);
    }

    /**
     * A member has gone: what is written from now on, others may not see.
     *
     * @param stampMillis what a stamp given now would say
     */
    void split(long stampMillis) {
        splitMillis = stampMillis;
    }

    /** Counts and logs one, if it is one. */
    void found(SessionStamp stays, SessionStamp goes) {
        line(stays, goes, System.nanoTime()).ifPresent(LOG::warn);
    }

    /** The same; a line, unless there was one just before. */
    Optional<String> line(SessionStamp stays, SessionStamp goes, long nowNanos) {
        if (goes.node() == stays.node() || goes.millis() < splitMillis - NOTICE_MILLIS) {
            return Optional.empty();
        }
        count.increment();
        long told = toldNanos.get();
        if (nowNanos - told < QUIET_NANOS || !toldNanos.compareAndSet(told, nowNanos)) {
            return Optional.empty();
        }
        return Optional.of(
                "sessions: a key was written on both sides of a split: the write of node "
                        + stays.node()
                        + " stays, that of node "
                        + goes.node()
                        + " goes; "
                        + count.sum()
                        + " such keys since the start");
    }

    /**
     * Whether what a split has kept is brought for the first time: when its answer is late it is
     * brought again, after it was done, and meets itself, or what was written since. A print that
     * another one has replaced is forgotten.
     */
    boolean isNew(String key, SessionStamp brought) {
        long seed = ((long) key.hashCode() << Integer.SIZE) ^ brought.time();
        long print = seed * SPREAD + brought.node();
        int at = (int) ((print * SPREAD) >>> (Long.SIZE - RECENT_BITS));
        return recent.getAndSet(at, print) != print;
    }

    /** How many since the start. */
    long sum() {
        return count.sum();
    }
}
