package proa.cluster.tables;

/**
 * One counter of a table: what is kept for each key.
 *
 * @param name {@code requests}, {@code connections}, … or a name of the operator's own
 * @param windowNanos window of the rate; 0: no rate is kept
 * @param total whether the sum since the entry was created is kept
 * @param current whether what was added can be taken away again, as a connection that ends
 * @param wide buckets of 64 bits instead of 32, for bytes
 */
public record CounterShape(
        String name, long windowNanos, boolean total, boolean current, boolean wide) {

    /** The counter that tables had before they had others. */
    public static final String REQUESTS = "requests";

    public CounterShape {
        if (windowNanos < 0 || windowNanos == 0 && !total && !current) {
            throw new IllegalArgumentException("counter " + name + " keeps nothing");
        }
    }

    /** Requests over a window, and nothing else. */
    public static CounterShape requestsOver(long windowNanos) {
        return new CounterShape(REQUESTS, windowNanos, false, false, false);
    }

    /** Whether a rate is kept. */
    public boolean rated() {
        return windowNanos > 0;
    }

    /** Whether a sum of all that was ever added is kept. */
    public boolean summed() {
        return total || current;
    }

    /** Width of a bucket of the rate; 0 without one. */
    public long bucketNanos() {
        return windowNanos / Buckets.PER_WINDOW;
    }
}
