package proa.node.haproxy;

import org.jspecify.annotations.Nullable;

import proa.node.record.Timing;

/**
 * How a line of {@code show stat} grows: it is looked at once a second. Who asks and who looks may
 * be different threads.
 */
public final class Trend {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Before anything was counted. */
    public static final Seen NOTHING = new Seen(0, 0, 0, 0, 0, 0, 0, null, -1, -1);

    private @Nullable Look before; // guarded by this
    private long beforeNanos; // guarded by this
    private Seen seen = NOTHING; // guarded by this

    /** Nothing yet. */
    Trend() {}

    /**
     * What there is at a moment; what only grows is counted since the start.
     *
     * @param sessions connections of a frontend; what a server or backend was given
     * @param requests that have ended
     * @param sent bytes to clients
     * @param current at the same time
     * @param waiting in line
     * @param ended how many {@code totalNanos} is of
     * @param totalNanos how long they took, summed
     * @param timing where the time went, of what was logged
     */
    public record Look(
            long sessions,
            long requests,
            long sent,
            int current,
            int waiting,
            long ended,
            long totalNanos,
            Timing.@Nullable Sums timing) {

        /** Sessions, requests and bytes of both. */
        public Look plus(Look other) {
            return new Look(
                    sessions + other.sessions,
                    requests + other.requests,
                    sent + other.sent,
                    0,
                    0,
                    0,
                    0,
                    null);
        }
    }

    /**
     * What has been seen.
     *
     * @param rate sessions in the last second
     * @param rateMost the most in one second
     * @param requestRate requests in the last second
     * @param requestRateMost the most in one second
     * @param sentRate bytes in the last second
     * @param currentMost the most at one of the looks
     * @param waitingMost likewise
     * @param times averages of the last second in which something logged ended; null: none yet
     * @param totalMillis average of the last second in which something ended; −1: none yet
     * @param lastNanos when a session began last, to a second; −1: none yet
     */
    public record Seen(
            long rate,
            long rateMost,
            long requestRate,
            long requestRateMost,
            long sentRate,
            int currentMost,
            int waitingMost,
            @Nullable Times times,
            long totalMillis,
            long lastNanos) {}

    /** Averages in milliseconds, as {@link Timing} has their sums. */
    public record Times(long queue, long connect, long response, long total) {}

    /** Takes a look in; the first one says what growth is counted from. */
    synchronized void take(Look now, long nowNanos) {
        Look was = before;
        long passed = nowNanos - beforeNanos;
        before = now;
        beforeNanos = nowNanos;
        if (was == null || passed <= 0) {
            return;
        }
        long rate = perSecond(now.sessions() - was.sessions(), passed);
        long requestRate = perSecond(now.requests() - was.requests(), passed);
        seen =
                new Seen(
                        rate,
                        Math.max(seen.rateMost(), rate),
                        requestRate,
                        Math.max(seen.requestRateMost(), requestRate),
                        perSecond(now.sent() - was.sent(), passed),
                        Math.max(seen.currentMost(), now.current()),
                        Math.max(seen.waitingMost(), now.waiting()),
                        times(was.timing(), now.timing()),
                        average(was, now),
                        now.sessions() > was.sessions() ? nowNanos : seen.lastNanos());
    }

    private static long perSecond(long grown, long passedNanos) {
        return Math.round(Math.max(0, grown) * (double) NANOS_PER_SECOND / passedNanos);
    }

    private synchronized @Nullable Times times(
            Timing.@Nullable Sums was, Timing.@Nullable Sums now) {
        if (was == null || now == null || now.requests() <= was.requests()) {
            return seen.times();
        }
        long scale = (now.requests() - was.requests()) * NANOS_PER_MILLI;
        return new Times(
                (now.queue() - was.queue()) / scale,
                (now.connect() - was.connect()) / scale,
                (now.response() - was.response()) / scale,
                (now.total() - was.total()) / scale);
    }

    private synchronized long average(Look was, Look now) {
        long ended = now.ended() - was.ended();
        return ended <= 0
                ? seen.totalMillis()
                : (now.totalNanos() - was.totalNanos()) / (ended * NANOS_PER_MILLI);
    }

    /** What has been seen so far. */
    synchronized Seen seen() {
        return seen;
    }
}
