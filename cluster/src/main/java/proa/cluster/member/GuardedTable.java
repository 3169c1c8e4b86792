package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * One table in stripes of their own locks, so that event loops seldom meet. A key is in the same
 * stripe on every node; with a small table there is one stripe, so that its limit is exact.
 */
final class GuardedTable implements SharedTable {

    private static final int STRIPES = 16;

    /** Below this many entries a stripe's share would stray too far from a sixteenth. */
    private static final int STRIPED_FROM = 16 * 1_024;

    /** A key above this part of the lowest limit on its table is near it. */
    private static final double NEAR = 0.8;

    private static final int CURSOR_SHIFT = 36;

    /** Some microseconds. */
    private static final int SHRINK_AT_ONCE = 256;

    /** Records that are looked at while a stripe is locked: some microseconds. */
    private static final int KEYS_TOGETHER = 64;

    /**
     * Entries taken in while a stripe is locked: some hundred microseconds. Members tell a table
     * stripe by stripe, so that most come together.
     */
    private static final int MERGED_AT_ONCE = 1_000;

    /** By so many standard deviations a stripe may have more than its share. */
    private static final int DEVIATIONS = 4;

    private volatile TableShape shape;
    private final Stripe[] stripes;
    private final Changes changes;
    private final LongSupplier clock;

    /** By counter: a rate of so much hurries the next batch. */
    private volatile long[] nearLimits;

    /**
     * @param shape what the table looks like
     * @param self this life of this node
     * @param wall orders writes
     * @param seed of hashes
     * @param limits by counter: the lowest value a rule compares it with, or {@link Long#MAX_VALUE}
     * @param changes who is told of changes
     * @param clock monotonic nanoseconds
     */
    GuardedTable(
            TableShape shape,
            Origin self,
            WallTime wall,
            long seed,
            long[] limits,
            Changes changes,
            LongSupplier clock) {
        this.shape = shape;
        this.changes = changes;
        this.clock = clock;
        this.nearLimits = near(limits);
        int parts = shape.entriesMax() < STRIPED_FROM ? 1 : STRIPES;
        int room = Math.ceilDiv(shape.entriesMax(), parts);
        this.stripes = new Stripe[parts];
        Arrays.setAll(
                stripes,
                part ->
                        new Stripe(
                                new Table(shape, room, self, wall, seed + part, clock.getAsLong()),
                                changes));
    }

    private static long[] near(long[] limits) {
        return Arrays.stream(limits)
                .map(limit -> limit == Long.MAX_VALUE ? limit : (long) (limit * NEAR))
                .toArray();
    }

    /**
     * Goes on with another expiry, room and lowest limits. What is too much goes oldest first, some
     * at a time, so that nobody waits for long.
     *
     * @param changed of the same schema
     */
    void follow(TableShape changed, long[] limits) {
        nearLimits = near(limits);
        if (changed.equals(shape)) {
            return;
        }
        int room = Math.ceilDiv(changed.entriesMax(), stripes.length);
        for (Stripe stripe : stripes) {
            while (!stripe.shrink(room, SHRINK_AT_ONCE, clock.getAsLong())) {
                // others have their turn between
            }
            stripe.follow(changed, room);
        }
        shape = changed;
    }

    TableShape shape() {
        return shape;
    }

    @Override
    public @Nullable String server(TableKey key) {
        return stripe(key).server(key, clock.getAsLong());
    }

    @Override
    public String stick(TableKey key, String server) {
        return stripe(key).stick(key, server, clock.getAsLong());
    }

    @Override
    public List<Entry> entries(TableKey key) {
        List<Entry> entries = new ArrayList<>();
        stripe(key).entries(key, clock.getAsLong(), entries::add);
        return entries;
    }

    @Override
    public void keys(Predicate<TableKey> visitor) {
        long cursor = 0;
        while (cursor >= 0) {
            Set<TableKey> some = new LinkedHashSet<>();
            Set<TableKey> counted = new LinkedHashSet<>();
            cursor =
                    page(
                            cursor,
                            KEYS_TOGETHER,
                            clock.getAsLong(),
                            entry ->
                                    (entry instanceof Entry.Sticky ? some : counted)
                                            .add(entry.key()));
            counted.removeIf(this::hasSticky); // it was met among those that stick
            some.addAll(counted);
            for (TableKey key : some) {
                if (!visitor.test(key)) {
                    return;
                }
            }
        }
    }

    private boolean hasSticky(TableKey key) {
        return entries(key).stream().anyMatch(Entry.Sticky.class::isInstance);
    }

    @Override
    public long idleNanos(TableKey key) {
        return stripe(key).idleNanos(key, clock.getAsLong());
    }

    @Override
    public boolean remove(TableKey key) {
        return stripe(key).remove(key, clock.getAsLong());
    }

    @Override
    public boolean clear(TableKey key) {
        return stripe(key).clear(key, clock.getAsLong());
    }

    @Override
    public TableSchema schema() {
        return shape.schema();
    }

    @Override
    public long add(TableKey key, int counter, long amount) {
        long rate = stripe(key).add(key, counter, amount, clock.getAsLong());
        if (rate >= nearLimits[counter]) {
            changes.hurry();
        }
        return rate;
    }

    @Override
    public void take(TableKey key, int counter, long amount) {
        stripe(key).take(key, counter, amount, clock.getAsLong());
    }

    /** Counts one within a limit over all nodes; what is left of it, or -1. */
    long admit(TableKey key, int counter, long limit) {
        long left = stripe(key).admit(key, counter, limit, clock.getAsLong());
        if (left >= 0 && left <= limit * (1 - NEAR)) {
            changes.hurry();
        }
        return left;
    }

    /** Adds within this node's share of a strict limit; see {@link proa.cluster.tables.Table}. */
    long claim(TableKey key, int counter, long share, long amount, long nowNanos) {
        return stripe(key).claim(key, counter, share, amount, nowNanos);
    }

    /** Gives a part of this node's share away; see {@link proa.cluster.tables.Table}. */
    long lend(TableKey key, int counter, long share, long wanted, int buckets, long nowNanos) {
        return stripe(key).lend(key, counter, share, wanted, buckets, nowNanos);
    }

    @Override
    public long rate(TableKey key, int counter) {
        return stripe(key).rate(key, counter, clock.getAsLong());
    }

    @Override
    public long ceiling(TableKey key, int counter) {
        return stripe(key).ceiling(key, counter, clock.getAsLong());
    }

    @Override
    public long total(TableKey key, int counter) {
        return stripe(key).total(key, counter);
    }

    @Override
    public long current(TableKey key, int counter) {
        return stripe(key).current(key, counter, clock.getAsLong());
    }

    @Override
    public long tag(TableKey key, int tag) {
        return stripe(key).tag(key, tag);
    }

    @Override
    public void tag(TableKey key, int tag, long value) {
        stripe(key).tag(key, tag, value, clock.getAsLong());
    }

    long nowNanos() {
        return clock.getAsLong();
    }

    @Override
    public int size() {
        return Arrays.stream(stripes).mapToInt(Stripe::size).sum();
    }

    @Override
    public Map<String, Integer> servers() {
        Map<String, Integer> servers = new TreeMap<>();
        each(stripe -> stripe.servers((name, count) -> servers.merge(name, count, Integer::sum)));
        return servers;
    }

    long evictions() {
        return Arrays.stream(stripes).mapToLong(Stripe::evictions).sum();
    }

    long refusals() {
        return Arrays.stream(stripes).mapToLong(Stripe::refusals).sum();
    }

    int dirty() {
        return Arrays.stream(stripes).mapToInt(Stripe::dirty).sum();
    }

    int drain(int max, long nowNanos, Consumer<Entry> to) {
        int drained = 0;
        for (Stripe stripe : stripes) {
            drained += stripe.drain(max - drained, nowNanos, to);
        }
        return drained;
    }

    void merge(List<Entry> entries, long olderNanos, long nowNanos) {
        int from = 0;
        while (from < entries.size()) {
            Stripe stripe = stripe(entries.get(from).key());
            int most = Math.min(entries.size(), from + MERGED_AT_ONCE);
            int to = from + 1;
            while (to < most && stripe(entries.get(to).key()) == stripe) {
                to++;
            }
            stripe.merge(entries.subList(from, to), olderNanos, nowNanos);
            from = to;
        }
    }

    /** Sticky entries, also those that say that a key was removed. */
    int kept() {
        return Arrays.stream(stripes).mapToInt(Stripe::kept).sum();
    }

    /** Makes room for so many sticky entries in all, if the table may keep them. */
    void expect(int entries) {
        int share = Math.ceilDiv(entries, stripes.length);
        int most = stripes.length == 1 ? share : share + DEVIATIONS * (int) Math.sqrt(share);
        each(stripe -> stripe.expect(most));
    }

    /** One page; the cursor holds the stripe above and the place in it below. */
    long page(long cursor, int max, long nowNanos, Consumer<Entry> to) {
        int part = (int) (cursor >>> CURSOR_SHIFT);
        if (part >= stripes.length) {
            return -1;
        }
        long place = cursor & ((1L << CURSOR_SHIFT) - 1);
        long next = stripes[part].page(place, max, nowNanos, to);
        if (next >= 0) {
            return (long) part << CURSOR_SHIFT | next;
        }
        return part + 1 < stripes.length ? (part + 1L) << CURSOR_SHIFT : -1;
    }

    /** Does something to every stripe, one after the other. */
    void each(Consumer<Stripe> action) {
        for (Stripe stripe : stripes) {
            action.accept(stripe);
        }
    }

    private Stripe stripe(TableKey key) {
        return stripes[key.stripe(stripes.length)];
    }
}
