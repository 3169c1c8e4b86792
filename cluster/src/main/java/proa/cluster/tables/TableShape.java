package proa.cluster.tables;

import proa.config.TableConfig;

import java.time.Duration;
import java.util.List;

/**
 * What a table looks like.
 *
 * @param name unique within the file
 * @param expireNanos an entry untouched for this long is forgotten
 * @param entriesMax most entries kept
 * @param schema what is kept for a key besides the server
 */
public record TableShape(String name, long expireNanos, int entriesMax, TableSchema schema) {

    /** Records are addressed with 24 bits. */
    public static final int ENTRIES_MAX = 1 << 24;

    /** What is open is not said more often than once a second. */
    private static final long OPEN_NANOS_MIN = 3_000_000_000L;

    /** No table counts what has no name. */
    private static final TableSchema GONE = new TableSchema(List.of(), List.of(""));

    public TableShape {
        if (expireNanos <= 0 || entriesMax < 1 || entriesMax > ENTRIES_MAX) {
            throw new IllegalArgumentException("table " + name);
        }
    }

    /** A table that counts requests over a window; 0: it only sticks. */
    public TableShape(String name, long expireNanos, int entriesMax, long windowNanos) {
        this(name, expireNanos, entriesMax, TableSchema.requestsOver(windowNanos));
    }

    /** The shape of a table that is gone: nothing fits. */
    public static TableShape gone(String name) {
        return new TableShape(name, 1, 1, GONE);
    }

    /** Whether the table is gone. */
    public boolean isGone() {
        return schema.equals(GONE);
    }

    /** The shape the operator asked for. */
    public static TableShape of(TableConfig table) {
        List<CounterShape> counters = table.counters().stream().map(TableShape::counter).toList();
        return new TableShape(
                table.name(),
                table.expire().toNanos(),
                table.entries(),
                new TableSchema(counters, table.tags()));
    }

    private static CounterShape counter(TableConfig.Counter counter) {
        return new CounterShape(
                counter.name(),
                counter.rateOver().map(Duration::toNanos).orElse(0L),
                counter.total(),
                counter.current(),
                TableConfig.Counter.BYTES.contains(counter.name()));
    }

    /** Whether the table counts or tags. */
    public boolean counts() {
        return schema.counts();
    }

    /** The same table with room for a part of the entries. */
    TableShape withEntries(int entries) {
        return new TableShape(name, expireNanos, entries, schema);
    }

    /**
     * How far renewals are apart, and how much longer than {@code expire} an entry is held so that
     * a renewal that was not worth a message never shortens its life. Also the margin that keeps a
     * peer's slightly younger copy of an expired entry from bringing it back.
     */
    long slackNanos() {
        return Math.max(expireNanos / 32, 100_000_000L);
    }

    /**
     * How long something counts as open after its origin said so last; it says so three times in
     * that time.
     */
    long openNanos() {
        return Math.max(holdNanos() / 2, OPEN_NANOS_MIN);
    }

    /** How long what was counted is remembered after the last time. */
    long holdNanos() {
        long least =
                schema.counters().stream().anyMatch(CounterShape::current) ? OPEN_NANOS_MIN : 0;
        return Math.max(least, Math.max(expireNanos, schema.windowNanosMax()));
    }
}
