package proa.cluster.tables;

import java.util.Arrays;

/**
 * What time it is at each origin, as this node sees it: this node's monotonic time minus theirs.
 * Not thread-safe.
 */
final class OriginClocks {

    /** Lives of nodes remembered; the one told longest ago goes first. */
    static final int ORIGINS_MAX = 32;

    private long[] incarnations = new long[4];
    private int[] nodes = new int[4];
    private long[] offsets = new long[4];
    private int size;
    private int replace;

    void put(Origin origin, long offsetNanos) {
        int at = find(origin.node(), origin.incarnation());
        if (at < 0) {
            at = place();
            nodes[at] = origin.node();
            incarnations[at] = origin.incarnation();
        }
        offsets[at] = offsetNanos;
    }

    boolean knows(Origin origin) {
        return find(origin.node(), origin.incarnation()) >= 0;
    }

    /** The origin's time; with an unknown origin, {@code otherwise}. */
    long nowAt(int node, long incarnation, long nowNanos, long otherwise) {
        int at = find(node, incarnation);
        return at < 0 ? otherwise : nowNanos - offsets[at];
    }

    private int find(int node, long incarnation) {
        for (int at = 0; at < size; at++) {
            if (incarnations[at] == incarnation && nodes[at] == node) {
                return at;
            }
        }
        return -1;
    }

    private int place() {
        if (size == ORIGINS_MAX) {
            // The first one is this node itself and stays.
            replace = 1 + replace % (ORIGINS_MAX - 1);
            return replace;
        }
        if (size == nodes.length) {
            incarnations = Arrays.copyOf(incarnations, size * 2);
            nodes = Arrays.copyOf(nodes, size * 2);
            offsets = Arrays.copyOf(offsets, size * 2);
        }
        return size++;
    }
}
