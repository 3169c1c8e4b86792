package proa.cluster.tables;

/**
 * One life of one node: the unit that numbers its own updates and owns its own counter slots.
 *
 * @param node the node's small id from the configuration, 1 to 255
 * @param incarnation grows with every start of that node, so a restarted node never reuses a slot
 */
public record Origin(int node, long incarnation) {

    /** Largest node id the wire format and the records have room for. */
    public static final int NODE_MAX = 255;

    public Origin {
        if (node < 1 || node > NODE_MAX) {
            throw new IllegalArgumentException("node id " + node + ": 1 to " + NODE_MAX);
        }
    }
}
