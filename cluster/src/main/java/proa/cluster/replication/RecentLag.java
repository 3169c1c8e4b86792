package proa.cluster.replication;

/** The greatest lag on arrival of the last quarter to half of a second. Not thread-safe. */
final class RecentLag {

    private static final long SLOT_NANOS = 250_000_000L;

    private long slot = Long.MIN_VALUE;
    private long current;
    private long before;

    void add(long lagNanos, long nowNanos) {
        turn(nowNanos);
        current = Math.max(current, lagNanos);
    }

    long nanos(long nowNanos) {
        turn(nowNanos);
        return Math.max(current, before);
    }

    private void turn(long nowNanos) {
        long now = Math.floorDiv(nowNanos, SLOT_NANOS);
        if (now != slot) {
            before = slot != Long.MIN_VALUE && now == slot + 1 ? current : 0;
            current = 0;
            slot = now;
        }
    }
}
