package proa.cluster.tables;

import java.util.ArrayList;
import java.util.List;

/**
 * The counter slots of all keys of a table, as chains of records: who counted, for which birth of
 * the key, and the numbers. Not thread-safe.
 *
 * <p>Merge law: everything by maximum, since only the origin adds to it; of an origin's births the
 * two latest are kept. Buckets that have left the window are dropped, which commutes with the
 * maximum.
 */
final class Slots {

    static final int NONE = Records.NONE;

    /** Births kept of one origin: the current one, and the one before an eviction. */
    static final int BIRTHS_MAX = 2;

    private static final int INCARNATION = 0;
    private static final int BIRTH_AND_NODE = 1;
    private static final int ACTIVE = 2;
    private static final int NEXT = 3;

    /** Number of the newest bucket while there is none. */
    private static final long NO_BUCKET = Long.MIN_VALUE / 2;

    private static final int NODE_BITS = 8;
    private static final long HALF = 0xffff_ffffL;

    private final SlotLayout layout;
    private final Records records;

    Slots(SlotLayout layout) {
        this.layout = layout;
        this.records = new Records(layout.fields());
    }

    /** A new slot in front of a chain. */
    int add(int chain, Origin origin, long birth) {
        int slot = records.allocate();
        records.set(slot, INCARNATION, origin.incarnation());
        records.set(slot, BIRTH_AND_NODE, birth << NODE_BITS | origin.node());
        records.set(slot, ACTIVE, Long.MIN_VALUE);
        records.set(slot, NEXT, chain);
        for (int counter = 0; counter < layout.size(); counter++) {
            if (layout.rate(counter) != SlotLayout.NOWHERE) {
                records.set(slot, layout.rate(counter), NO_BUCKET);
            }
        }
        return slot;
    }

    void release(int slot) {
        records.release(slot);
    }

    /** Takes one slot out of a chain; the chain's new beginning. */
    int remove(int chain, int slot) {
        int next = next(slot);
        if (chain == slot) {
            records.release(slot);
            return next;
        }
        int before = chain;
        while (next(before) != slot) {
            before = next(before);
        }
        records.set(before, NEXT, next);
        records.release(slot);
        return chain;
    }

    int next(int slot) {
        return (int) records.get(slot, NEXT);
    }

    int node(int slot) {
        return (int) (records.get(slot, BIRTH_AND_NODE) & Origin.NODE_MAX);
    }

    long incarnation(int slot) {
        return records.get(slot, INCARNATION);
    }

    long birth(int slot) {
        return records.get(slot, BIRTH_AND_NODE) >>> NODE_BITS;
    }

    /** When the origin counted last, on its own clock. */
    long activeNanos(int slot) {
        return records.get(slot, ACTIVE) << Counts.TICK_SHIFT;
    }

    boolean isOf(int slot, Origin origin) {
        return incarnation(slot) == origin.incarnation() && node(slot) == origin.node();
    }

    /** Notes that the origin counted now. */
    void active(int slot, long nowNanos) {
        activeTick(slot, nowNanos >> Counts.TICK_SHIFT);
    }

    /** Adds to a counter's sum and to a bucket of its rate, at the origin. */
    void add(int slot, int counter, long amount, long bucket) {
        grow(slot, layout.added(counter), amount);
        if (layout.rate(counter) == SlotLayout.NOWHERE) {
            return;
        }
        advance(slot, counter, bucket);
        // A bucket too old to be kept cannot happen with a monotonic clock; it would count as now.
        long at = kept(slot, counter, bucket) ? bucket : newest(slot, counter);
        long count = count(slot, counter, at);
        set(slot, counter, at, count + Math.min(amount, most(counter) - count));
    }

    /** Takes away from a counter, at the origin. */
    void take(int slot, int counter, long amount) {
        grow(slot, layout.taken(counter), amount);
    }

    /** Merges by maximum. */
    void merge(int slot, Counts counts) {
        activeTick(slot, counts.activeTick());
        for (int counter = 0; counter < layout.size(); counter++) {
            raise(slot, layout.added(counter), counts.added(counter));
            raise(slot, layout.taken(counter), counts.taken(counter));
            if (layout.rate(counter) != SlotLayout.NOWHERE) {
                merge(slot, counter, counts.rate(counter));
            }
        }
    }

    /** What was counted in a bucket; in one that is no longer or not yet kept, nothing. */
    long count(int slot, int counter, long bucket) {
        if (!kept(slot, counter, bucket)) {
            return 0;
        }
        int place = (int) Math.floorMod(bucket, (long) Buckets.KEPT);
        int first = layout.rate(counter) + 1;
        if (layout.counter(counter).wide()) {
            return records.get(slot, first + place);
        }
        long pair = records.get(slot, first + place / 2);
        return place % 2 == 0 ? pair & HALF : pair >>> 32;
    }

    /** Sum of what was added; 0 where no sum is kept. */
    long added(int slot, int counter) {
        int field = layout.added(counter);
        return field == SlotLayout.NOWHERE ? 0 : records.get(slot, field);
    }

    /** Whether a sum is part of the entry for as long as that lives. */
    boolean summed(int slot) {
        for (int counter = 0; counter < layout.size(); counter++) {
            if (added(slot, counter) > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing was ever counted. */
    boolean empty(int slot) {
        for (int counter = 0; counter < layout.size(); counter++) {
            boolean rated = layout.rate(counter) != SlotLayout.NOWHERE;
            if (added(slot, counter) > 0 || rated && newest(slot, counter) != NO_BUCKET) {
                return false;
            }
        }
        return true;
    }

    /** Whether something was added and not taken away again. */
    boolean open(int slot) {
        for (int counter = 0; counter < layout.size(); counter++) {
            if (current(slot, counter) > 0) {
                return true;
            }
        }
        return false;
    }

    /** What was added and not taken away again. */
    long current(int slot, int counter) {
        int field = layout.taken(counter);
        return field == SlotLayout.NOWHERE ? 0 : added(slot, counter) - records.get(slot, field);
    }

    /** What is open, by counter. */
    long[] current(int slot) {
        long[] current = new long[layout.size()];
        for (int counter = 0; counter < current.length; counter++) {
            current[counter] = current(slot, counter);
        }
        return current;
    }

    /** Goes on with what was open in a slot before, at the origin; no rate counts it again. */
    void open(int slot, int counter, long amount) {
        grow(slot, layout.added(counter), amount);
    }

    Counts counts(int slot) {
        int size = layout.size();
        List<Buckets> rates = new ArrayList<>(size);
        long[] added = new long[size];
        long[] taken = new long[size];
        for (int counter = 0; counter < size; counter++) {
            rates.add(
                    layout.rate(counter) == SlotLayout.NOWHERE
                            ? Buckets.NONE
                            : buckets(slot, counter));
            added[counter] = added(slot, counter);
            taken[counter] = added[counter] - current(slot, counter);
            if (layout.taken(counter) == SlotLayout.NOWHERE) {
                taken[counter] = 0;
            }
        }
        return new Counts(records.get(slot, ACTIVE), rates, added, taken);
    }

    private Buckets buckets(int slot, int counter) {
        long newest = newest(slot, counter);
        if (newest == NO_BUCKET) {
            return Buckets.NONE;
        }
        long[] counts = new long[Buckets.KEPT];
        for (int back = 0; back < counts.length; back++) {
            counts[back] = count(slot, counter, newest - back);
        }
        return Buckets.of(newest, counts);
    }

    private void merge(int slot, int counter, Buckets buckets) {
        if (buckets.used() == 0) {
            return;
        }
        advance(slot, counter, buckets.newest());
        for (int back = 0; back < Buckets.KEPT; back++) {
            long bucket = buckets.newest() - back;
            if (buckets.count(back) > count(slot, counter, bucket)) {
                set(slot, counter, bucket, Math.min(buckets.count(back), most(counter)));
            }
        }
    }

    private long most(int counter) {
        return layout.counter(counter).wide() ? Long.MAX_VALUE : Integer.MAX_VALUE;
    }

    private void activeTick(int slot, long tick) {
        if (tick > records.get(slot, ACTIVE)) {
            records.set(slot, ACTIVE, tick);
        }
    }

    private void grow(int slot, int field, long amount) {
        if (field != SlotLayout.NOWHERE) {
            records.set(slot, field, records.get(slot, field) + amount);
        }
    }

    private void raise(int slot, int field, long value) {
        if (field != SlotLayout.NOWHERE && value > records.get(slot, field)) {
            records.set(slot, field, value);
        }
    }

    private long newest(int slot, int counter) {
        return records.get(slot, layout.rate(counter));
    }

    private boolean kept(int slot, int counter, long bucket) {
        long back = newest(slot, counter) - bucket;
        return back >= 0 && back < Buckets.KEPT;
    }

    private void set(int slot, int counter, long bucket, long count) {
        if (!kept(slot, counter, bucket)) {
            return;
        }
        int place = (int) Math.floorMod(bucket, (long) Buckets.KEPT);
        int first = layout.rate(counter) + 1;
        if (layout.counter(counter).wide()) {
            records.set(slot, first + place, count);
            return;
        }
        int field = first + place / 2;
        long pair = records.get(slot, field);
        records.set(
                slot, field, place % 2 == 0 ? (pair & ~HALF) | count : (pair & HALF) | count << 32);
    }

    private void advance(int slot, int counter, long newest) {
        long before = newest(slot, counter);
        if (newest <= before) {
            return;
        }
        records.set(slot, layout.rate(counter), newest);
        for (long bucket = Math.max(before + 1, newest - Buckets.KEPT + 1);
                bucket <= newest;
                bucket++) {
            set(slot, counter, bucket, 0);
        }
    }

    /** Frees every slot of a chain. */
    void releaseAll(int chain) {
        int next;
        for (int slot = chain; slot != NONE; slot = next) {
            next = next(slot);
            release(slot);
        }
    }
}
