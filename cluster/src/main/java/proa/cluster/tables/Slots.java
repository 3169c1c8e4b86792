package proa.cluster.tables;

/**
 * The counter slots of all keys of a table, as chains of records: who counted, for which birth of
 * the key, and the buckets. Not thread-safe.
 *
 * <p>Merge law: buckets by maximum, since only the origin adds to them; of an origin's births the
 * two latest are kept. Buckets that have left the window are dropped, which commutes with the
 * maximum.
 */
final class Slots {

    static final int NONE = Records.NONE;

    /** Births kept of one origin: the current one, and the one before an eviction. */
    static final int BIRTHS_MAX = 2;

    private static final int INCARNATION = 0;
    private static final int BIRTH_AND_NODE = 1;
    private static final int NEWEST = 2;
    private static final int NEXT = 3;
    private static final int COUNTS = 4;
    private static final int FIELDS = COUNTS + Buckets.KEPT / 2;

    private static final int NODE_BITS = 8;
    private static final long HALF = 0xffff_ffffL;

    private final Records records = new Records(FIELDS);

    /** A new slot in front of a chain. */
    int add(int chain, Origin origin, long birth, long newest) {
        int slot = records.allocate();
        records.set(slot, INCARNATION, origin.incarnation());
        records.set(slot, BIRTH_AND_NODE, birth << NODE_BITS | origin.node());
        records.set(slot, NEWEST, newest);
        records.set(slot, NEXT, chain);
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

    long newest(int slot) {
        return records.get(slot, NEWEST);
    }

    boolean isOf(int slot, Origin origin) {
        return incarnation(slot) == origin.incarnation() && node(slot) == origin.node();
    }

    /** Counts one request, at the origin. */
    void increment(int slot, long bucket) {
        // A bucket behind the newest cannot happen with a monotonic clock; it would count as now.
        long at = Math.max(bucket, newest(slot));
        advance(slot, at);
        int count = count(slot, at);
        if (count < Integer.MAX_VALUE) {
            set(slot, at, count + 1);
        }
    }

    /** Merges by maximum. */
    void merge(int slot, Buckets buckets) {
        advance(slot, buckets.newest());
        for (int back = 0; back < Buckets.KEPT; back++) {
            long bucket = buckets.newest() - back;
            if (buckets.count(back) > count(slot, bucket)) {
                set(slot, bucket, buckets.count(back));
            }
        }
    }

    /** Requests in a bucket; in one that is no longer or not yet kept, none. */
    int count(int slot, long bucket) {
        if (!kept(slot, bucket)) {
            return 0;
        }
        int place = (int) Math.floorMod(bucket, (long) Buckets.KEPT);
        long pair = records.get(slot, COUNTS + place / 2);
        return (int) (place % 2 == 0 ? pair & HALF : pair >>> 32);
    }

    Buckets buckets(int slot) {
        int[] counts = new int[Buckets.KEPT];
        for (int back = 0; back < counts.length; back++) {
            counts[back] = count(slot, newest(slot) - back);
        }
        return Buckets.of(newest(slot), counts);
    }

    private boolean kept(int slot, long bucket) {
        long back = newest(slot) - bucket;
        return back >= 0 && back < Buckets.KEPT;
    }

    private void set(int slot, long bucket, int count) {
        if (!kept(slot, bucket)) {
            return;
        }
        int place = (int) Math.floorMod(bucket, (long) Buckets.KEPT);
        int field = COUNTS + place / 2;
        long pair = records.get(slot, field);
        long value = Integer.toUnsignedLong(count);
        records.set(
                slot, field, place % 2 == 0 ? (pair & ~HALF) | value : (pair & HALF) | value << 32);
    }

    private void advance(int slot, long newest) {
        long before = newest(slot);
        if (newest <= before) {
            return;
        }
        records.set(slot, NEWEST, newest);
        for (long bucket = Math.max(before + 1, newest - Buckets.KEPT + 1);
                bucket <= newest;
                bucket++) {
            set(slot, bucket, 0);
        }
    }
}
