package proa.cluster.tables;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * Which server each key is stuck to. Not thread-safe.
 *
 * <p>Merge law: an entry is the pair (write, touch). Of two writes the one with the later (stamp,
 * writer, server name) wins; of two touches the later. Both are maxima, so the order and number of
 * messages do not matter. A removal is a write of no server; it is held as long as an entry.
 *
 * <p>When there are too many, the one with the oldest touch goes. Nodes keep the same ones, because
 * the touch travels with the entry, removals are counted too, and everything is told from the
 * oldest to the newest.
 */
final class StickyEntries {

    private static final int WRITTEN = KeyedRecords.FIRST_OWN;
    private static final int TOUCHED = WRITTEN + 1;
    private static final int OWN_FIELDS = 2;

    // Beside the index is all that a look needs: 40 bits of age clock, 8 of writer, 16 of server
    // number.
    private static final int TICK_SHIFT = 20;
    private static final int TICK_POSITION = 24;
    private static final int WRITER_POSITION = 16;

    /** The age clock begins here, so that entries older than this process have a place on it. */
    private static final long TICK_BASE = (60L * 86_400 * 1_000_000_000) >> TICK_SHIFT;

    /** Older than that is as old as that: the age clock reaches no further back. */
    private static final long AGE_NANOS_MAX = TICK_BASE << TICK_SHIFT;

    /** Expired entries that are cleared away with each arrival, so that clearing keeps up. */
    private static final int EXPIRE_WITH_ADD = 2;

    private final KeyedRecords records;
    private final TimeOrder byTouch;
    private TableShape shape;
    private final int self;
    private final long startNanos;
    private final HybridClock clock = new HybridClock();
    private final Names names = new Names();
    private final DirtyRecords dirty;

    private WallTime wall;

    /** How many entries name each server, by its number; those of nobody are removals. */
    private int[] entriesOf = new int[16];

    private long evictions;

    StickyEntries(TableShape shape, int self, WallTime wall, long seed, long nowNanos) {
        this.records = new KeyedRecords(OWN_FIELDS, true, seed);
        this.dirty = new DirtyRecords(records);
        this.byTouch = new TimeOrder(records, TOUCHED);
        this.shape = shape;
        this.self = self;
        this.wall = wall;
        this.startNanos = nowNanos;
    }

    /** Goes on with another expiry and room; who shrinks it has made room before. */
    void follow(TableShape changed) {
        shape = changed;
    }

    /** Forgets up to {@code max} of the oldest beyond that many; whether that was all. */
    boolean shrink(int entries, int max) {
        for (int n = 0; n < max && records.size() > entries; n++) {
            forget(records.oldest());
            evictions++;
        }
        return records.size() <= entries;
    }

    void steer(WallTime steered) {
        wall = steered;
    }

    int size() {
        return records.size() - entriesOf[Names.NOBODY];
    }

    int dirty() {
        return dirty.size();
    }

    long evictions() {
        return evictions;
    }

    /** Tells the number of entries of each server that has any. */
    void servers(ObjIntConsumer<String> to) {
        for (int number = Names.NOBODY + 1; number < entriesOf.length; number++) {
            if (entriesOf[number] > 0) {
                to.accept(names.name(number), entriesOf[number]);
            }
        }
    }

    @Nullable String server(TableKey key, long nowNanos) {
        int slot = records.seek(key);
        if (slot == KeyIndex.NONE) {
            return null;
        }
        long rest = records.besideSlot(slot);
        if (ageOf(rest, nowNanos) > shape.slackNanos()) {
            int id = live(key, nowNanos);
            if (id == KeyedRecords.NONE || number(id) == Names.NOBODY) {
                return null;
            }
            touchIfDue(id, nowNanos);
        }
        int number = numberOf(rest); // a touch leaves it
        return number == Names.NOBODY ? null : names.name(number);
    }

    String stick(TableKey key, String server, long nowNanos) {
        int number = names.number(server);
        if (number == Names.FULL) {
            return server;
        }
        int id = live(key, nowNanos);
        if (id != KeyedRecords.NONE && number(id) == number) {
            touchIfDue(id, nowNanos);
        } else {
            write(id, key, number, nowNanos);
        }
        return server;
    }

    /** Removes for all nodes; whether there was something to remove. */
    boolean remove(TableKey key, long nowNanos) {
        int id = live(key, nowNanos);
        boolean there = id != KeyedRecords.NONE && number(id) != Names.NOBODY;
        if (there) {
            write(id, key, Names.NOBODY, nowNanos);
        }
        return there;
    }

    void merge(Entry.Sticky entry, long olderNanos, long nowNanos) {
        long ageNanos = Math.min(Table.aged(entry.ageNanos(), olderNanos), AGE_NANOS_MAX);
        clock.observe(Math.max(entry.written(), entry.touched()));
        int number = entry.server() == null ? Names.NOBODY : names.number(entry.server());
        if (number == Names.FULL) {
            return;
        }
        int id = live(entry.key(), nowNanos);
        if (id != KeyedRecords.NONE) {
            join(id, entry, number, ageNanos, nowNanos);
        } else if (ageNanos < shape.expireNanos()) {
            expire(EXPIRE_WITH_ADD, nowNanos);
            long tick = tick(nowNanos - ageNanos);
            id = add(entry.key(), entry.written(), entry.writer(), number, entry.touched(), tick);
            byTouch.place(id);
            evict();
        }
    }

    /**
     * Makes room for so many entries in all, if the table may keep them: while they come, none is
     * moved.
     */
    void expect(int entries) {
        records.reserve(Math.min(entries, shape.entriesMax()));
    }

    /** Entries, also those that say that a key was removed. */
    int kept() {
        return records.size();
    }

    /** Hands out up to {@code max} entries that changed here since they were last handed out. */
    int drain(int max, long nowNanos, Consumer<Entry> to) {
        int drained = 0;
        for (; drained < max; drained++) {
            int id = dirty.take();
            if (id == KeyedRecords.NONE) {
                return drained;
            }
            to.accept(entry(id, records.beside(id), nowNanos));
        }
        return drained;
    }

    /**
     * Hands out those alive of up to {@code max} entries, the oldest first.
     *
     * @param from 0 to begin
     * @return where to go on, or -1 at the end
     */
    long page(long from, int max, long nowNanos, Consumer<Entry> to) {
        return records.walk(from, max, id -> tell(id, nowNanos, to));
    }

    /** Hands out the entry of a key, if it is there and alive. */
    void tell(TableKey key, long nowNanos, Consumer<Entry> to) {
        int id = records.find(key);
        if (id != KeyedRecords.NONE) {
            tell(id, nowNanos, to);
        }
    }

    private void tell(int id, long nowNanos, Consumer<Entry> to) {
        long rest = records.beside(id);
        if (ageOf(rest, nowNanos) < shape.expireNanos()) {
            to.accept(entry(id, rest, nowNanos));
        }
    }

    /** How long a key has not been used; −1: nothing is kept for it. */
    long idleNanos(TableKey key, long nowNanos) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? -1 : ageNanos(id, nowNanos);
    }

    /** Forgets up to {@code max} entries whose time is over. */
    void expire(int max, long nowNanos) {
        for (int n = 0; n < max && records.size() > 0 && expired(records.oldest(), nowNanos); n++) {
            forget(records.oldest());
        }
    }

    private void write(int found, TableKey key, int number, long nowNanos) {
        int id = found;
        long stamp = clock.next(wall.millis(nowNanos));
        if (id == KeyedRecords.NONE) {
            expire(EXPIRE_WITH_ADD, nowNanos);
            id = add(key, stamp, self, number, stamp, tick(nowNanos));
        } else {
            overwrite(id, stamp, self, number);
            touch(id, stamp, nowNanos);
            records.renew(id);
        }
        dirty.add(id);
        evict();
    }

    /** Adds an entry as the newest. */
    private int add(TableKey key, long written, int writer, int number, long touched, long tick) {
        int id = records.add(key, beside(tick, writer, number));
        records.set(id, WRITTEN, written);
        records.set(id, TOUCHED, touched);
        count(number, 1);
        return id;
    }

    private void join(int id, Entry.Sticky entry, int number, long ageNanos, long nowNanos) {
        int order = compareWrites(id, entry, number);
        if (order < 0) {
            overwrite(id, entry.written(), entry.writer(), number);
        }
        long touched = records.get(id, TOUCHED);
        if (entry.touched() > touched) {
            touch(id, entry.touched(), nowNanos - ageNanos);
            byTouch.place(id);
        } else if (entry.touched() == touched) {
            byTouch.met(id); // what is told next belongs beside it
        }
        boolean oursIsPartOfIt = order > 0 || touched > entry.touched();
        boolean theirsIsPartOfIt = order < 0 || touched < entry.touched();
        if (oursIsPartOfIt && theirsIsPartOfIt) {
            // Nobody else has this pair; a node that has evicted the key could be left with half of
            // it.
            dirty.add(id);
        }
    }

    private int compareWrites(int id, Entry.Sticky entry, int number) {
        int byStamp = Long.compare(records.get(id, WRITTEN), entry.written());
        if (byStamp != 0) {
            return byStamp;
        }
        long rest = records.beside(id);
        int byWriter = Integer.compare(writerOf(rest), entry.writer());
        return byWriter != 0 ? byWriter : names.name(numberOf(rest)).compareTo(names.name(number));
    }

    private void touchIfDue(int id, long nowNanos) {
        if (ageNanos(id, nowNanos) > shape.slackNanos()) {
            touch(id, clock.next(wall.millis(nowNanos)), nowNanos);
            records.renew(id);
            dirty.add(id);
        }
    }

    private int live(TableKey key, long nowNanos) {
        int id = records.find(key);
        if (id != KeyedRecords.NONE && expired(id, nowNanos)) {
            forget(id);
            return KeyedRecords.NONE;
        }
        return id;
    }

    private boolean expired(int id, long nowNanos) {
        return ageNanos(id, nowNanos) >= shape.expireNanos() + shape.slackNanos();
    }

    private void forget(int id) {
        count(number(id), -1);
        records.remove(id);
    }

    private void evict() {
        while (records.size() > shape.entriesMax()) {
            forget(records.oldest());
            evictions++;
        }
    }

    private Entry.Sticky entry(int id, long rest, long nowNanos) {
        int number = numberOf(rest);
        return new Entry.Sticky(
                records.key(id),
                records.get(id, WRITTEN),
                writerOf(rest),
                records.get(id, TOUCHED),
                ageOf(rest, nowNanos),
                number == Names.NOBODY ? null : names.name(number));
    }

    private void overwrite(int id, long written, int writer, int number) {
        long before = records.beside(id);
        count(numberOf(before), -1);
        count(number, 1);
        long tick = before >>> TICK_POSITION;
        records.set(id, WRITTEN, written);
        records.beside(id, beside(tick, writer, number));
    }

    private static long beside(long tick, int writer, int number) {
        return tick << TICK_POSITION | (long) writer << WRITER_POSITION | number;
    }

    private void count(int number, int change) {
        if (number >= entriesOf.length) {
            entriesOf = Arrays.copyOf(entriesOf, Math.max(entriesOf.length * 2, number + 1));
        }
        entriesOf[number] += change;
    }

    private void touch(int id, long stamp, long atNanos) {
        long rest = records.beside(id) & ((1L << TICK_POSITION) - 1);
        records.set(id, TOUCHED, stamp);
        records.beside(id, tick(atNanos) << TICK_POSITION | rest);
    }

    /** A time on the age clock. */
    private long tick(long atNanos) {
        return ((atNanos - startNanos) >> TICK_SHIFT) + TICK_BASE;
    }

    private long ageNanos(int id, long nowNanos) {
        return ageOf(records.beside(id), nowNanos);
    }

    private long ageOf(long rest, long nowNanos) {
        long tick = (rest >>> TICK_POSITION) - TICK_BASE;
        return Math.max(0, nowNanos - startNanos - (tick << TICK_SHIFT));
    }

    private static int writerOf(long rest) {
        return (int) (rest >>> WRITER_POSITION & 0xff);
    }

    private int number(int id) {
        return numberOf(records.beside(id));
    }

    private static int numberOf(long rest) {
        return (int) (rest & 0xffff);
    }
}
