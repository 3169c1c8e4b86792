package proa.cluster.sessions;

/**
 * What the beginning of a snapshot says of the rest.
 *
 * @param cluster name of the cluster
 * @param node who wrote it
 * @param life of the store that it was taken from, see {@link SessionStore.Life}; empty: of none,
 *     an export
 * @param takenMillis until when it knows of every removal, by the store's wall clock: when it was
 *     begun, or when its member parted from the majority; milliseconds since 1970
 */
public record SnapshotHeader(String cluster, String node, String life, long takenMillis) {}
