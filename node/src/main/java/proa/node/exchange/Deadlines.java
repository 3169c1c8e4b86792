package proa.node.exchange;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * The deadlines of one event loop: a wheel of lists that is turned by a tick. Moving a deadline
 * later, which every request does, is one store: an entry that comes up early is put where it
 * belongs by then. Nothing is allocated after an entry was made. One thread.
 *
 * <p>Deadlines are kept to {@link #TICK_NANOS}, late by at most two ticks.
 */
public final class Deadlines {

    /** Resolution. */
    public static final long TICK_NANOS = 20_000_000;

    /** About ten seconds; later deadlines are looked at once in that time. */
    private static final int SLOTS = 512;

    private static final long NEVER = Long.MAX_VALUE;

    private final long originNanos;
    private final Entry[] slots = new Entry[SLOTS];
    private long tick;

    /** Time begins at {@code nowNanos}. */
    public Deadlines(long nowNanos) {
        originNanos = nowNanos;
        for (int at = 0; at < SLOTS; at++) {
            slots[at] = new Entry(_ -> {});
        }
    }

    /** What happens when the time has come. */
    public interface Expiry {
        /** The deadline has passed; the entry has none now. */
        void expired(long nowNanos);
    }

    /** One thing with at most one deadline at a time. */
    public static final class Entry {
        private final Expiry expiry;
        private long deadline = NEVER;
        private long linkedTick;
        private @Nullable Entry before;
        private @Nullable Entry after;

        public Entry(Expiry expiry) {
            this.expiry = expiry;
        }
    }

    /** The entry expires at that time instead of any before. */
    public void set(Entry entry, long deadlineNanos) {
        long wanted = deadlineNanos - originNanos;
        entry.deadline = wanted;
        if (entry.before == null) {
            link(entry);
        } else if (wanted < entry.linkedTick * TICK_NANOS) {
            unlink(entry);
            link(entry);
        }
    }

    /** The entry has no deadline. Cheap; it may stay in the wheel for a while. */
    public void clear(Entry entry) {
        entry.deadline = NEVER;
    }

    /** The entry has no deadline and leaves the wheel now. */
    public void remove(Entry entry) {
        entry.deadline = NEVER;
        unlink(entry);
    }

    /**
     * Expires what is due.
     *
     * @param failures told of each expiry that throws; the others are not held up
     */
    public void advance(long nowNanos, Consumer<Throwable> failures) {
        long now = nowNanos - originNanos;
        long target = now / TICK_NANOS;
        if (target - tick > SLOTS) {
            tick = target - SLOTS;
        }
        while (tick < target) {
            tick++;
            turn(slots[(int) (tick % SLOTS)], now, nowNanos, failures);
        }
    }

    /**
     * What is put back in lands in a later slot, so this ends; what is called may remove others.
     */
    private void turn(Entry slot, long now, long nowNanos, Consumer<Throwable> failures) {
        for (Entry entry = slot.after; entry != null; entry = slot.after) {
            unlink(entry);
            if (entry.deadline <= now) {
                entry.deadline = NEVER;
                expire(entry, nowNanos, failures);
            } else if (entry.deadline != NEVER) {
                link(entry);
            }
        }
    }

    private static void expire(Entry entry, long nowNanos, Consumer<Throwable> failures) {
        try {
            entry.expiry.expired(nowNanos);
        } catch (Throwable failure) { // out of memory too: every other timer must live
            failures.accept(failure);
        }
    }

    /** At least one tick ahead, at most one turn. */
    private void link(Entry entry) {
        long due = entry.deadline / TICK_NANOS + 1;
        entry.linkedTick = Math.min(Math.max(due, tick + 1), tick + SLOTS - 1);
        Entry slot = slots[(int) (entry.linkedTick % SLOTS)];
        Entry next = slot.after;
        entry.before = slot;
        entry.after = next;
        slot.after = entry;
        if (next != null) {
            next.before = entry;
        }
    }

    private static void unlink(Entry entry) {
        Entry before = entry.before;
        Entry after = entry.after;
        if (before != null) {
            before.after = after;
        }
        if (after != null) {
            after.before = before;
        }
        entry.before = null;
        entry.after = null;
    }
}
