package proa.cluster.tables;

import java.util.Arrays;

/**
 * What time it is at each origin, as this node sees it: this node's monotonic time minus theirs.
 * Not thread-safe.
 */
final class OriginClocks {

    /**
     * Lives of nodes remembered; of those that are over, the one used longest ago goes first, and
     * what it counted is not taken over by members that join later. More than a trio lives within
     * any entry's time, but for one that crashes every few seconds for hours.
     */
    static final int ORIGINS_MAX = 256;

    private long[] incarnations = new long[4];
    private int[] nodes = new int[4];
    private long[] offsets = new long[4];
    private long[] usedAt = new long[4];
    private int size;
    private long uses;

    void put(Origin origin, long offsetNanos) {
        int at = find(origin.node(), origin.incarnation());
        if (at < 0) {
            at = place();
            nodes[at] = origin.node();
            incarnations[at] = origin.incarnation();
        }
        offsets[at] = offsetNanos;
        use(at);
    }

    boolean knows(Origin origin) {
        int at = find(origin.node(), origin.incarnation());
        if (at >= 0) {
            use(at);
        }
        return at >= 0;
    }

    /** The origin's time; with an unknown origin, {@code otherwise}. */
    long nowAt(int node, long incarnation, long nowNanos, long otherwise) {
        int at = find(node, incarnation);
        if (at < 0) {
            return otherwise;
        }
        use(at);
        return nowNanos - offsets[at];
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
            return usedLongestAgo();
        }
        if (size == nodes.length) {
            incarnations = Arrays.copyOf(incarnations, size * 2);
            nodes = Arrays.copyOf(nodes, size * 2);
            offsets = Arrays.copyOf(offsets, size * 2);
            usedAt = Arrays.copyOf(usedAt, size * 2);
        }
        return size++;
    }

    private int usedLongestAgo() {
        // A node's latest life may go on counting, and would be ignored without its clock; this
        // node itself comes first. There is a former one: ids of nodes are fewer than places.
        int earliest = 0;
        for (int at = 1; at < size; at++) {
            boolean sooner = earliest == 0 || usedAt[at] < usedAt[earliest];
            if (sooner && !isLatest(at)) {
                earliest = at;
            }
        }
        return earliest;
    }

    private boolean isLatest(int life) {
        for (int at = 0; at < size; at++) {
            if (nodes[at] == nodes[life] && incarnations[at] > incarnations[life]) {
                return false;
            }
        }
        return true;
    }

    private void use(int at) {
        usedAt[at] = ++uses;
    }
}
