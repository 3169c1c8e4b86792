package proa.chaos.observe;

/**
 * When each probe was sent and when it was answered. Probes are numbered from 0; the oldest are
 * forgotten when the log is full. Safe from any thread.
 */
final class ProbeLog {

    private static final long NEVER = Long.MAX_VALUE;

    private final long[] sent;
    private final long[] answered;
    private final long timeoutNanos;
    private long next;

    /**
     * @param capacity how many probes to remember
     * @param timeoutNanos a probe that has no answer after this never gets one
     */
    ProbeLog(int capacity, long timeoutNanos) {
        this.sent = new long[capacity];
        this.answered = new long[capacity];
        this.timeoutNanos = timeoutNanos;
    }

    /** Numbers a new probe. */
    synchronized long send(long nowNanos) {
        int at = (int) (next % sent.length);
        sent[at] = nowNanos;
        answered[at] = NEVER;
        return next++;
    }

    /** A complete good answer. */
    synchronized void answer(long number, long nowNanos) {
        if (number >= next - sent.length) {
            answered[(int) (number % sent.length)] = nowNanos;
        }
    }

    /**
     * What users of the service saw in a period: see {@link Silence}. Probes that still wait are
     * left out.
     */
    synchronized Silence between(long fromNanos, long toNanos, long nowNanos) {
        Tally tally = new Tally(fromNanos);
        for (long number = Math.max(0, next - sent.length); number < next; number++) {
            int at = (int) (number % sent.length);
            boolean settled = answered[at] != NEVER || sent[at] + timeoutNanos < nowNanos;
            if (sent[at] >= fromNanos && sent[at] <= toNanos && settled) {
                tally.add(sent[at], answered[at]);
            }
        }
        return tally.silence(toNanos);
    }

    private static final class Tally {
        private long lastGood;
        private long longest;
        private long longestStart;
        private long slowest;
        private long late;
        private long lastSent;
        private int probes;
        private int unanswered;

        Tally(long fromNanos) {
            lastGood = fromNanos;
            lastSent = fromNanos;
            longestStart = fromNanos;
        }

        void add(long sentNanos, long answeredNanos) {
            probes++;
            late = Math.max(late, sentNanos - lastSent);
            lastSent = sentNanos;
            if (answeredNanos == NEVER) {
                unanswered++;
                return;
            }
            slowest = Math.max(slowest, answeredNanos - sentNanos);
            end(sentNanos);
            lastGood = sentNanos;
        }

        private void end(long nanos) {
            if (nanos - lastGood > longest) {
                longest = nanos - lastGood;
                longestStart = lastGood;
            }
        }

        Silence silence(long toNanos) {
            boolean over = lastGood == lastSent;
            if (!over) {
                end(toNanos);
            }
            return new Silence(
                    longest / 1e6,
                    longestStart,
                    over,
                    slowest / 1e6,
                    late / 1e6,
                    probes,
                    unanswered);
        }
    }
}
