package proa.cluster.tables;

/**
 * The slots that each key's record has, this node's own among them, and since which clear they
 * count. Not thread-safe.
 *
 * <p>Merge law of a clear: the later stamp wins, and every slot of a record counts since the one
 * that it knows. Who learns of a later one forgets all the slots of before; slots of before that
 * come afterwards are not taken in. So whatever was counted and said before a clear stays gone,
 * from whomever and however late it is heard of, for as long as the record is kept.
 */
final class Chains {

    /** Longs of a record. */
    static final int FIELDS = 2;

    /**
     * Slots of one key: three nodes with two births each, and lives before that are not forgotten
     * yet. Beyond it a key is in the middle of a crash loop, and the slot last used longest ago
     * goes.
     */
    static final int SLOTS_MAX = 16;

    private final KeyedRecords records;
    private final Slots slots;
    private final OriginClocks clocks;

    /** The chain of slots (upper half) and this node's current one in it (lower half). */
    private final int chainAndOwn;

    /** Stamp of the last clear; 0: none. */
    private final int cleared;

    private long holdNanos;
    private int clearedRecords;

    /**
     * @param first number of the records' first field that is for this
     * @param holdNanos how long a slot is within its time
     */
    Chains(KeyedRecords records, int first, Slots slots, OriginClocks clocks, long holdNanos) {
        this.records = records;
        this.slots = slots;
        this.clocks = clocks;
        this.chainAndOwn = first;
        this.cleared = first + 1;
        this.holdNanos = holdNanos;
    }

    /** Goes on with another time. */
    void hold(long nanos) {
        holdNanos = nanos;
    }

    /** A record's first slot. */
    int chain(int id) {
        return (int) (records.get(id, chainAndOwn) >>> 32);
    }

    /** The slot that this node counts in now. */
    int own(int id) {
        return (int) records.get(id, chainAndOwn);
    }

    void link(int id, int chain, int own) {
        records.set(id, chainAndOwn, (long) chain << 32 | own);
    }

    /** Stamp of the clear that a record's slots count since; 0: it was never cleared. */
    long since(int id) {
        return records.get(id, cleared);
    }

    /** How many records were cleared since they were made. */
    int clearedRecords() {
        return clearedRecords;
    }

    /** Whether nothing has been counted since the record was cleared. */
    boolean blank(int id) {
        for (int slot = chain(id); slot != Slots.NONE; slot = slots.next(slot)) {
            if (!slots.empty(slot)) {
                return false;
            }
        }
        return since(id) != 0;
    }

    /**
     * Forgets what was counted before a clear.
     *
     * @param stamp later than the one before
     */
    void clear(int id, long stamp) {
        slots.releaseAll(chain(id));
        link(id, Slots.NONE, Slots.NONE);
        clearedRecords += since(id) == 0 ? 1 : 0;
        records.set(id, cleared, stamp);
    }

    /** Before the record goes. */
    void forget(int id) {
        slots.releaseAll(chain(id));
        clearedRecords -= since(id) == 0 ? 0 : 1;
    }

    /** The slot that the entry belongs to, made if need be; none if two later births are known. */
    int slot(int id, Entry.Slot entry, long nowNanos) {
        int born = 0;
        int earliest = Slots.NONE;
        for (int slot = chain(id); slot != Slots.NONE; slot = slots.next(slot)) {
            if (!slots.isOf(slot, entry.origin())) {
                continue;
            }
            if (slots.birth(slot) == entry.birth()) {
                return slot;
            }
            born++;
            if (earliest == Slots.NONE || slots.birth(slot) < slots.birth(earliest)) {
                earliest = slot;
            }
        }
        if (born >= Slots.BIRTHS_MAX) {
            if (entry.birth() < slots.birth(earliest)) {
                return Slots.NONE;
            }
            drop(id, earliest);
        }
        makeRoom(id, nowNanos);
        int slot = slots.add(chain(id), entry.origin(), entry.birth());
        link(id, slot, own(id));
        return slot;
    }

    private void makeRoom(int id, long nowNanos) {
        int count = 0;
        int next;
        for (int slot = chain(id); slot != Slots.NONE; slot = next) {
            next = slots.next(slot);
            boolean over = !alive(slot, nowNanos) && !slots.summed(slot);
            if (slot != own(id) && (over || ++count >= SLOTS_MAX - 1)) {
                drop(id, slot);
            }
        }
    }

    private void drop(int id, int slot) {
        int own = own(id) == slot ? Slots.NONE : own(id);
        link(id, slots.remove(chain(id), slot), own);
    }

    /** Whether a slot is within its time. */
    boolean alive(int slot, long nowNanos) {
        long active = slots.activeNanos(slot);
        long at = clocks.nowAt(slots.node(slot), slots.incarnation(slot), nowNanos, active);
        return at - active <= holdNanos;
    }

    /** What a slot of a record says. */
    Entry.Slot entry(int id, int slot) {
        Origin origin = new Origin(slots.node(slot), slots.incarnation(slot));
        return new Entry.Slot(
                records.key(id), origin, slots.birth(slot), since(id), slots.counts(slot));
    }
}
