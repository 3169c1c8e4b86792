package proa.chaos.bench.state;

import java.util.Collection;
import java.util.Locale;

/**
 * By how much a limit was exceeded that members in processes of their own kept together.
 *
 * @param mode {@code approximate} or {@code strict}
 * @param limit of the requests of one client in each window
 * @param most as many were admitted in the fullest window of all
 * @param overPercent by so much that is more than the limit; negative: less
 * @param promisedPercent by so much it may be at most
 * @param lagMillis replication lag meanwhile, of the slowest member, 99th percentile: where the
 *     machine was late, an approximate limit is
 */
record OverAdmission(
        String name,
        String mode,
        int limit,
        int most,
        double overPercent,
        double promisedPercent,
        double lagMillis,
        boolean kept) {

    static final String NAME = "over-admission";
    static final double APPROXIMATE_PERCENT = 2;
    static final double STRICT_PERCENT = 0;

    /**
     * What was found.
     *
     * @param admittedNanos when each request was admitted, at any member, by one clock
     * @param windowNanos any time as long as this is a window
     */
    static OverAdmission of(
            String mode,
            int limit,
            Collection<Long> admittedNanos,
            long windowNanos,
            double promisedPercent,
            double lagMillis) {
        int most = fullest(admittedNanos, windowNanos);
        double over = (most - limit) * 100.0 / limit;
        return new OverAdmission(
                NAME, mode, limit, most, over, promisedPercent, lagMillis, over <= promisedPercent);
    }

    private static int fullest(Collection<Long> admittedNanos, long windowNanos) {
        long[] at = admittedNanos.stream().mapToLong(Long::longValue).sorted().toArray();
        int most = 0;
        int first = 0;
        for (int last = 0; last < at.length; last++) {
            while (at[last] - at[first] >= windowNanos) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** On one line. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%s, %s limit of %d in 10 s, offered ten times by three nodes: %d in the fullest"
                        + " window (%+.1f %%), lag p99 %.1f ms; promised at most %+.1f %%: %s",
                name,
                mode,
                limit,
                most,
                overPercent,
                lagMillis,
                promisedPercent,
                kept ? "kept" : "BROKEN");
    }
}
