package proa.cluster.tables;

import java.util.Set;
import java.util.function.Consumer;

/**
 * What each key has done, counted over all nodes, and what it is tagged with. Not thread-safe.
 *
 * <p>Each origin counts in a slot of its own; a slot belongs to (node, incarnation, birth), so that
 * neither a restart nor an eviction makes an origin begin again at numbers that the maximum would
 * hide. An entry with something open here, such as a connection, is not evicted, so that what is
 * taken away later meets what was added; and it is said again and again while it is open. What an
 * origin has not said for {@link TableShape#openNanos} is not open any more: whatever became of
 * messages, the number heals.
 */
final class CounterEntries {

    private static final int TOUCHED = KeyedRecords.FIRST_OWN;

    private static final int FIRST_OF_CHAINS = TOUCHED + 1;
    private static final int FIRST_OF_TAGS = FIRST_OF_CHAINS + Chains.FIELDS;
    private static final int OWN_FIELDS = 1 + Chains.FIELDS;

    /**
     * Open entries looked at in search of one to evict; if all are, the new key is not taken in.
     */
    static final int EVICT_STEPS_MAX = 64;

    private static final int EXPIRE_WITH_ADD = 2;
    private static final long[] NOTHING = {};

    final KeyedRecords records; // where a key is
    final RecentUse use;
    private final SlotLayout layout;
    private final Slots slots;
    private final Chains chains;
    private final Sums sums;
    private final Tags tags;
    private final OriginClocks clocks = new OriginClocks();
    private TableShape shape;
    private final Origin self;
    private final DirtyRecords dirty;
    private final Orphans orphans = new Orphans();
    private final OpenQueue open = new OpenQueue();
    private long holdNanos;

    private long births;
    private long evictions;
    private long refusals;

    CounterEntries(TableShape shape, Origin self, WallTime wall, long seed) {
        int tagged = shape.schema().tags().size();
        this.records = new KeyedRecords(OWN_FIELDS + tagged * Tags.FIELDS, false, seed);
        this.dirty = new DirtyRecords(records);
        this.use = new RecentUse(records, TOUCHED);
        this.layout = new SlotLayout(shape.schema().counters());
        this.slots = new Slots(layout);
        this.sums = new Sums(slots, layout, clocks, self, shape.openNanos());
        this.tags = new Tags(records, FIRST_OF_TAGS, tagged, wall);
        this.shape = shape;
        this.self = self;
        this.holdNanos = shape.holdNanos() + shape.slackNanos();
        this.chains = new Chains(records, FIRST_OF_CHAINS, slots, clocks, holdNanos);
        clocks.put(self, 0);
    }

    /** Keys are born with later numbers than that one. */
    void bornAfter(long birth) {
        births = Math.max(births, birth);
    }

    /** Goes on with another expiry and room; who shrinks it has made room before. */
    void follow(TableShape changed) {
        shape = changed;
        holdNanos = changed.holdNanos() + changed.slackNanos();
        chains.hold(holdNanos);
        sums.follow(changed.openNanos());
    }

    /**
     * Forgets up to {@code max} of the oldest beyond that many; whether that was all there is to
     * forget. What is open stays.
     */
    boolean shrink(int entries, int max, long nowNanos) {
        for (int n = 0; n < max && records.size() > entries; n++) {
            if (!evict(nowNanos)) {
                return true;
            }
        }
        return records.size() <= entries;
    }

    void clock(Origin origin, long offsetNanos) {
        clocks.put(origin, offsetNanos);
    }

    /** Who comes into sight is told at once what is open here. */
    void present(Set<Origin> origins) {
        if (sums.present(origins)) {
            open.allDue();
        }
    }

    void steer(WallTime wall) {
        tags.steer(wall);
    }

    /** Keys, but those of which nothing is known since they were cleared. */
    int size() {
        int size = records.size();
        if (chains.clearedRecords() > 0) {
            for (int id = 0; id < records.end(); id++) {
                size -= records.used(id) && chains.blank(id) && tags.blank(id) ? 1 : 0;
            }
        }
        return size;
    }

    int dirty() {
        return dirty.size() + orphans.size();
    }

    long evictions() {
        return evictions;
    }

    /** Times that a key was not taken in because everything there was open. */
    long refusals() {
        return refusals;
    }

    /** Adds to a counter; its rate afterwards, or its sum if it has no rate. */
    long add(TableKey key, int counter, long amount, long nowNanos) {
        int id = touched(key, nowNanos);
        if (id == KeyedRecords.NONE) {
            return 0;
        }
        count(id, counter, amount, 0, nowNanos);
        return layout.counter(counter).rated()
                ? sums.rate(chain(id), counter, nowNanos)
                : sums.total(chain(id), counter);
    }

    /**
     * Takes away what was added by {@link #add} here before; not heeded if the entry is not the one
     * it was added to any more.
     */
    void take(TableKey key, int counter, long amount, long nowNanos) {
        int id = records.find(key);
        if (id == KeyedRecords.NONE || own(id) == Slots.NONE) {
            return;
        }
        long open = slots.current(own(id), counter);
        slots.take(own(id), counter, Math.min(amount, open));
        say(id, nowNanos);
    }

    /**
     * Adds if that leaves what all nodes have counted in every window, as far as is known here, at
     * the limit at most.
     *
     * @return what is left of the limit, or -1 when nothing was added
     */
    long admit(TableKey key, int counter, long limit, long amount, long nowNanos) {
        long left = limit - ceiling(key, counter, false, nowNanos) - amount;
        return counted(left, key, counter, amount, nowNanos);
    }

    private long counted(long left, TableKey key, int counter, long amount, long nowNanos) {
        int id = left < 0 ? KeyedRecords.NONE : touched(key, nowNanos);
        if (id == KeyedRecords.NONE) {
            return -1;
        }
        count(id, counter, amount, 0, nowNanos);
        return left;
    }

    /**
     * Adds if that leaves this node's own count in every window at its share at most.
     *
     * @param share most that this node may count in any window
     * @return what is left of the share, or -1 when nothing was added
     */
    long claim(TableKey key, int counter, long share, long amount, long nowNanos) {
        long left = share - ceiling(key, counter, true, nowNanos) - amount;
        return counted(left, key, counter, amount, nowNanos);
    }

    /**
     * Gives away up to half of what is left of this node's share, for use by another node within
     * that many bucket widths: it is counted here as of then.
     *
     * @param buckets 1 to {@link Buckets#AHEAD}
     * @return what was given, 0 to {@code wanted}
     */
    long lend(TableKey key, int counter, long share, long wanted, int buckets, long nowNanos) {
        long left = share - ceiling(key, counter, true, nowNanos);
        long given = Math.min(wanted, (left + 1) / 2);
        int id = given <= 0 ? KeyedRecords.NONE : touched(key, nowNanos);
        if (id == KeyedRecords.NONE) {
            return 0;
        }
        count(id, counter, given, buckets, nowNanos);
        return given;
    }

    /**
     * Begins again with a key on all nodes, whatever was counted and tagged before; what is open
     * stays open. Of a key that nothing is known of here the others may know something.
     *
     * @return whether something was known here
     */
    boolean clear(TableKey key, long nowNanos) {
        int before = records.find(key);
        boolean known =
                before != KeyedRecords.NONE && !(chains.blank(before) && tags.blank(before));
        int id = touched(key, nowNanos);
        if (id != KeyedRecords.NONE) {
            beginAgain(id, tags.stamp(nowNanos), nowNanos);
            if (own(id) == Slots.NONE) {
                newOwn(id);
            }
            say(id, nowNanos); // a slot of nothing carries the clear
        }
        return known;
    }

    /** What is open here is all that this node has counted since the clear. */
    private void beginAgain(int id, long since, long nowNanos) {
        long[] open = isOpen(id) ? slots.current(own(id)) : NOTHING;
        chains.clear(id, since);
        tags.clear(id, since);
        if (open.length > 0) {
            int own = newOwn(id);
            for (int counter = 0; counter < open.length; counter++) {
                slots.open(own, counter, open[counter]);
            }
            say(id, nowNanos);
        }
    }

    private int newOwn(int id) {
        int own = slots.add(chain(id), self, ++births);
        chains.link(id, own, own);
        return own;
    }

    long ceiling(TableKey key, int counter, boolean own, long nowNanos) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? 0 : sums.ceiling(chain(id), counter, own, nowNanos);
    }

    long rate(TableKey key, int counter, long nowNanos) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? 0 : sums.rate(chain(id), counter, nowNanos);
    }

    long total(TableKey key, int counter) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? 0 : sums.total(chain(id), counter);
    }

    long current(TableKey key, int counter, long nowNanos) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? 0 : sums.current(chain(id), counter, nowNanos);
    }

    long tag(TableKey key, int tag) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? 0 : tags.value(id, tag);
    }

    void tag(TableKey key, int tag, long value, long nowNanos) {
        int id = touched(key, nowNanos);
        if (id != KeyedRecords.NONE && tags.write(id, tag, value, self.node(), nowNanos)) {
            dirty.add(id);
        }
    }

    void merge(Entry.Slot entry, long nowNanos) {
        if (!clocks.knows(entry.origin()) || entry.counts().size() != layout.size()) {
            return;
        }
        long activeNanos = entry.counts().activeTick() << Counts.TICK_SHIFT;
        Origin origin = entry.origin();
        long ageNanos =
                clocks.nowAt(origin.node(), origin.incarnation(), nowNanos, activeNanos)
                        - activeNanos;
        if (ageNanos > holdNanos && records.find(entry.key()) == KeyedRecords.NONE) {
            return;
        }
        int id = arrived(entry.key(), ageNanos, nowNanos);
        if (id == KeyedRecords.NONE) {
            return;
        }
        if (entry.since() > chains.since(id)) {
            beginAgain(id, entry.since(), nowNanos);
        }
        int slot = entry.since() < chains.since(id) ? Slots.NONE : chains.slot(id, entry, nowNanos);
        if (slot != Slots.NONE) {
            slots.merge(slot, entry.counts());
        }
    }

    void merge(Entry.Tag entry, long olderNanos, long nowNanos) {
        long ageNanos = Table.aged(entry.ageNanos(), olderNanos);
        boolean inTime =
                ageNanos < shape.holdNanos()
                        || (ageNanos <= holdNanos
                                && records.find(entry.key()) != KeyedRecords.NONE);
        if (entry.tag() < tags.count() && inTime) {
            int id = arrived(entry.key(), ageNanos, nowNanos);
            if (id != KeyedRecords.NONE) {
                tags.merge(id, entry, chains.since(id));
            }
        }
    }

    int drain(int max, long nowNanos, Consumer<Entry> to) {
        int drained = orphans.drain(max, to);
        while (drained < max) {
            int id = dirty.take();
            if (id == KeyedRecords.NONE) {
                return drained;
            }
            drained += news(id, nowNanos, to);
        }
        return drained;
    }

    int page(int from, int max, long nowNanos, Consumer<Entry> to) {
        int end = Math.min(records.end(), from + max);
        for (int id = from; id < end; id++) {
            if (records.used(id)) {
                pageSlots(id, true, nowNanos, to);
                pageSlots(id, false, nowNanos, to);
                for (int tag = 0; tag < tags.count(); tag++) {
                    if (tags.written(id, tag) != 0) {
                        to.accept(tagEntry(id, tag, nowNanos));
                    }
                }
            }
        }
        return end < records.end() ? end : -1;
    }

    /**
     * Those that keep the entry come first: with it, sums of older ones are taken in too, and when
     * it was cleared.
     */
    private void pageSlots(int id, boolean alive, long nowNanos, Consumer<Entry> to) {
        for (int slot = chain(id); slot != Slots.NONE; slot = slots.next(slot)) {
            boolean part = alive || slots.summed(slot) || chains.since(id) != 0;
            if (chains.alive(slot, nowNanos) == alive && part) {
                to.accept(chains.entry(id, slot));
            }
        }
    }

    void expire(int max, long nowNanos) {
        sayOpenAgain(max, nowNanos);
        for (int n = 0; n < max && records.size() > 0; n++) {
            int id = records.oldest();
            if (use.ageNanos(id, nowNanos) < holdNanos) {
                return;
            }
            if (isOpen(id)) {
                say(id, nowNanos); // this process stood still, and its turn has not come yet
            } else {
                forget(id, nowNanos);
            }
        }
    }

    /** The record is used now, and the others are to hear of it. */
    private void say(int id, long nowNanos) {
        slots.active(own(id), nowNanos);
        use.now(id, nowNanos);
        dirty.add(id);
    }

    private void sayOpenAgain(int max, long nowNanos) {
        for (int n = 0; n < max && open.due(nowNanos); n++) {
            int id = open.take();
            if (records.used(id) && isOpen(id)) {
                say(id, nowNanos);
                open.add(id, nowNanos + shape.openNanos() / 3);
            }
        }
    }

    /** Whether something is open here. */
    private boolean isOpen(int id) {
        return own(id) != Slots.NONE && slots.open(own(id));
    }

    private void count(int id, int counter, long amount, int bucketsAhead, long nowNanos) {
        int own = own(id);
        if (own == Slots.NONE) {
            own = newOwn(id);
        }
        long width = layout.counter(counter).bucketNanos();
        long bucket = width == 0 ? 0 : Math.floorDiv(nowNanos, width) + bucketsAhead;
        if (layout.counter(counter).current() && !slots.open(own)) {
            open.add(id, nowNanos + shape.openNanos() / 3);
        }
        slots.add(own, counter, amount, bucket);
        slots.active(own, nowNanos);
        dirty.add(id);
    }

    /** What this node itself has to say of a record; how many entries. */
    private int news(int id, long nowNanos, Consumer<Entry> to) {
        int said = 0;
        if (own(id) != Slots.NONE) {
            to.accept(chains.entry(id, own(id)));
            said++;
        }
        for (int tag = 0; tag < tags.count(); tag++) {
            if (tags.written(id, tag) != 0 && tags.writer(id, tag) == self.node()) {
                to.accept(tagEntry(id, tag, nowNanos));
                said++;
            }
        }
        return said;
    }

    /** The key's record, made if need be and used now; none if there is no room. */
    private int touched(TableKey key, long nowNanos) {
        int id = records.find(key);
        if (id == KeyedRecords.NONE) {
            return add(key, nowNanos, nowNanos);
        }
        if (use.ageNanos(id, nowNanos) > shape.slackNanos()) {
            use.now(id, nowNanos);
        }
        return id;
    }

    /** The record of a key that another node has used some time ago. */
    private int arrived(TableKey key, long ageNanos, long nowNanos) {
        int id = records.find(key);
        long used = nowNanos - Math.max(0, ageNanos);
        if (id == KeyedRecords.NONE) {
            return add(key, used, nowNanos);
        }
        use.then(id, used);
        return id;
    }

    private int add(TableKey key, long used, long nowNanos) {
        expire(EXPIRE_WITH_ADD, nowNanos);
        while (records.size() >= shape.entriesMax()) {
            if (!evict(nowNanos)) {
                refusals++;
                return KeyedRecords.NONE;
            }
        }
        int id = records.add(key);
        use.first(id, used);
        chains.link(id, Slots.NONE, Slots.NONE);
        return id;
    }

    /** Forgets the oldest that has nothing open here; those that have become the newest. */
    private boolean evict(long nowNanos) {
        for (int steps = 0; steps < EVICT_STEPS_MAX; steps++) {
            int id = records.oldest();
            if (!isOpen(id)) {
                forget(id, nowNanos);
                evictions++;
                return true;
            }
            use.now(id, nowNanos);
        }
        return false;
    }

    private void forget(int id, long nowNanos) {
        if (records.marked(id)) {
            news(id, nowNanos, orphans::add);
        }
        chains.forget(id);
        records.remove(id);
    }

    private Entry.Tag tagEntry(int id, int tag, long nowNanos) {
        return tags.entry(records.key(id), id, tag, Math.max(0, use.ageNanos(id, nowNanos)));
    }

    private int chain(int id) {
        return chains.chain(id);
    }

    private int own(int id) {
        return chains.own(id);
    }
}
