package proa.cluster.tables;

/**
 * Records found by a 128-bit key and kept in an order from oldest to newest. Not thread-safe.
 *
 * <p>A record is its key (two longs), the owner's fields, and one long of links and marks. The
 * index is open addressing with linear probing over record numbers, four bytes a slot, at most
 * three quarters full; its hash is seeded, because a client may choose its own address. A slot also
 * has seven bits of the hash, so that hardly ever a record is looked at that is not the one: in a
 * large table each look is a miss of every cache.
 */
final class KeyedRecords {

    static final int NONE = Records.NONE;

    private static final int HIGH = 0;
    private static final int LOW = 1;

    private static final int LINK_BITS = 28;
    private static final long LINK_MASK = (1L << LINK_BITS) - 1;
    private static final long USED = 1L << 62;
    private static final long MARKED = 1L << 61;
    private static final long UNLINKED = USED | LINK_MASK << LINK_BITS | LINK_MASK;

    private static final int INDEX_MIN = 16;

    /**
     * Of a slot: the record's number + 1. Records are fewer than {@link TableShape#ENTRIES_MAX}.
     */
    private static final int NUMBER_BITS = 25;

    private static final int NUMBER_MASK = (1 << NUMBER_BITS) - 1;

    private final Records records;
    private final int link;
    private final long seed;

    /** Seven bits of the hash above the record's number + 1; 0 is an empty slot. */
    private int[] index = new int[INDEX_MIN];

    private int size;
    private int oldest = NONE;
    private int newest = NONE;

    /**
     * @param ownFields longs the owner needs in each record; they are numbered from {@link
     *     #FIRST_OWN}
     * @param seed of the index's hash
     */
    KeyedRecords(int ownFields, long seed) {
        this.link = FIRST_OWN + ownFields;
        this.records = new Records(link + 1);
        this.seed = seed;
    }

    /** Number of the owner's first field. */
    static final int FIRST_OWN = 2;

    int size() {
        return size;
    }

    int find(TableKey key) {
        long hash = hash(key.high(), key.low());
        int mask = index.length - 1;
        int wanted = fingerprint(hash);
        int slot = (int) hash & mask;
        for (int found = index[slot]; found != 0; found = index[slot]) {
            if ((found & ~NUMBER_MASK) == wanted) {
                int id = (found & NUMBER_MASK) - 1;
                if (records.get(id, LOW) == key.low() && records.get(id, HIGH) == key.high()) {
                    return id;
                }
            }
            slot = (slot + 1) & mask;
        }
        return NONE;
    }

    /** Adds a record as the newest; the key must not be there. */
    int add(TableKey key) {
        if ((size + 1) * 4L > index.length * 3L) {
            grow();
        }
        int id = records.allocate();
        records.set(id, HIGH, key.high());
        records.set(id, LOW, key.low());
        records.set(id, link, UNLINKED);
        enter(id);
        size++;
        linkAfter(id, newest);
        return id;
    }

    void remove(int id) {
        unlink(id);
        leave(id);
        records.release(id);
        size--;
    }

    TableKey key(int id) {
        return new TableKey(records.get(id, HIGH), records.get(id, LOW));
    }

    long get(int id, int field) {
        return records.get(id, field);
    }

    void set(int id, int field, long value) {
        records.set(id, field, value);
    }

    int oldest() {
        return oldest;
    }

    int newest() {
        return newest;
    }

    /** The next older record, or {@link #NONE}. */
    int older(int id) {
        return (int) (records.get(id, link) >>> LINK_BITS & LINK_MASK);
    }

    /** Makes it the newest. */
    void renew(int id) {
        if (id != newest) {
            moveAfter(id, newest);
        }
    }

    /** Makes it the next newer one of another record, or the oldest of all after {@link #NONE}. */
    void moveAfter(int id, int other) {
        unlink(id);
        linkAfter(id, other);
    }

    /** Marks a record; whether it was not marked before. */
    boolean mark(int id) {
        long links = records.get(id, link);
        records.set(id, link, links | MARKED);
        return (links & MARKED) == 0;
    }

    /** Takes the mark off, whatever has become of the record; whether there was one. */
    boolean unmark(int id) {
        long links = records.get(id, link);
        boolean marked = (links & (MARKED | USED)) == (MARKED | USED);
        if (marked) {
            records.set(id, link, links & ~MARKED);
        }
        return marked;
    }

    boolean marked(int id) {
        return (records.get(id, link) & MARKED) != 0;
    }

    /** Whether a record of that number is there. */
    boolean used(int id) {
        return (records.get(id, link) & USED) != 0;
    }

    /** Every record's number is below this. */
    int end() {
        return records.end();
    }

    private int newer(int id) {
        return (int) (records.get(id, link) & LINK_MASK);
    }

    private void linkAfter(int id, int other) {
        int after = other == NONE ? oldest : newer(other);
        setOlder(id, other);
        setNewer(id, after);
        if (other == NONE) {
            oldest = id;
        } else {
            setNewer(other, id);
        }
        if (after == NONE) {
            newest = id;
        } else {
            setOlder(after, id);
        }
    }

    private void unlink(int id) {
        int before = older(id);
        int after = newer(id);
        if (before == NONE) {
            oldest = after;
        } else {
            setNewer(before, after);
        }
        if (after == NONE) {
            newest = before;
        } else {
            setOlder(after, before);
        }
    }

    private void setOlder(int id, int other) {
        long links = records.get(id, link) & ~(LINK_MASK << LINK_BITS);
        records.set(id, link, links | (long) other << LINK_BITS);
    }

    private void setNewer(int id, int other) {
        records.set(id, link, (records.get(id, link) & ~LINK_MASK) | other);
    }

    private long hash(int id) {
        return hash(records.get(id, HIGH), records.get(id, LOW));
    }

    /** Two rounds of the SplitMix64 finaliser (Steele, Lea, Flood, 2014) around the seed. */
    private long hash(long high, long low) {
        return TableKey.mix(TableKey.mix(high ^ seed) + low);
    }

    /** Seven bits of a hash, where a slot has them. */
    private static int fingerprint(long hash) {
        return (int) (hash >>> Integer.SIZE) & ~NUMBER_MASK;
    }

    private void enter(int id) {
        int mask = index.length - 1;
        long hash = hash(id);
        int slot = (int) hash & mask;
        while (index[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        index[slot] = fingerprint(hash) | (id + 1);
    }

    /** Empties the record's slot and closes the hole, so that no probe ends early. */
    private void leave(int id) {
        int mask = index.length - 1;
        int hole = (int) hash(id) & mask;
        while ((index[hole] & NUMBER_MASK) != id + 1) {
            hole = (hole + 1) & mask;
        }
        int slot = hole;
        while (true) {
            slot = (slot + 1) & mask;
            if (index[slot] == 0) {
                break;
            }
            int wanted = (int) hash((index[slot] & NUMBER_MASK) - 1) & mask;
            if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
                index[hole] = index[slot];
                hole = slot;
            }
        }
        index[hole] = 0;
    }

    private void grow() {
        int[] before = index;
        index = new int[before.length * 2];
        for (int entry : before) {
            if (entry != 0) {
                enter((entry & NUMBER_MASK) - 1);
            }
        }
    }
}
