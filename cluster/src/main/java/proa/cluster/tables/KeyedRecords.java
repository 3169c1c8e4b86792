package proa.cluster.tables;

import org.jspecify.annotations.Nullable;

import java.util.function.IntConsumer;

/**
 * Records found by a 128-bit key and kept in an order from oldest to newest. Not thread-safe.
 *
 * <p>A record is its key (two longs), the owner's fields, and one long of links and marks. An owner
 * may have one field more beside the key's place in the {@link KeyIndex}: in a large table each
 * look at another place in memory is a miss of every cache.
 */
final class KeyedRecords {

    static final int NONE = Records.NONE;

    private static final int HIGH = 0;
    private static final int LOW = 1;

    private static final int LINK_BITS = 28;
    private static final long LINK_MASK = (1L << LINK_BITS) - 1;
    private static final long USED = 1L << 62;
    private static final long MARKED = 1L << 61;
    private static final long BOOKMARKED = 1L << 60;
    private static final long UNLINKED = USED | LINK_MASK << LINK_BITS | LINK_MASK;

    private final Records records;
    private final int link;
    private final KeyIndex index;
    private int size;
    private int oldest = NONE;
    private int newest = NONE;
    private int finger = NONE;
    private @Nullable Bookmarks bookmarks;

    /**
     * @param ownFields longs the owner needs in each record; they are numbered from {@link
     *     #FIRST_OWN}
     * @param beside whether the owner has a field beside the index
     * @param seed of the index's hash
     */
    KeyedRecords(int ownFields, boolean beside, long seed) {
        this.link = FIRST_OWN + ownFields;
        this.records = new Records(link + 1);
        this.index = new KeyIndex(beside, seed);
    }

    /** Number of the owner's first field. */
    static final int FIRST_OWN = 2;

    int size() {
        return size;
    }

    int find(TableKey key) {
        int slot = seek(key);
        return slot == KeyIndex.NONE ? NONE : index.number(slot);
    }

    /** A key's place in the index until something is added or removed; none if it is not there. */
    int seek(TableKey key) {
        long mark = index.mark(key.high(), key.low());
        int slot = index.first(mark);
        while (slot != KeyIndex.NONE && !KeyIndex.whole(mark) && !holds(slot, key)) {
            slot = index.next(slot, mark);
        }
        return slot;
    }

    private boolean holds(int slot, TableKey key) {
        int id = index.number(slot);
        return records.get(id, LOW) == key.low() && records.get(id, HIGH) == key.high();
    }

    /** The field beside a place in the index. */
    long besideSlot(int slot) {
        return index.beside(slot);
    }

    /** The field of a record beside the index. */
    long beside(int id) {
        return index.beside(index.of(id, markOf(id)));
    }

    void beside(int id, long value) {
        index.beside(index.of(id, markOf(id)), value);
    }

    private long markOf(int id) {
        return index.mark(records.get(id, HIGH), records.get(id, LOW));
    }

    /** Adds a record as the newest; the key must not be there. */
    int add(TableKey key) {
        int id = records.allocate();
        enter(id, key);
        return id;
    }

    /** Adds a record as the newest, with the field beside the index; the key must not be there. */
    int add(TableKey key, long beside) {
        int id = records.allocate();
        index.beside(enter(id, key), beside);
        return id;
    }

    private int enter(int id, TableKey key) {
        records.set(id, HIGH, key.high());
        records.set(id, LOW, key.low());
        records.set(id, link, UNLINKED);
        size++;
        linkAfter(id, newest);
        return index.enter(id, index.mark(key.high(), key.low()));
    }

    /** Makes room in the index for so many records in all. */
    void reserve(int all) {
        index.reserve(all);
    }

    void remove(int id) {
        unlink(id);
        index.leave(id, markOf(id));
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

    /** The next newer record, or {@link #NONE}. */
    int newer(int id) {
        return (int) (records.get(id, link) & LINK_MASK);
    }

    /** The record the owner put its finger at, or a neighbour since that has moved. */
    int finger() {
        return finger;
    }

    void finger(int id) {
        finger = id;
    }

    /**
     * Hands out records from the older to the newer ones, as many as there are when the walk
     * begins, so that it ends. Those that are renewed meanwhile may come twice; those that leave
     * and are added again may not come.
     *
     * @param from 0 to begin, then what the last call returned; a walk that is forgotten begins
     *     anew
     * @param max records handed out
     * @return where to go on, larger than ever before, or -1 at the end
     */
    long walk(long from, int max, IntConsumer to) {
        Bookmarks kept = bookmarks == null ? new Bookmarks() : bookmarks;
        bookmarks = kept;
        boolean goesOn = kept.kept(from);
        int id = goesOn ? kept.record(from) : oldest;
        int rest = goesOn ? kept.rest(from) : size;
        for (int n = 0; n < max && rest > 0 && id != NONE; n++, rest--) {
            to.accept(id);
            id = newer(id);
        }
        if (rest == 0 || id == NONE) {
            return -1;
        }
        records.set(id, link, records.get(id, link) | BOOKMARKED);
        return kept.add(id, rest);
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
        if (id == finger) {
            finger = before == NONE ? after : before;
        }
        if (bookmarks != null && (records.get(id, link) & BOOKMARKED) != 0) {
            passBookmarks(bookmarks, id, after);
        }
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

    private void passBookmarks(Bookmarks kept, int id, int after) {
        kept.replace(id, after);
        records.set(id, link, records.get(id, link) & ~BOOKMARKED);
        if (after != NONE) {
            records.set(after, link, records.get(after, link) | BOOKMARKED);
        }
    }

    private void setOlder(int id, int other) {
        long links = records.get(id, link) & ~(LINK_MASK << LINK_BITS);
        records.set(id, link, links | (long) other << LINK_BITS);
    }

    private void setNewer(int id, int other) {
        records.set(id, link, (records.get(id, link) & ~LINK_MASK) | other);
    }
}
