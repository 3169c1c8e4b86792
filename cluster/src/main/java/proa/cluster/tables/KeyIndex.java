package proa.cluster.tables;

/**
 * Where the record of each key is, and one long beside it for what a look needs most, so that a
 * look at an IPv4 address reads memory in one place only. Not thread-safe.
 *
 * <p>Open addressing with linear probing. A slot is a mark of the key above the record's number +
 * 1, and the long beside. The mark of an IPv4 address is the address: such a slot is the key's for
 * certain. That of another key is a part of its hash, and the record has to tell. The home of a
 * slot follows from its mark alone, so that no record is looked at when slots are moved. The hash
 * is seeded, because a client may choose its own address.
 *
 * <p>At most five sixths are full. It grows by a twelfth, not by doubling, for memory's sake: slots
 * are ordered by their homes, whatever the size, so that growing reads and writes in order.
 */
final class KeyIndex {

    /** No slot. */
    static final int NONE = -1;

    /** Of a record's number + 1. Records are fewer than {@link TableShape#ENTRIES_MAX}. */
    private static final int NUMBER_BITS = 25;

    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;

    /** The sign: the mark is the key. */
    private static final long WHOLE = Long.MIN_VALUE;

    private static final int HASH_BITS = Long.SIZE - 1 - NUMBER_BITS;
    private static final long MAPPED_PREFIX = 0xffff;

    private static final int CAPACITY_MIN = 16;
    private static final int GROWTH_PART = 12;

    private final int longs;
    private final long seed;
    private int capacity = CAPACITY_MIN;
    private long[] slots;
    private int size;

    /**
     * @param beside whether there is a long beside
     * @param seed of the hash
     */
    KeyIndex(boolean beside, long seed) {
        this.longs = beside ? 2 : 1;
        this.seed = seed;
        this.slots = new long[capacity * longs];
    }

    /** The mark of a key. */
    long mark(long high, long low) {
        if (high == 0 && low >>> Integer.SIZE == MAPPED_PREFIX) {
            return WHOLE | (low & 0xffff_ffffL) << NUMBER_BITS;
        }
        return cut(TableKey.mix(TableKey.mix(high ^ seed) + low)) << NUMBER_BITS;
    }

    /** Whether no other key has this mark. */
    static boolean whole(long mark) {
        return mark < 0;
    }

    /** The first slot of a mark, or {@link #NONE}. */
    int first(long mark) {
        return from(home(mark), mark);
    }

    /** The next slot of a mark, or {@link #NONE}. */
    int next(int slot, long mark) {
        return from(after(slot), mark);
    }

    /** The slot of a record that is there. */
    int of(int id, long mark) {
        long wanted = mark | (id + 1);
        int slot = home(mark);
        while (slots[slot * longs] != wanted) {
            slot = after(slot);
        }
        return slot;
    }

    /** The number of a slot's record. */
    int number(int slot) {
        return (int) (slots[slot * longs] & NUMBER_MASK) - 1;
    }

    long beside(int slot) {
        return slots[slot * longs + 1];
    }

    void beside(int slot, long value) {
        slots[slot * longs + 1] = value;
    }

    /** Takes in a record; its slot, with nothing beside it yet. */
    int enter(int id, long mark) {
        if ((size + 1) * 6L > capacity * 5L) {
            resize(grown());
        }
        int slot = free(mark);
        slots[slot * longs] = mark | (id + 1);
        size++;
        return slot;
    }

    private int grown() {
        return capacity + Math.max(CAPACITY_MIN, capacity / GROWTH_PART);
    }

    /**
     * Makes room for so many records in all: while they come, none is moved. Whoever says a few
     * more with every page moves them no more often than records that come unannounced.
     */
    void reserve(int records) {
        int wanted = Math.toIntExact(Math.ceilDiv(records * 6L, 5));
        if (wanted > capacity) {
            resize(Math.max(wanted, grown()));
        }
    }

    /** Empties a record's slot and closes the hole, so that no probe ends early. */
    void leave(int id, long mark) {
        int hole = of(id, mark);
        int slot = hole;
        while (true) {
            slot = after(slot);
            long found = slots[slot * longs];
            if (found == 0) {
                break;
            }
            if (distance(home(found & ~NUMBER_MASK), slot) >= distance(hole, slot)) {
                System.arraycopy(slots, slot * longs, slots, hole * longs, longs);
                hole = slot;
            }
        }
        for (int at = hole * longs; at < (hole + 1) * longs; at++) {
            slots[at] = 0;
        }
        size--;
    }

    private int from(int start, long mark) {
        int slot = start;
        for (long found = slots[slot * longs]; found != 0; found = slots[slot * longs]) {
            if ((found & ~NUMBER_MASK) == mark) {
                return slot;
            }
            slot = after(slot);
        }
        return NONE;
    }

    private int after(int slot) {
        return slot + 1 == capacity ? 0 : slot + 1;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + capacity;
    }

    /** In proportion to the hash (Lemire, 2019), so that any capacity will do. */
    private int home(long mark) {
        long hash = whole(mark) ? cut(TableKey.mix(mark ^ seed)) : mark >>> NUMBER_BITS;
        return (int) (hash * capacity >>> HASH_BITS);
    }

    private static long cut(long hash) {
        return hash >>> Long.SIZE - HASH_BITS;
    }

    private int free(long mark) {
        int slot = home(mark);
        while (slots[slot * longs] != 0) {
            slot = after(slot);
        }
        return slot;
    }

    private void resize(int wanted) {
        long[] before = slots;
        capacity = wanted;
        slots = new long[capacity * longs];
        for (int at = 0; at < before.length; at += longs) {
            if (before[at] != 0) {
                int slot = free(before[at] & ~NUMBER_MASK);
                System.arraycopy(before, at, slots, slot * longs, longs);
            }
        }
    }
}
