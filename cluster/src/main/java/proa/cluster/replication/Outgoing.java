package proa.cluster.replication;

/**
 * A message to be sent.
 *
 * @param to a node's id, or {@link #ALL}
 * @param bytes not to be changed
 */
public record Outgoing(int to, byte[] bytes) {

    /** Every other member. */
    public static final int ALL = 0;
}
