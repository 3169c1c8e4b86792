package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

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

    private final TableShape shape;
    private final Stripe[] stripes;
    private final Changes changes;
    private final LongSupplier clock;
    private final long nearLimit;

    /**
     * @param shape what the table looks like
     * @param self this life of this node
     * @param wall orders writes
     * @param seed of hashes
     * @param limit the lowest rate a rule compares this table with, or {@link Long#MAX_VALUE}
     * @param changes who is told of changes
     * @param clock monotonic nanoseconds
     */
    GuardedTable(
            TableShape shape,
            Origin self,
            WallTime wall,
            long seed,
            long limit,
            Changes changes,
            LongSupplier clock) {
        this.shape = shape;
        this.changes = changes;
        this.clock = clock;
        this.nearLimit = limit == Long.MAX_VALUE ? limit : (long) (limit * NEAR);
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

    /** Unsticks the key on all nodes; whether it was stuck. */
    boolean remove(TableKey key) {
        return stripe(key).remove(key, clock.getAsLong());
    }

    @Override
    public long hit(TableKey key) {
        long rate = stripe(key).hit(key, clock.getAsLong());
        if (rate >= nearLimit) {
            changes.hurry();
        }
        return rate;
    }

    @Override
    public long rate(TableKey key) {
        return stripe(key).rate(key, clock.getAsLong());
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

    void merge(List<Entry> entries, long nowNanos) {
        List<List<Entry>> parts = new ArrayList<>();
        for (int part = 0; part < stripes.length; part++) {
            parts.add(new ArrayList<>());
        }
        entries.forEach(entry -> parts.get(entry.key().stripe(stripes.length)).add(entry));
        for (int part = 0; part < stripes.length; part++) {
            if (!parts.get(part).isEmpty()) {
                stripes[part].merge(parts.get(part), nowNanos);
            }
        }
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
