package proa.cluster.replication;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** This node's tables as replication sees them; a table is its place in {@link #shapes}. */
public interface Store {

    /** Every table, at places that stay; the list is another one when something has changed. */
    List<TableShape> shapes();

    /** About how many entries wait for {@link #drain}. */
    int dirty();

    /** Hands out up to {@code max} entries of a table that changed here, each once. */
    int drain(int table, int max, long nowNanos, Consumer<Entry> to);

    /**
     * Takes in what another node said about a table.
     *
     * @param olderNanos what has passed since the entries' ages were written, at least 0
     */
    void merge(int table, List<Entry> entries, long olderNanos, long nowNanos);

    /** Sticky entries of a table, also those that say that a key was removed. */
    int kept(int table);

    /**
     * Says that a table will have so many sticky entries in all. It may make room for them at one
     * go, unless it never keeps as many.
     *
     * @param entries at most {@link Message.Page#EXPECTED_MAX}
     */
    void expect(int table, int entries);

    /** Says what this node's monotonic time minus that of an origin is. */
    void clock(Origin origin, long offsetNanos);

    /** Says which other lives of nodes are in sight: only what is open there counts. */
    void present(Set<Origin> others);

    /**
     * Hands out a part of a table.
     *
     * @param cursor 0 to begin
     * @param max records looked at
     * @return where to go on, or -1 at the end
     */
    long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to);
}
