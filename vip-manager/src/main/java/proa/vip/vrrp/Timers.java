package proa.vip.vrrp;

/** Units of time, in nanoseconds. */
final class Timers {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private static final long CENTI = 10 * MILLI;

    private Timers() {}

    /** An advertised interval in centiseconds. */
    static long interval(int centis) {
        return centis * CENTI;
    }
}
