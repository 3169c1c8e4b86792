package proa.vip.vrrp;

/** The two timers RFC 9568 §6.1 derives, in nanoseconds. */
final class Timers {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private static final long CENTI = 10 * MILLI;

    private Timers() {}

    /** Skew_Time: the higher the priority, the sooner a backup moves. */
    static long skew(int priority, long intervalNanos) {
        return (256 - priority) * intervalNanos / 256;
    }

    /** Active_Down_Interval: three advertisements and the skew. */
    static long activeDown(int priority, long intervalNanos) {
        return 3 * intervalNanos + skew(priority, intervalNanos);
    }

    /** An advertised interval in centiseconds. */
    static long interval(int centis) {
        return centis * CENTI;
    }
}
