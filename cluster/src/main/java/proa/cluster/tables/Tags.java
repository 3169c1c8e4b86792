package proa.cluster.tables;

/**
 * The general-purpose tags of a table's records: two longs each, the stamp of the last write, and
 * its value and writer. Not thread-safe.
 *
 * <p>Merge law: the later (stamp, writer, value) wins, which is a maximum; what was written before
 * the record's last clear counts as never written.
 */
final class Tags {

    /** Longs of a record for each tag. */
    static final int FIELDS = 2;

    private static final int WRITER_BITS = 8;

    private final KeyedRecords records;
    private final int first;
    private final int count;
    private final HybridClock clock = new HybridClock();

    private WallTime wall;

    /**
     * @param records that hold the tags
     * @param first number of the first tag's first field
     * @param count how many tags
     * @param wall orders writes
     */
    Tags(KeyedRecords records, int first, int count, WallTime wall) {
        this.records = records;
        this.first = first;
        this.count = count;
        this.wall = wall;
    }

    void steer(WallTime steered) {
        wall = steered;
    }

    int count() {
        return count;
    }

    /** The value of a record's tag; 0 when it has never been written. */
    long value(int id, int tag) {
        return records.get(id, field(tag) + 1) >>> WRITER_BITS;
    }

    /** Stamp of the last write; 0: none yet. */
    long written(int id, int tag) {
        return records.get(id, field(tag));
    }

    /** Id of the node that wrote last. */
    int writer(int id, int tag) {
        return (int) (records.get(id, field(tag) + 1) & Origin.NODE_MAX);
    }

    /** Writes; whether the value has changed. */
    boolean write(int id, int tag, long value, int writer, long nowNanos) {
        boolean changed = value(id, tag) != value;
        if (changed) {
            store(id, tag, clock.next(wall.millis(nowNanos)), pack(value, writer));
        }
        return changed;
    }

    /** A stamp for a clear: above that of every write and clear that is known here. */
    long stamp(long nowNanos) {
        return clock.next(wall.millis(nowNanos));
    }

    /** Takes back what was written before a clear, everywhere known or not. */
    void clear(int id, long stamp) {
        clock.observe(stamp);
        for (int tag = 0; tag < count; tag++) {
            if (written(id, tag) < stamp) {
                store(id, tag, 0, 0);
            }
        }
    }

    /** Whether none of a record's tags has a value. */
    boolean blank(int id) {
        for (int tag = 0; tag < count; tag++) {
            if (value(id, tag) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes in what another node says.
     *
     * @param since stamp of the record's last clear: what was written before is not heeded
     */
    void merge(int id, Entry.Tag entry, long since) {
        clock.observe(entry.written());
        if (entry.written() < since) {
            return;
        }
        long packed = pack(entry.value(), entry.writer());
        long written = written(id, entry.tag());
        boolean later =
                entry.written() > written
                        || entry.written() == written
                                && order(packed) > order(records.get(id, field(entry.tag()) + 1));
        if (later) {
            store(id, entry.tag(), entry.written(), packed);
        }
    }

    private void store(int id, int tag, long written, long packed) {
        records.set(id, field(tag), written);
        records.set(id, field(tag) + 1, packed);
    }

    private static long pack(long value, int writer) {
        return value << WRITER_BITS | writer;
    }

    /** The writer decides first, then the value. */
    private static long order(long packed) {
        return (packed & Origin.NODE_MAX) << 40 | packed >>> WRITER_BITS;
    }

    private int field(int tag) {
        return first + tag * FIELDS;
    }

    /** What a tag says of a key, used so long ago. */
    Entry.Tag entry(TableKey key, int id, int tag, long ageNanos) {
        return new Entry.Tag(key, tag, written(id, tag), writer(id, tag), ageNanos, value(id, tag));
    }
}
