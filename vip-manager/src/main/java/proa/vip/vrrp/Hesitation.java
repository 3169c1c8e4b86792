package proa.vip.vrrp;

/**
 * Keeps hosts that are all too busy from passing a group round and round: each looks stuck to
 * itself as soon as it has the load, and every move costs the clients their connections. A node
 * that has given the group away because it was stuck, and has it again, waits twice as long each
 * time. One that is dead, stopped or leaving never waits.
 */
final class Hesitation {

    private static final long NANOS_FIRST = 2 * Timers.SECOND;
    private static final long NANOS_MAX = 16 * Timers.SECOND;

    /** Without a move for so long, the next one is at once again. */
    private static final long FORGOTTEN_NANOS = 120 * Timers.SECOND;

    private long nanos;
    private long movedNanos;

    /** How long it may be stuck from now on before the group goes, beyond what makes it stuck. */
    long nanos(long now) {
        return now - movedNanos < FORGOTTEN_NANOS ? nanos : 0;
    }

    /** The group goes to another node because this one is stuck. */
    void moved(long now) {
        long last = nanos(now);
        nanos = last == 0 ? NANOS_FIRST : Math.min(NANOS_MAX, 2 * last);
        movedNanos = now;
    }
}
