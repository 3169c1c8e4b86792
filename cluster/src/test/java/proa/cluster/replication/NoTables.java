package proa.cluster.replication;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** No tables at all: for tests that are about numbers of batches, not about what is in them. */
class NoTables implements Store {
    @Override
    public List<TableShape> shapes() {
        return List.of();
    }

    @Override
    public int dirty() {
        return 0;
    }

    @Override
    public int drain(int table, int max, long nowNanos, Consumer<Entry> to) {
        return 0;
    }

    @Override
    public void merge(int table, List<Entry> entries, long olderNanos, long nowNanos) {}

    @Override
    public int kept(int table) {
        return 0;
    }

    @Override
    public void expect(int table, int entries) {}

    @Override
    public void clock(Origin origin, long offsetNanos) {}

    @Override
    public void present(Set<Origin> others) {}

    @Override
    public long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to) {
        return -1;
    }
}
