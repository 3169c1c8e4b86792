package proa.chaos.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * When each probe was sent and when it was answered. Probes are numbered from 0; the oldest are
 * forgotten when the log is full. Safe from any thread.
 */
final class ProbeLog {

    /** It may still be answered. */
    private static final long WAITS = Long.MAX_VALUE;

    private static final long NEVER = WAITS - 1;

    /** Between two probes further apart nobody has looked. */
    static final int UNKNOWN_MILLIS = 10;

    static final long UNKNOWN_NANOS = UNKNOWN_MILLIS * 1_000_000L;

    private final long[] sent;
    private final long[] answered;
    private long next;

    /**
     * @param capacity how many probes to remember
     */
    ProbeLog(int capacity) {
        this.sent = new long[capacity];
        this.answered = new long[capacity];
    }

    /** Numbers a new probe. */
    synchronized long send(long nowNanos) {
        int at = (int) (next % sent.length);
        sent[at] = nowNanos;
        answered[at] = WAITS;
        return next++;
    }

    /** It is no longer waited for, and was not answered. */
    void abandon(long number) {
        answer(number, NEVER);
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
    synchronized Silence between(long fromNanos, long toNanos) {
        Tally tally = new Tally(fromNanos);
        LongStream.Builder arrivals = LongStream.builder();
        for (long number = Math.max(0, next - sent.length); number < next; number++) {
            int at = (int) (number % sent.length);
            if (sent[at] > toNanos || answered[at] == WAITS) {
                continue;
            }
            if (answered[at] >= fromNanos && answered[at] != NEVER) {
                arrivals.accept(answered[at]);
            }
            if (sent[at] >= fromNanos) {
                tally.add(sent[at], answered[at]);
            }
        }
        tally.arrived(arrivals.build().sorted().toArray());
        return tally.silence(toNanos);
    }

    /**
     * The same period in equal parts, for a plot.
     *
     * @param parts 1 to 10,000
     */
    synchronized List<Part> parts(long fromNanos, long toNanos, int parts) {
        long length = Math.max(1, (toNanos - fromNanos) / parts);
        int[] probes = new int[parts];
        int[] unanswered = new int[parts];
        long[] slowest = new long[parts];
        for (long number = Math.max(0, next - sent.length); number < next; number++) {
            int at = (int) (number % sent.length);
            long part = (sent[at] - fromNanos) / length;
            if (sent[at] >= fromNanos && part < parts && answered[at] != WAITS) {
                probes[(int) part]++;
                if (answered[at] == NEVER) {
                    unanswered[(int) part]++;
                } else {
                    slowest[(int) part] = Math.max(slowest[(int) part], answered[at] - sent[at]);
                }
            }
        }
        List<Part> all = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            all.add(new Part(probes[part], unanswered[part], slowest[part] / 1e6));
        }
        return all;
    }

    private static final class Tally {
        private final long from;

        /** When nobody looked: the beginning and the end of each such time, in order. */
        private final List<long[]> pauses = new ArrayList<>();

        private long lastGood;
        private long longest;
        private long longestStart;
        private long slowest;
        private long late;
        private long unknown;
        private long unknownSinceGood;
        private long longestUnknown;
        private long lastSent;
        private int probes;
        private int unanswered;

        Tally(long fromNanos) {
            from = fromNanos;
            lastGood = fromNanos;
            lastSent = fromNanos;
            longestStart = fromNanos;
        }

        void add(long sentNanos, long answeredNanos) {
            probes++;
            look(lastSent, sentNanos);
            lastSent = sentNanos;
            if (answeredNanos == NEVER) {
                unanswered++;
                return;
            }
            slowest = Math.max(slowest, answeredNanos - sentNanos);
            end(sentNanos);
            lastGood = sentNanos;
            unknownSinceGood = 0;
        }

        private void look(long fromNanos, long toNanos) {
            long pauseNanos = toNanos - fromNanos;
            late = Math.max(late, pauseNanos);
            if (pauseNanos > UNKNOWN_NANOS) {
                unknown += pauseNanos;
                unknownSinceGood += pauseNanos;
                pauses.add(new long[] {fromNanos, toNanos});
            }
        }

        /**
         * Answers may come all at once after a time without any, to whatever was asked in it.
         *
         * @param arrivals when they came, in order
         */
        void arrived(long[] arrivals) {
            long last = from;
            for (long arrival : arrivals) {
                if (arrival - last > longest) {
                    longest = arrival - last;
                    longestStart = last;
                    longestUnknown = pausedNanos(last, arrival);
                }
                last = arrival;
            }
        }

        private long pausedNanos(long fromNanos, long toNanos) {
            return pauses.stream()
                    .mapToLong(each -> Math.min(toNanos, each[1]) - Math.max(fromNanos, each[0]))
                    .filter(nanos -> nanos > 0)
                    .sum();
        }

        private void end(long nanos) {
            if (nanos - lastGood > longest) {
                longest = nanos - lastGood;
                longestStart = lastGood;
                longestUnknown = unknownSinceGood;
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
                    unknown / 1e6,
                    longestUnknown / 1e6,
                    probes,
                    unanswered);
        }
    }
}
