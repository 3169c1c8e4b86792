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
     * What one origin counted for one key, in time of the origin's own clock.
     *
     * @param key the client
     * @param origin who counted
     * @param birth which creation of the key at the origin this counts for; grows at the origin
     * @param since stamp of the last clear of the key that the origin knew of; 0: of none
     * @param counts the numbers since then
     */
    record Slot(TableKey key, Origin origin, long birth, long since, Counts counts)
            implements Entry {

        /** Of a key that was never cleared. */
        public Slot(TableKey key, Origin origin, long birth, Counts counts) {
            this(key, origin, birth, 0, counts);
        }
    }

    /**
     * A general-purpose tag: the later write wins.
     *
     * @param key the client
     * @param tag place of the tag in the table's schema
     * @param written stamp of the write, from the writer's {@link HybridClock}
     * @param writer id of the node that wrote; decides between equal stamps
     * @param ageNanos time since the write when this value was made
     * @param value what was written, 0 to {@link #TAG_MAX}; 0 is what a key without the tag has
     */
    record Tag(TableKey key, int tag, long written, int writer, long ageNanos, long value)
            implements Entry {}

    /** Largest value of a tag. */
    long TAG_MAX = (1L << 32) - 1;
}
