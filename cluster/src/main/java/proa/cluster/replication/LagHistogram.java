package proa.cluster.replication;

import java.util.Arrays;

/** How old changes were on arrival, over about the last minute. */
final class LagHistogram {

    private static final int SLOTS = 6;
    private static final long SLOT_NANOS = 10_000_000_000L;

    /** Buckets for each doubling: a reading is at most 9 % too high. */
    private static final int STEPS = 8;

    private static final int BUCKETS = 40 * STEPS;

    private final int[][] slots = new int[SLOTS][BUCKETS];
    private long current = Long.MIN_VALUE;

    void add(long lagNanos, long nowNanos) {
        turn(nowNanos);
        slots[(int) Math.floorMod(current, (long) SLOTS)][bucket(lagNanos)]++;
    }

    /** The lag that this part of the batches did not exceed; 0 without any. */
    long percentileNanos(double part, long nowNanos) {
        turn(nowNanos);
        int[] sums = new int[BUCKETS];
        long total = 0;
        for (int[] slot : slots) {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                sums[bucket] += slot[bucket];
                total += slot[bucket];
            }
        }
        long wanted = (long) Math.ceil(total * part);
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS && wanted > 0; bucket++) {
            seen += sums[bucket];
            if (seen >= wanted) {
                return (long) (1_000 * Math.pow(2, (bucket + 1) / (double) STEPS));
            }
        }
        return 0;
    }

    private void turn(long nowNanos) {
        long slot = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (current == Long.MIN_VALUE || slot - current > SLOTS) {
            current = slot - SLOTS;
        }
        while (current < slot) {
            current++;
            Arrays.fill(slots[(int) Math.floorMod(current, (long) SLOTS)], 0);
        }
    }

    private static int bucket(long lagNanos) {
        double micros = Math.max(1, lagNanos / 1_000.0);
        int bucket = (int) (Math.log(micros) / Math.log(2) * STEPS);
        return Math.min(bucket, BUCKETS - 1);
    }
}
