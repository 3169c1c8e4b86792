package proa.cluster.tables;

import java.util.Arrays;
import java.util.List;

/**
 * Everything one origin has counted for one birth of a key: for each counter of the table its
 * buckets, the sum of what was added, and the sum of what was taken away again. All of it only
 * grows at its origin, so the maximum merges it. Immutable.
 */
public final class Counts {

    /** The origin's clock in steps of this many bits of nanoseconds: about a millisecond. */
    public static final int TICK_SHIFT = 20;

    private final long activeTick;
    private final Buckets[] rates;
    private final long[] added;
    private final long[] taken;

    /**
     * @param activeTick time of the last change, on the origin's clock
     * @param rates one for each counter; {@link Buckets#NONE} where no rate is kept
     * @param added one for each counter; 0 where no sum is kept
     * @param taken one for each counter; 0 where nothing is taken away
     */
    public Counts(long activeTick, List<Buckets> rates, long[] added, long[] taken) {
        if (added.length != rates.size() || taken.length != rates.size()) {
            throw new IllegalArgumentException("counters: " + rates.size());
        }
        this.activeTick = activeTick;
        this.rates = rates.toArray(new Buckets[0]);
        this.added = added.clone();
        this.taken = taken.clone();
    }

    /** Of a table that counts requests over a window and nothing else. */
    public static Counts of(long bucketNanos, Buckets requests) {
        long activeTick = requests.newest() * bucketNanos >> TICK_SHIFT;
        return new Counts(activeTick, List.of(requests), new long[1], new long[1]);
    }

    /** When the last change was, on the origin's clock. */
    public long activeTick() {
        return activeTick;
    }

    /** Whether nothing was ever counted. */
    public boolean isEmpty() {
        return Arrays.stream(added).allMatch(sum -> sum == 0)
                && Arrays.stream(rates).allMatch(rate -> rate.used() == 0);
    }

    /** Number of counters. */
    public int size() {
        return rates.length;
    }

    /** Buckets of a counter's rate. */
    public Buckets rate(int counter) {
        return rates[counter];
    }

    /** Sum of what was added to a counter. */
    public long added(int counter) {
        return added[counter];
    }

    /** Sum of what was taken away from a counter. */
    public long taken(int counter) {
        return taken[counter];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Counts counts
                && counts.activeTick == activeTick
                && Arrays.equals(counts.rates, rates)
                && Arrays.equals(counts.added, added)
                && Arrays.equals(counts.taken, taken);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(activeTick) * 31 + Arrays.hashCode(rates) + Arrays.hashCode(added);
    }

    @Override
    public String toString() {
        return activeTick
                + Arrays.toString(rates)
                + Arrays.toString(added)
                + Arrays.toString(taken);
    }
}
