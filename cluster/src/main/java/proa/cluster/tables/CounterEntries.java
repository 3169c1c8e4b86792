package proa.cluster.tables;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * How many requests each key made within a sliding window, over all nodes. Not thread-safe.
 *
 * <p>Each origin counts in a slot of its own; a slot belongs to (node, incarnation, birth), so that
 * neither a restart nor an eviction makes an origin begin again at numbers that the maximum would
 * hide.
 */
final class CounterEntries {

    private static final int TOUCHED = KeyedRecords.FIRST_OWN;

    /** The chain of slots (upper half) and this node's current one in it (lower half). */
    private static final int CHAIN_AND_OWN = TOUCHED + 1;

    private static final int OWN_FIELDS = 2;

    /**
     * Slots of one key: three nodes with two births each, and lives before that have not left the
     * window yet. Beyond it a key is in the middle of a crash loop, and the slot last used longest
     * ago goes.
     */
    static final int SLOTS_MAX = 16;

    /** Evicted counts that wait to be sent; beyond it the oldest is not sent at all. */
    static final int ORPHANS_MAX = 10_000;

    private static final int EXPIRE_WITH_ADD = 2;

    private final KeyedRecords records;
    private final Slots slots = new Slots();
    private final OriginClocks clocks = new OriginClocks();
    private final TableShape shape;
    private final Origin self;
    private final NumberQueue dirty = new NumberQueue();
    private final ArrayDeque<Entry> orphans = new ArrayDeque<>();

    private long births;
    private long evictions;

    CounterEntries(TableShape shape, Origin self, long seed) {
        this.records = new KeyedRecords(OWN_FIELDS, seed);
        this.shape = shape;
        this.self = self;
        clocks.put(self, 0);
    }

    void clock(Origin origin, long offsetNanos) {
        clocks.put(origin, offsetNanos);
    }

    int size() {
        return records.size();
    }

    int dirty() {
        return dirty.size() + orphans.size();
    }

    long evictions() {
        return evictions;
    }

    long hit(TableKey key, long nowNanos) {
        int id = records.find(key);
        if (id == KeyedRecords.NONE) {
            id = add(key, nowNanos);
        } else if (nowNanos - records.get(id, TOUCHED) > shape.slackNanos()) {
            touch(id, nowNanos);
        }
        long bucket = Math.floorDiv(nowNanos, shape.bucketNanos());
        int own = own(id);
        if (own == Slots.NONE) {
            own = slots.add(chain(id), self, ++births, bucket);
            link(id, own, own);
        }
        slots.increment(own, bucket);
        if (records.mark(id)) {
            dirty.add(id);
        }
        return sum(id, nowNanos);
    }

    long rate(TableKey key, long nowNanos) {
        int id = records.find(key);
        return id == KeyedRecords.NONE ? 0 : sum(id, nowNanos);
    }

    void merge(Entry.Slot entry, long nowNanos) {
        if (!clocks.knows(entry.origin()) || outOfWindow(entry, nowNanos)) {
            return;
        }
        int id = records.find(entry.key());
        if (id == KeyedRecords.NONE) {
            id = add(entry.key(), nowNanos);
        } else {
            touch(id, nowNanos);
        }
        int slot = slot(id, entry, nowNanos);
        if (slot != Slots.NONE) {
            slots.merge(slot, entry.buckets());
        }
    }

    int drain(int max, Consumer<Entry> to) {
        int drained = 0;
        for (; drained < max && !orphans.isEmpty(); drained++) {
            to.accept(orphans.remove());
        }
        while (drained < max && dirty.size() > 0) {
            int id = dirty.take();
            if (records.unmark(id) && own(id) != Slots.NONE) {
                to.accept(entry(id, own(id)));
                drained++;
            }
        }
        return drained;
    }

    int page(int from, int max, long nowNanos, Consumer<Entry> to) {
        int end = Math.min(records.end(), from + max);
        for (int id = from; id < end; id++) {
            if (records.used(id)) {
                for (int s = chain(id); s != Slots.NONE; s = slots.next(s)) {
                    if (alive(s, nowNanos)) {
                        to.accept(entry(id, s));
                    }
                }
            }
        }
        return end < records.end() ? end : -1;
    }

    void expire(int max, long nowNanos) {
        long hold = Math.max(shape.expireNanos(), shape.windowNanos()) + shape.slackNanos();
        for (int n = 0; n < max && records.size() > 0; n++) {
            int id = records.oldest();
            if (nowNanos - records.get(id, TOUCHED) < hold) {
                return;
            }
            forget(id);
        }
    }

    private int add(TableKey key, long nowNanos) {
        expire(EXPIRE_WITH_ADD, nowNanos);
        while (records.size() >= shape.entriesMax()) {
            forget(records.oldest());
            evictions++;
        }
        int id = records.add(key);
        records.set(id, TOUCHED, nowNanos);
        link(id, Slots.NONE, Slots.NONE);
        return id;
    }

    private void forget(int id) {
        if (records.marked(id) && own(id) != Slots.NONE) {
            if (orphans.size() == ORPHANS_MAX) {
                orphans.remove();
            }
            orphans.add(entry(id, own(id)));
        }
        int slot = chain(id);
        while (slot != Slots.NONE) {
            int next = slots.next(slot);
            slots.release(slot);
            slot = next;
        }
        records.remove(id);
    }

    private void touch(int id, long nowNanos) {
        records.set(id, TOUCHED, nowNanos);
        records.renew(id);
    }

    /** The slot that the entry belongs to, made if need be; none if two later births are known. */
    private int slot(int id, Entry.Slot entry, long nowNanos) {
        int births = 0;
        int earliest = Slots.NONE;
        for (int slot = chain(id); slot != Slots.NONE; slot = slots.next(slot)) {
            if (!slots.isOf(slot, entry.origin())) {
                continue;
            }
            if (slots.birth(slot) == entry.birth()) {
                return slot;
            }
            births++;
            if (earliest == Slots.NONE || slots.birth(slot) < slots.birth(earliest)) {
                earliest = slot;
            }
        }
        if (births >= Slots.BIRTHS_MAX) {
            if (entry.birth() < slots.birth(earliest)) {
                return Slots.NONE;
            }
            drop(id, earliest);
        }
        makeRoom(id, nowNanos);
        int slot = slots.add(chain(id), entry.origin(), entry.birth(), entry.buckets().newest());
        link(id, slot, own(id));
        return slot;
    }

    private void makeRoom(int id, long nowNanos) {
        int count = 0;
        int next;
        for (int slot = chain(id); slot != Slots.NONE; slot = next) {
            next = slots.next(slot);
            if (slot != own(id) && (!alive(slot, nowNanos) || ++count >= SLOTS_MAX - 1)) {
                drop(id, slot);
            }
        }
    }

    private void drop(int id, int slot) {
        int own = own(id) == slot ? Slots.NONE : own(id);
        link(id, slots.remove(chain(id), slot), own);
    }

    private long sum(int id, long nowNanos) {
        long whole = 0;
        double sliding = 0;
        for (int slot = chain(id); slot != Slots.NONE; slot = slots.next(slot)) {
            long at = nowAt(slot, nowNanos);
            long current = Math.floorDiv(at, shape.bucketNanos());
            for (int back = -1; back < Buckets.PER_WINDOW; back++) {
                whole += slots.count(slot, current - back);
            }
            int oldest = slots.count(slot, current - Buckets.PER_WINDOW);
            double gone = (double) Math.floorMod(at, shape.bucketNanos()) / shape.bucketNanos();
            sliding += oldest * (1 - gone);
        }
        return whole + (long) sliding;
    }

    private boolean alive(int slot, long nowNanos) {
        long current = Math.floorDiv(nowAt(slot, nowNanos), shape.bucketNanos());
        return current - slots.newest(slot) <= Buckets.PER_WINDOW;
    }

    private boolean outOfWindow(Entry.Slot entry, long nowNanos) {
        long at =
                clocks.nowAt(
                        entry.origin().node(), entry.origin().incarnation(), nowNanos, nowNanos);
        return Math.floorDiv(at, shape.bucketNanos()) - entry.buckets().newest()
                > Buckets.PER_WINDOW;
    }

    /**
     * The origin's time; of an origin forgotten meanwhile, the time its slot was last counted in.
     */
    private long nowAt(int slot, long nowNanos) {
        return clocks.nowAt(
                slots.node(slot),
                slots.incarnation(slot),
                nowNanos,
                slots.newest(slot) * shape.bucketNanos());
    }

    private Entry.Slot entry(int id, int slot) {
        return new Entry.Slot(
                records.key(id),
                new Origin(slots.node(slot), slots.incarnation(slot)),
                slots.birth(slot),
                slots.buckets(slot));
    }

    private int chain(int id) {
        return (int) (records.get(id, CHAIN_AND_OWN) >>> 32);
    }

    private int own(int id) {
        return (int) records.get(id, CHAIN_AND_OWN);
    }

    private void link(int id, int chain, int own) {
        records.set(id, CHAIN_AND_OWN, (long) chain << 32 | own);
    }
}
