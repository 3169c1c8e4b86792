package proa.node.record;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Times in classes with fixed bounds. Any thread. */
public final class Latency {

    /** Upper bounds in nanoseconds; what is longer is in one more class. */
    private static final long[] BOUNDS = {
        500_000L,
        1_000_000L,
        2_500_000L,
        5_000_000L,
        10_000_000L,
        25_000_000L,
        50_000_000L,
        100_000_000L,
        250_000_000L,
        500_000_000L,
        1_000_000_000L,
        2_500_000_000L,
        5_000_000_000L,
        10_000_000_000L
    };

    private final LongAdder[] classes = new LongAdder[BOUNDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    Latency() {
        for (int at = 0; at < classes.length; at++) {
            classes[at] = new LongAdder();
        }
    }

    void add(long elapsedNanos) {
        int at = 0;
        while (at < BOUNDS.length && elapsedNanos > BOUNDS[at]) {
            at++;
        }
        classes[at].increment();
        nanos.add(elapsedNanos);
    }

    /** Upper bounds in nanoseconds, ascending. */
    public static long[] bounds() {
        return BOUNDS.clone();
    }

    /** How many there are in each class; one more than there are bounds. */
    public long[] counts() {
        long[] counts = new long[classes.length];
        for (int at = 0; at < counts.length; at++) {
            counts[at] = classes[at].sum();
        }
        return counts;
    }

    /** How many there are. */
    public long count() {
        return Arrays.stream(counts()).sum();
    }

    /** The sum of all times in nanoseconds. */
    public long sumNanos() {
        return nanos.sum();
    }
}
