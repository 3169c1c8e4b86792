package proa.cluster.member;

import org.jspecify.annotations.Nullable;

import proa.cluster.replication.Store;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;
import proa.config.ProaConfig;
import proa.config.TableConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * All tables of this node. Safe from any thread; {@link #make}, {@link #follow} and {@link #retain}
 * are called by the replicator's only, which counts on tables to stay where they are in between.
 *
 * <p>A table keeps its place as long as the process lives: members fetch tables by their places,
 * page by page. The place of one that is gone stays empty until one of its name comes back.
 */
final class Tables implements Store {

    private static final int EXPIRE_AT_ONCE = 500;

    /** Of the number of a birth: more than a table has in years. */
    private static final int BIRTH_BITS = 32;

    private final Origin self;
    private final long seed;
    private final Changes changes;
    private final LongSupplier clock;

    private volatile State state = new State(List.of(), List.of());

    /**
     * What there is.
     *
     * @param shapes by place, also of those that are gone
     * @param tables likewise
     */
    private record State(List<TableShape> shapes, List<Place> tables) {}

    /**
     * A place: its name, and the table if it is there.
     *
     * @param made how many tables there have been at this place
     */
    private record Place(String name, int made, @Nullable GuardedTable table) {}

    Tables(
            ProaConfig config,
            Origin self,
            WallTime wall,
            long seed,
            Changes changes,
            LongSupplier clock) {
        this.self = self;
        this.seed = seed;
        this.changes = changes;
        this.clock = clock;
        make(config, wall);
    }

    GuardedTable table(String name) {
        return all().stream()
                .filter(table -> table.shape().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no table " + name));
    }

    List<GuardedTable> all() {
        List<GuardedTable> all = new ArrayList<>();
        for (Place place : state.tables) {
            if (place.table != null) {
                all.add(place.table);
            }
        }
        return all;
    }

    /** Changes the settings of tables, which all are there, to those of a configuration. */
    void follow(ProaConfig config) {
        for (TableConfig table : config.tables()) {
            table(table.name()).follow(TableShape.of(table), RateLimits.lowest(config, table));
        }
        set(state.tables);
    }

    /**
     * Makes the tables that are not there; one that keeps something else than before begins anew.
     * Nothing changes about the others.
     *
     * @return whether any began
     */
    boolean make(ProaConfig config, WallTime wall) {
        List<Place> places = new ArrayList<>(state.tables);
        boolean began = false;
        for (TableConfig table : config.tables()) {
            TableShape shape = TableShape.of(table);
            int at = place(places, table.name());
            GuardedTable there = at < places.size() ? places.get(at).table : null;
            if (there != null && there.schema().equals(shape.schema())) {
                continue;
            }
            began = true;
            int before = at < places.size() ? places.get(at).made : 0;
            long[] limits = RateLimits.lowest(config, table);
            GuardedTable made = new GuardedTable(shape, self, wall, seed, limits, changes, clock);
            made.each(stripe -> stripe.bornAfter((long) before << BIRTH_BITS));
            Place place = new Place(table.name(), before + 1, made);
            if (at < places.size()) {
                places.set(at, place);
            } else {
                places.add(place);
            }
        }
        set(places);
        return began;
    }

    /** Forgets the tables that a configuration does not have. */
    void retain(ProaConfig config) {
        List<Place> places = new ArrayList<>(state.tables);
        places.replaceAll(
                place ->
                        config.table(place.name).isPresent()
                                ? place
                                : new Place(place.name, place.made, null));
        set(places);
    }

    private static int place(List<Place> places, String name) {
        int at = 0;
        while (at < places.size() && !places.get(at).name.equals(name)) {
            at++;
        }
        return at;
    }

    private void set(List<Place> places) {
        List<TableShape> shapes =
                places.stream()
                        .map(
                                place ->
                                        place.table == null
                                                ? TableShape.gone(place.name)
                                                : place.table.shape())
                        .toList();
        state = new State(shapes, List.copyOf(places));
    }

    @Override
    public List<TableShape> shapes() {
        return state.shapes;
    }

    @Override
    public int dirty() {
        int dirty = 0;
        for (Place place : state.tables) {
            dirty += place.table == null ? 0 : place.table.dirty();
        }
        return dirty;
    }

    @Override
    public int drain(int table, int max, long nowNanos, Consumer<Entry> to) {
        GuardedTable there = state.tables.get(table).table;
        return there == null ? 0 : there.drain(max, nowNanos, to);
    }

    @Override
    public void merge(int table, List<Entry> entries, long olderNanos, long nowNanos) {
        GuardedTable there = state.tables.get(table).table;
        if (there != null) {
            there.merge(entries, olderNanos, nowNanos);
        }
    }

    @Override
    public int kept(int table) {
        GuardedTable there = state.tables.get(table).table;
        return there == null ? 0 : there.kept();
    }

    @Override
    public void expect(int table, int entries) {
        GuardedTable there = state.tables.get(table).table;
        if (there != null) {
            there.expect(entries);
        }
    }

    @Override
    public void clock(Origin origin, long offsetNanos) {
        all().forEach(table -> table.each(stripe -> stripe.clock(origin, offsetNanos)));
    }

    @Override
    public void present(Set<Origin> others) {
        all().forEach(table -> table.each(stripe -> stripe.present(others)));
    }

    @Override
    public long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to) {
        GuardedTable there = state.tables.get(table).table;
        return there == null ? -1 : there.page(cursor, max, nowNanos, to);
    }

    /** Forgets some of what is over. */
    void expire(long nowNanos) {
        all().forEach(table -> table.each(stripe -> stripe.expire(EXPIRE_AT_ONCE, nowNanos)));
    }

    void steer(WallTime wall) {
        all().forEach(table -> table.each(stripe -> stripe.steer(wall)));
    }
}
