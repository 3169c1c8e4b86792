package proa.node.notify;

/** Counts what is dropped, and has it said now and then. Any thread. */
final class Drops {

    private static final long SAY_NANOS = 10_000_000_000L;

    private long count; // guarded by this
    private long said; // guarded by this
    private long saidNanos; // guarded by this

    /**
     * One more is dropped.
     *
     * @return how many are to be said, since the last time; 0: that was a moment ago
     */
    synchronized long add(long nowNanos) {
        count++;
        if (said > 0 && nowNanos - saidNanos < SAY_NANOS) {
            return 0;
        }
        long fresh = count - said;
        said = count;
        saidNanos = nowNanos;
        return fresh;
    }

    /** How many there were. */
    synchronized long count() {
        return count;
    }
}
