package proa.cluster.tables;

import proa.config.TableConfig;

import java.time.Duration;

/**
 * What a table looks like; nodes exchange the entries of a table only if its bucket width agrees.
 *
 * @param name unique within the file
 * @param expireNanos an entry untouched for this long is forgotten
 * @param entriesMax most entries kept
 * @param windowNanos window of the request counter; 0: the table counts nothing
 */
public record TableShape(String name, long expireNanos, int entriesMax, long windowNanos) {

    /** Records are addressed with 24 bits. */
    public static final int ENTRIES_MAX = 1 << 24;

    public TableShape {
        if (expireNanos <= 0 || entriesMax < 1 || entriesMax > ENTRIES_MAX || windowNanos < 0) {
            throw new IllegalArgumentException("table " + name);
        }
    }

    /** The shape the operator asked for. */
    public static TableShape of(TableConfig table) {
        return new TableShape(
                table.name(),
                table.expire().toNanos(),
                table.entries(),
                table.requestRateOver().map(Duration::toNanos).orElse(0L));
    }

    /** Whether the table counts requests. */
    public boolean counts() {
        return windowNanos > 0;
    }

    /** Width of one counter bucket; 0 when the table counts nothing. */
    public long bucketNanos() {
        return windowNanos / Buckets.PER_WINDOW;
    }

    /** The same table with room for a part of the entries. */
    TableShape withEntries(int entries) {
        return new TableShape(name, expireNanos, entries, windowNanos);
    }

    /**
     * How far renewals are apart, and how much longer than {@code expire} an entry is held so that
     * a renewal that was not worth a message never shortens its life. Also the margin that keeps a
     * peer's slightly younger copy of an expired entry from bringing it back.
     */
    long slackNanos() {
        return Math.max(expireNanos / 32, 100_000_000L);
    }
}
