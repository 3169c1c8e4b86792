package proa.cluster.member;

import proa.cluster.replication.Store;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;
import proa.config.ProaConfig;
import proa.config.TableConfig;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** All tables of this node. Safe from any thread. */
final class Tables implements Store {

    private static final int EXPIRE_AT_ONCE = 500;

    private final List<TableShape> shapes;
    private final List<GuardedTable> tables;
    private final Map<String, GuardedTable> byName = new LinkedHashMap<>();

    Tables(
            ProaConfig config,
            Origin self,
            WallTime wall,
            long seed,
            Changes changes,
            LongSupplier clock) {
        shapes = config.tables().stream().map(TableShape::of).toList();
        for (TableConfig table : config.tables()) {
            long[] limit = RateLimits.lowest(config, table);
            TableShape shape = TableShape.of(table);
            byName.put(
                    table.name(), new GuardedTable(shape, self, wall, seed, limit, changes, clock));
        }
        tables = List.copyOf(byName.values());
    }

    GuardedTable table(String name) {
        GuardedTable table = byName.get(name);
        if (table == null) {
            throw new IllegalArgumentException("no table " + name);
        }
        return table;
    }

    List<GuardedTable> all() {
        return tables;
    }

    @Override
    public List<TableShape> shapes() {
        return shapes;
    }

    @Override
    public int dirty() {
        return tables.stream().mapToInt(GuardedTable::dirty).sum();
    }

    @Override
    public int drain(int table, int max, long nowNanos, Consumer<Entry> to) {
        return tables.get(table).drain(max, nowNanos, to);
    }

    @Override
    public void merge(int table, List<Entry> entries, long nowNanos) {
        tables.get(table).merge(entries, nowNanos);
    }

    @Override
    public void clock(Origin origin, long offsetNanos) {
        tables.forEach(table -> table.each(stripe -> stripe.clock(origin, offsetNanos)));
    }

    @Override
    public void present(Set<Origin> others) {
        tables.forEach(table -> table.each(stripe -> stripe.present(others)));
    }

    @Override
    public long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to) {
        return tables.get(table).page(cursor, max, nowNanos, to);
    }

    /** Forgets some of what is over. */
    void expire(long nowNanos) {
        tables.forEach(table -> table.each(stripe -> stripe.expire(EXPIRE_AT_ONCE, nowNanos)));
    }

    void steer(WallTime wall) {
        tables.forEach(table -> table.each(stripe -> stripe.steer(wall)));
    }
}
