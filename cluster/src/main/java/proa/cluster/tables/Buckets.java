package proa.cluster.tables;

import java.util.Arrays;

/**
 * Requests in consecutive time buckets, newest first. Immutable.
 *
 * <p>A bucket's index is its start on the origin's monotonic clock divided by the bucket width, so
 * it means the same on every node and never depends on anybody's wall clock.
 */
public final class Buckets {

    /** Buckets of one window; the linear weight of the oldest makes the window slide. */
    public static final int PER_WINDOW = 10;

    /**
     * Buckets that are kept: a window, the one that slides out of it, and one for an origin that is
     * a little ahead of where a reader believes it to be.
     */
    public static final int KEPT = PER_WINDOW + 2;

    private final long newest;
    private final int[] counts;

    private Buckets(long newest, int[] counts) {
        this.newest = newest;
        this.counts = counts;
    }

    /**
     * Buckets with these counts; those beyond are empty.
     *
     * @param newest index of the first bucket
     * @param counts at most {@link #KEPT} counts, newest first; copied
     */
    public static Buckets of(long newest, int... counts) {
        if (counts.length > KEPT) {
            throw new IllegalArgumentException(counts.length + " buckets, at most " + KEPT);
        }
        return new Buckets(newest, Arrays.copyOf(counts, KEPT));
    }

    /** Index of the newest bucket. */
    public long newest() {
        return newest;
    }

    /** Requests in the bucket {@code back} places before the newest; 0 to {@link #KEPT} − 1. */
    public int count(int back) {
        return counts[back];
    }

    /** How many of the counts, from the newest on, include every one that is not zero. */
    public int used() {
        int used = KEPT;
        while (used > 0 && counts[used - 1] == 0) {
            used--;
        }
        return used;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Buckets buckets
                && buckets.newest == newest
                && Arrays.equals(buckets.counts, counts);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(newest) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return newest + Arrays.toString(counts);
    }
}
