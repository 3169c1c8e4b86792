package proa.vip.vrrp;

/**
 * When a new owner announces its addresses: often at first, since a client may miss a packet, then
 * for switches that forget.
 */
final class Announcements {

    private static final long[] AFTER_MILLIS = {0, 10, 100, 300, 1_000, 5_000};

    /** The one a second after: no answer of the owner before can still be under way. */
    private static final int FIRST_ASKED = 4;

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

    /** Whether the one that was due last goes with a question who else has the addresses. */
    boolean asks() {
        return next > FIRST_ASKED;
    }

    long deadlineNanos() {
        return dueNanos;
    }
}
