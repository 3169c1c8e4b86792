package proa.cluster.tables;

import java.util.Arrays;

/**
 * What was counted in consecutive time buckets, newest first. Immutable.
 *
 * <p>A bucket's index is its start on the origin's monotonic clock divided by the bucket width, so
 * it means the same on every node and never depends on anybody's wall clock.
 */
public final class Buckets {

    /** Buckets of one window; the linear weight of the oldest makes the window slide. */
    public static final int PER_WINDOW = 10;

    /** How many buckets ahead of now a node counts what another node may use until then. */
    public static final int AHEAD = 4;

    /**
     * Buckets that are kept: a window, the one that slides out of it, those ahead, and one for an
     * origin that is a little ahead of where a reader believes it to be.
     */
    public static final int KEPT = PER_WINDOW + AHEAD + 2;

    /** Where no rate is kept. */
    public static final Buckets NONE = of(0);

    private final long newest;
    private final long[] counts;

    private Buckets(long newest, long[] counts) {
        this.newest = newest;
        this.counts = counts;
    }

    /**
     * Buckets with these counts; those beyond are empty.
     *
     * @param newest index of the first bucket
     * @param counts at most {@link #KEPT} counts, newest first; copied
     */
    public static Buckets of(long newest, long... counts) {
        if (counts.length > KEPT) {
            throw new IllegalArgumentException(counts.length + " buckets, at most " + KEPT);
        }
        return new Buckets(newest, Arrays.copyOf(counts, KEPT));
    }

    /** Index of the newest bucket. */
    public long newest() {
        return newest;
    }

    /** The count of the bucket {@code back} places before the newest; 0 to {@link #KEPT} − 1. */
    public long count(int back) {
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
