package proa.cluster.tables;

/**
 * A calendar time that never jumps: read once from the wall, then carried on by the monotonic clock
 * and steered towards later readings by at most {@link #SLEW_PPM_MAX}. Immutable.
 *
 * @param baseMicros microseconds since 1970 at {@code baseNanos}
 * @param baseNanos monotonic time of the base
 * @param slewPpm how much faster (slower, if negative) than the monotonic clock it runs
 */
public record WallTime(long baseMicros, long baseNanos, long slewPpm) {

    /** Fastest correction: what NTP itself allows, half a millisecond a second. */
    public static final long SLEW_PPM_MAX = 500;

    private static final long STEER_SECONDS = 10;
    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long MILLION = 1_000_000;

    /** A time that begins with this reading. */
    public static WallTime at(long wallMillis, long nowNanos) {
        return new WallTime(wallMillis * MICROS_PER_MILLI, nowNanos, 0);
    }

    /** Milliseconds since 1970, as far as this node knows. */
    public long millis(long nowNanos) {
        return micros(nowNanos) / MICROS_PER_MILLI;
    }

    /**
     * The same time, now on its way to the reading; a jump of the wall moves it by 500 ppm only.
     */
    public WallTime steered(long wallMillis, long nowNanos) {
        long micros = micros(nowNanos);
        long errorMicros = wallMillis * MICROS_PER_MILLI - micros;
        long wantedPpm = errorMicros / STEER_SECONDS;
        long slew = Math.clamp(wantedPpm, -SLEW_PPM_MAX, SLEW_PPM_MAX);
        return new WallTime(micros, nowNanos, slew);
    }

    private long micros(long nowNanos) {
        long elapsed = nowNanos - baseNanos;
        return baseMicros + (elapsed + elapsed / MILLION * slewPpm) / NANOS_PER_MICRO;
    }
}
