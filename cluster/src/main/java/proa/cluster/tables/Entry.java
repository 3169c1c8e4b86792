package proa.cluster.tables;

import org.jspecify.annotations.Nullable;

/** What nodes tell each other about one key. Merging is commutative, associative and idempotent. */
public sealed interface Entry {

    /** What the entry is kept for. */
    TableKey key();

    /**
     * A sticky entry: the later write wins, and independently of it the later touch.
     *
     * @param key the client
     * @param written stamp of the write, from the writer's {@link HybridClock}
     * @param writer id of the node that wrote; decides between equal stamps
     * @param touched stamp of the last renewal, at least {@code written} at the writer
     * @param ageNanos time since that renewal when this value was made; ages travel, times do not
     * @param server the server's name, or null when the entry has been removed
     */
    record Sticky(
            TableKey key,
            long written,
            int writer,
            long touched,
            long ageNanos,
            @Nullable String server)
            implements Entry {}

    /**
     * One origin's requests for one key, in time buckets of the origin's own clock.
     *
     * @param key the client
     * @param origin who counted
     * @param birth which creation of the key at the origin this counts for; grows at the origin
     * @param buckets the requests
     */
    record Slot(TableKey key, Origin origin, long birth, Buckets buckets) implements Entry {}
}
