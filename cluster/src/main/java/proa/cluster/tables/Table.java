package proa.cluster.tables;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * One table, or one stripe of it, as this node remembers it: sticky entries and, if the table
 * counts, counters. Every time is this node's monotonic clock. Not thread-safe.
 *
 * <p>Both kinds keep at most {@code entriesMax} keys each.
 */
public final class Table {

    private TableShape shape;
    private final StickyEntries sticky;
    private final @Nullable CounterEntries counters;

    /**
     * @param shape what the table looks like
     * @param entriesMax room of this stripe
     * @param self who counts and writes here
     * @param wall orders writes
     * @param seed of the hash, different for each process
     * @param nowNanos the beginning of time for ages
     */
    public Table(
            TableShape shape,
            int entriesMax,
            Origin self,
            WallTime wall,
            long seed,
            long nowNanos) {
        this.shape = shape.withEntries(entriesMax);
        this.sticky = new StickyEntries(this.shape, self.node(), wall, seed, nowNanos);
        this.counters = shape.counts() ? new CounterEntries(this.shape, self, wall, seed) : null;
    }

    public TableShape shape() {
        return shape;
    }

    /** Makes room below that many entries, up to {@code max} of each kind; whether it is there. */
    public boolean shrink(int entries, int max, long nowNanos) {
        boolean stuck = sticky.shrink(entries, max);
        return (counters == null || counters.shrink(entries, max, nowNanos)) && stuck;
    }

    /**
     * Goes on with another expiry and another room; what is kept stays.
     *
     * @param changed of the same schema
     * @param entriesMax room of this stripe
     */
    public void follow(TableShape changed, int entriesMax) {
        if (!changed.schema().equals(shape.schema())) {
            throw new IllegalArgumentException("table " + shape.name() + " keeps something else");
        }
        shape = changed.withEntries(entriesMax);
        sticky.follow(shape);
        if (counters != null) {
            counters.follow(shape);
        }
    }

    /** The server the key is stuck to, or null; renews the entry. */
    public @Nullable String server(TableKey key, long nowNanos) {
        return sticky.server(key, nowNanos);
    }

    /** Sticks the key to a server; what it is stuck to from now on. */
    public String stick(TableKey key, String server, long nowNanos) {
        return sticky.stick(key, server, nowNanos);
    }

    /** Unsticks the key on all nodes; whether it was stuck. */
    public boolean remove(TableKey key, long nowNanos) {
        return sticky.remove(key, nowNanos);
    }

    /**
     * Forgets on all nodes what the key is stuck to, has counted and is tagged with. What is open,
     * such as connections, stays open, and of a sum it is what it begins again with.
     *
     * @return whether anything was known here; of another key the others are told all the same if
     *     the table counts
     */
    public boolean clear(TableKey key, long nowNanos) {
        boolean stuck = sticky.remove(key, nowNanos);
        boolean counted = counters != null && counters.clear(key, nowNanos);
        return stuck || counted;
    }

    /** Adds to a counter; its rate over all nodes afterwards, or its sum if it has no rate. */
    public long add(TableKey key, int counter, long amount, long nowNanos) {
        return counting().add(key, counter, amount, nowNanos);
    }

    /** Takes away what was added here to a counter that keeps what is current. */
    public void take(TableKey key, int counter, long amount, long nowNanos) {
        counting().take(key, counter, amount, nowNanos);
    }

    /**
     * Adds if that leaves what all nodes have counted in every window, as far as is known here, at
     * the limit at most.
     *
     * @return what is left of the limit, or -1 when nothing was added
     */
    public long admit(TableKey key, int counter, long limit, long amount, long nowNanos) {
        return counting().admit(key, counter, limit, amount, nowNanos);
    }

    /**
     * Adds if that leaves this node's own count in every window at its share at most.
     *
     * @param share most that this node may count in any window
     * @return what is left of the share, or -1 when nothing was added
     */
    public long claim(TableKey key, int counter, long share, long amount, long nowNanos) {
        return counting().claim(key, counter, share, amount, nowNanos);
    }

    /**
     * Gives away up to half of what is left of this node's share, for use by another node within
     * that many bucket widths.
     *
     * @param buckets 1 to {@link Buckets#AHEAD}
     * @return what was given, 0 to {@code wanted}
     */
    public long lend(
            TableKey key, int counter, long share, long wanted, int buckets, long nowNanos) {
        return counting().lend(key, counter, share, wanted, buckets, nowNanos);
    }

    /** What limits go by: what all nodes have counted in every bucket that the window touches. */
    public long ceiling(TableKey key, int counter, long nowNanos) {
        return counting().ceiling(key, counter, false, nowNanos);
    }

    /** A counter's rate over all nodes. */
    public long rate(TableKey key, int counter, long nowNanos) {
        return counting().rate(key, counter, nowNanos);
    }

    /** Everything added to a counter since the entry was created, over all nodes. */
    public long total(TableKey key, int counter) {
        return counting().total(key, counter);
    }

    /** What was added and not taken away, over all nodes that are present. */
    public long current(TableKey key, int counter, long nowNanos) {
        return counting().current(key, counter, nowNanos);
    }

    /** The value of a tag; 0 without. */
    public long tag(TableKey key, int tag) {
        return counting().tag(key, tag);
    }

    /** Sets a tag on all nodes. */
    public void tag(TableKey key, int tag, long value, long nowNanos) {
        counting().tag(key, tag, value, nowNanos);
    }

    /** Counts one request in the first counter. */
    public long hit(TableKey key, long nowNanos) {
        return add(key, 0, 1, nowNanos);
    }

    /** The rate of the first counter. */
    public long rate(TableKey key, long nowNanos) {
        return rate(key, 0, nowNanos);
    }

    /** Says which other origins are present: only their open things count. */
    public void present(Set<Origin> others) {
        if (counters != null) {
            counters.present(others);
        }
    }

    /** Times that a key was not taken in because everything there was open. */
    public long refusals() {
        return counters == null ? 0 : counters.refusals();
    }

    /** Keys that are stuck, or counted if none of a counting table is stuck. */
    public int size() {
        return counters == null ? sticky.size() : Math.max(sticky.size(), counters.size());
    }

    /** Tells the number of stuck keys of each server that has any, also of servers long gone. */
    public void servers(ObjIntConsumer<String> to) {
        sticky.servers(to);
    }

    /** Keys pushed out by newer ones. */
    public long evictions() {
        return sticky.evictions() + (counters == null ? 0 : counters.evictions());
    }

    /**
     * Takes in what another node says.
     *
     * @param olderNanos what has passed since the entry's age was written, at least 0
     */
    public void merge(Entry entry, long olderNanos, long nowNanos) {
        switch (entry) {
            case Entry.Sticky stuck -> sticky.merge(stuck, olderNanos, nowNanos);
            case Entry.Slot slot -> {
                if (counters != null) {
                    counters.merge(slot, nowNanos);
                }
            }
            case Entry.Tag tag -> {
                if (counters != null) {
                    counters.merge(tag, olderNanos, nowNanos);
                }
            }
        }
    }

    /** The age that an entry has by now; it ends where the numbers do. */
    static long aged(long ageNanos, long olderNanos) {
        long sum = ageNanos + olderNanos;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Sticky entries, also those that say that a key was removed. */
    public int kept() {
        return sticky.kept();
    }

    /** Makes room for so many sticky entries in all, if the table may keep them. */
    public void expect(int entries) {
        sticky.expect(entries);
    }

    /** Says what time it is at an origin: this node's monotonic clock minus the origin's. */
    public void clock(Origin origin, long offsetNanos) {
        if (counters != null) {
            counters.clock(origin, offsetNanos);
        }
    }

    /**
     * Counting begins with later births than that one, as a table has to that begins again in the
     * same life: members may have slots of the one before, which are merged by maximum.
     */
    public void bornAfter(long birth) {
        if (counters != null) {
            counters.bornAfter(birth);
        }
    }

    /** Goes on with a steered calendar time. */
    public void steer(WallTime wall) {
        sticky.steer(wall);
        if (counters != null) {
            counters.steer(wall);
        }
    }

    /** Entries that wait for {@link #drain}. */
    public int dirty() {
        return sticky.dirty() + (counters == null ? 0 : counters.dirty());
    }

    /**
     * Hands out up to {@code max} entries that changed here, each once for any number of changes.
     */
    public int drain(int max, long nowNanos, Consumer<Entry> to) {
        int drained = sticky.drain(max, nowNanos, to);
        return counters == null ? drained : drained + counters.drain(max - drained, nowNanos, to);
    }

    /**
     * Hands out a part of everything there is. Sticky entries come from the oldest to the newest,
     * so that who takes them in as they come keeps the same ones; those that change meanwhile may
     * be missed: they are in the updates that go on beside it. Of counters an update says only what
     * its sender counted, so they come in an order that no use changes.
     *
     * @param from 0 to begin
     * @param max records looked at
     * @return where to go on, or -1 at the end
     */
    public long page(long from, int max, long nowNanos, Consumer<Entry> to) {
        if (from < COUNTERS) {
            long next = sticky.page(from, max, nowNanos, to);
            return next >= 0 ? next : counters == null ? -1 : COUNTERS;
        }
        int next = counting().page((int) (from - COUNTERS), max, nowNanos, to);
        return next >= 0 ? COUNTERS + next : -1;
    }

    private static final long COUNTERS = 1L << 32;

    /** Hands out everything there is of one key, which is not renewed by that. */
    public void entries(TableKey key, long nowNanos, Consumer<Entry> to) {
        sticky.tell(key, nowNanos, to);
        int counted = counters == null ? KeyedRecords.NONE : counters.records.find(key);
        if (counters != null && counted != KeyedRecords.NONE) {
            counters.page(counted, 1, nowNanos, to);
        }
    }

    /** How long a key has not been used; −1: nothing is kept for it. */
    public long idleNanos(TableKey key, long nowNanos) {
        long ofStuck = sticky.idleNanos(key, nowNanos);
        int counted = counters == null ? KeyedRecords.NONE : counters.records.find(key);
        if (counters == null || counted == KeyedRecords.NONE) {
            return ofStuck;
        }
        long ofCounted = counters.use.ageNanos(counted, nowNanos);
        return ofStuck < 0 ? ofCounted : Math.min(ofStuck, ofCounted);
    }

    /**
     * Forgets up to {@code max} entries of each kind whose time is over, and says again what is
     * open here.
     */
    public void expire(int max, long nowNanos) {
        sticky.expire(max, nowNanos);
        if (counters != null) {
            counters.expire(max, nowNanos);
        }
    }

    private CounterEntries counting() {
        if (counters == null) {
            throw new IllegalStateException("table " + shape.name() + " counts nothing");
        }
        return counters;
    }
}
