package proa.cluster.replication;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** One life of a node in the simulator: its tables, its replicator, and clocks of its own. */
final class SimulatedNode implements Store {

    private final List<TableShape> shapes;
    private final Table[] tables;
    private long offsetNanos;
    final Replicator replicator;
    final Origin origin;

    /** Calendar minus simulated time; jumps. */
    long wallOffsetMillis;

    private WallTime wall;

    /** In simulated time. */
    private long pausedUntilNanos;

    SimulatedNode(
            Origin origin,
            List<TableShape> shapes,
            Limits limits,
            long offsetNanos,
            long wallOffsetMillis,
            long simulatedNanos) {
        this.origin = origin;
        this.shapes = shapes;
        this.offsetNanos = offsetNanos;
        this.wallOffsetMillis = wallOffsetMillis;
        long now = now(simulatedNanos);
        this.wall = WallTime.at(calendar(simulatedNanos), now);
        this.tables = new Table[shapes.size()];
        for (int t = 0; t < tables.length; t++) {
            TableShape shape = shapes.get(t);
            tables[t] = new Table(shape, shape.entriesMax(), origin, wall, origin.node(), now);
        }
        this.replicator = new Replicator(origin, this, limits, wall);
    }

    /** This node's monotonic clock. */
    long now(long simulatedNanos) {
        return Math.max(simulatedNanos, pausedUntilNanos) + offsetNanos;
    }

    /** The machine stands, and its monotonic clock with it; nothing may happen here until then. */
    void pause(long simulatedNanos, long untilNanos) {
        offsetNanos -= untilNanos - simulatedNanos;
        pausedUntilNanos = untilNanos;
    }

    boolean paused(long simulatedNanos) {
        return simulatedNanos < pausedUntilNanos;
    }

    long simulated(long nowNanos) {
        return nowNanos == Long.MAX_VALUE ? nowNanos : nowNanos - offsetNanos;
    }

    void steer(long simulatedNanos) {
        wall = wall.steered(calendar(simulatedNanos), now(simulatedNanos));
        replicator.steer(wall);
        for (Table table : tables) {
            table.steer(wall);
        }
    }

    private long calendar(long simulatedNanos) {
        return simulatedNanos / Simulation.MILLI + wallOffsetMillis;
    }

    /** As the node does ten times a second. */
    void expire(long nowNanos) {
        for (Table table : tables) {
            table.expire(500, nowNanos);
        }
    }

    Table table(int table) {
        return tables[table];
    }

    /** What everybody should agree on: who wrote which server, and the last touch. */
    Map<TableKey, List<@Nullable Object>> sticky(int table, long simulatedNanos) {
        Map<TableKey, List<@Nullable Object>> all = new HashMap<>();
        Consumer<Entry> collect =
                entry -> {
                    if (entry instanceof Entry.Sticky sticky) {
                        all.put(
                                sticky.key(),
                                java.util.Arrays.asList(
                                        sticky.written(),
                                        sticky.writer(),
                                        sticky.touched(),
                                        sticky.server()));
                    }
                };
        long cursor = 0;
        while (cursor >= 0) {
            cursor = tables[table].page(cursor, 100, now(simulatedNanos), collect);
        }
        return all;
    }

    @Override
    public List<TableShape> shapes() {
        return shapes;
    }

    @Override
    public int dirty() {
        int dirty = 0;
        for (Table table : tables) {
            dirty += table.dirty();
        }
        return dirty;
    }

    @Override
    public int drain(int table, int max, long nowNanos, Consumer<Entry> to) {
        return tables[table].drain(max, nowNanos, to);
    }

    @Override
    public void merge(int table, List<Entry> entries, long nowNanos) {
        entries.forEach(entry -> tables[table].merge(entry, nowNanos));
        if (tables[table].dirty() > 0) {
            replicator.changed(nowNanos, false);
        }
    }

    @Override
    public void clock(Origin from, long offset) {
        for (Table table : tables) {
            table.clock(from, offset);
        }
    }

    @Override
    public void present(Set<Origin> others) {
        for (Table table : tables) {
            table.present(others);
        }
    }

    @Override
    public long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to) {
        return tables[table].page(cursor, max, nowNanos, to);
    }

    /** Says to the replicator that something changed, as the data path does. */
    void noted(long simulatedNanos) {
        if (dirty() > 0) {
            replicator.changed(now(simulatedNanos), false);
        }
    }

    Set<Integer> others(Set<Integer> ids) {
        Set<Integer> others = new java.util.HashSet<>(ids);
        others.remove(origin.node());
        return others;
    }
}
