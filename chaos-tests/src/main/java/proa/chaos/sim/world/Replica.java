package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.cluster.membership.Membership;
import proa.cluster.replication.Limits;
import proa.cluster.replication.Outgoing;
import proa.cluster.replication.Replicator;
import proa.cluster.replication.Store;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What one life of a node process remembers: its tables, its replicator, and clocks of its own. */
final class Replica implements Store {

    private final Parts parts;
    private final Host host;
    private final Membership membership;
    private final Table[] tables;
    private final Replicator replicator;
    private final Origin origin;
    private final long life;
    private final long offsetNanos;

    private Set<Integer> inSight = Set.of();
    private WallTime wall;

    /** When its replicator will be woken; {@link Long#MAX_VALUE}: not. */
    long wakeAt = Long.MAX_VALUE;

    /**
     * @param life the process's number, which its origin's incarnation follows
     * @param offsetNanos its monotonic clock minus the host's: they begin anywhere
     * @param wallMillis what its calendar says now
     */
    Replica(
            Parts parts,
            Host host,
            Membership membership,
            long life,
            Limits limits,
            long offsetNanos,
            long wallMillis) {
        this.parts = parts;
        this.host = host;
        this.membership = membership;
        this.life = life;
        this.origin = new Origin(host.id(), parts.incarnation(host.id(), life));
        this.offsetNanos = offsetNanos;
        long now = now();
        this.wall = WallTime.at(wallMillis, now);
        List<TableShape> shapes = Data.SHAPES;
        this.tables = new Table[shapes.size()];
        for (int t = 0; t < tables.length; t++) {
            TableShape shape = shapes.get(t);
            tables[t] = new Table(shape, shape.entriesMax(), origin, wall, origin.node(), now);
        }
        this.replicator = new Replicator(origin, this, limits, wall);
    }

    Host host() {
        return host;
    }

    Membership membership() {
        return membership;
    }

    Origin origin() {
        return origin;
    }

    long life() {
        return life;
    }

    /** Its monotonic clock. */
    long now() {
        return host.clock() + offsetNanos;
    }

    /** When its clock will say so. */
    long simulated(long nowNanos) {
        return nowNanos == Long.MAX_VALUE ? nowNanos : host.simulated(nowNanos - offsetNanos);
    }

    Table table(int table) {
        return tables[table];
    }

    boolean synchronised() {
        return replicator.synchronised();
    }

    /** Whether it is complete and not merely alone. */
    boolean synchronisedWithOthers() {
        return replicator.synchronised() && !inSight.isEmpty();
    }

    long logBytes() {
        return replicator.logBytes();
    }

    // --- time

    void steer(long wallMillis) {
        wall = wall.steered(wallMillis, now());
        replicator.steer(wall);
        for (Table table : tables) {
            table.steer(wall);
        }
    }

    /** As the node does ten times a second. */
    void expire() {
        for (Table table : tables) {
            table.expire(500, now());
        }
        changed(false);
    }

    // --- the replicator

    List<Outgoing> view(Set<Integer> others) {
        inSight = new HashSet<>(others);
        return replicator.view(others, now());
    }

    List<Outgoing> received(int from, byte[] bytes) {
        return replicator.received(from, bytes, now());
    }

    List<Outgoing> tick() {
        return replicator.tick(now());
    }

    long dueNanos() {
        return replicator.dueNanos();
    }

    /** Says to the replicator that something changed, as the data path does. */
    void changed(boolean urgent) {
        if (dirty() > 0) {
            replicator.changed(now(), urgent);
        }
    }

    // --- what it knows

    /** What everybody should agree on: who wrote which server, and the last touch. */
    Map<TableKey, List<@Nullable Object>> sticky(int table) {
        Map<TableKey, List<@Nullable Object>> all = new HashMap<>();
        each(
                table,
                entry -> {
                    if (entry instanceof Entry.Sticky sticky) {
                        all.put(
                                sticky.key(),
                                Arrays.asList(
                                        sticky.written(),
                                        sticky.writer(),
                                        sticky.touched(),
                                        sticky.server()));
                    }
                });
        return all;
    }

    /** Every entry of a table. */
    void each(int table, Consumer<Entry> to) {
        long cursor = 0;
        while (cursor >= 0) {
            cursor = tables[table].page(cursor, 100, now(), to);
        }
    }

    // --- its tables as the replicator sees them

    @Override
    public List<TableShape> shapes() {
        return Data.SHAPES;
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
    public void merge(int table, List<Entry> entries, long olderNanos, long nowNanos) {
        entries.forEach(entry -> parts.merge(tables[table], entry, olderNanos, nowNanos));
        if (tables[table].dirty() > 0) {
            replicator.changed(nowNanos, false);
        }
    }

    @Override
    public int kept(int table) {
        return tables[table].kept();
    }

    @Override
    public void expect(int table, int entries) {
        tables[table].expect(entries);
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
}
