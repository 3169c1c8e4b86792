package proa.chaos.bench.generator;

import org.HdrHistogram.Histogram;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What one run has counted so far; for one thread. */
final class Tally {

    /** Times are told apart down to this. */
    private static final long SHORTEST_NANOS = 100;

    /** Longer times are counted as this. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int DIGITS = 3;

    /** A way to fail. */
    enum Failure {
        WRONG_ANSWER,
        CONNECT,
        READ,
        LATE
    }

    private final Histogram nanos = new Histogram(SHORTEST_NANOS, LONGEST_NANOS, DIGITS);
    private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);

    void answered(long tookNanos) {
        nanos.recordValue(Math.clamp(tookNanos, 0, LONGEST_NANOS));
    }

    void failed(Failure how) {
        failed(how, 1);
    }

    void failed(Failure how, long times) {
        failures.merge(how, times, Long::sum);
    }

    Outcome outcome(long tookNanos, String suite) {
        return new Outcome(
                nanos.getTotalCount(),
                tookNanos / 1e9,
                millis(50),
                millis(99),
                millis(99.9),
                new Failures(
                        times(Failure.WRONG_ANSWER),
                        times(Failure.CONNECT),
                        times(Failure.READ),
                        0,
                        times(Failure.LATE)),
                suite);
    }

    private long times(Failure how) {
        return failures.getOrDefault(how, 0L);
    }

    private double millis(double percentile) {
        return nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percentile) / 1e6;
    }
}
