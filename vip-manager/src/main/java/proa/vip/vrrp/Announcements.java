package proa.vip.vrrp;

/**
 * When a new owner announces its addresses: often at first, since a client may miss a packet, then
 * for switches that forget.
 */
final class Announcements {

    private static final long[] AFTER_MILLIS = {0, 10, 100, 300, 1_000, 5_000};
    private static final long EVERY_NANOS = 60 * Timers.SECOND;

    private long startNanos;
    private long dueNanos = Long.MAX_VALUE;
    private int next;

    void start(long now) {
        startNanos = now;
        dueNanos = now;
        next = 0;
    }

    void stop() {
        dueNanos = Long.MAX_VALUE;
    }

    /** Whether one is due; counts as made. A late loop makes one, not all it missed. */
    boolean due(long now) {
        if (now < dueNanos) {
            return false;
        }
        while (now >= dueNanos) {
            next++;
            dueNanos =
                    next < AFTER_MILLIS.length
                            ? startNanos + AFTER_MILLIS[next] * Timers.MILLI
                            : Math.max(dueNanos, now) + EVERY_NANOS;
        }
        return true;
    }

    long deadlineNanos() {
        return dueNanos;
    }
}
