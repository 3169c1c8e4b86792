package proa.chaos.bench.state;

import java.util.ArrayList;
import java.util.List;

/**
 * How long each probe of a series waited, and those that were due meanwhile: who sends the next one
 * only when the last has arrived does not measure what it would have waited (Tene, "How NOT to
 * Measure Latency"; HdrHistogram's expected interval). One thread.
 */
final class Lags {

    private final double intervalMillis;
    private final List<Double> millis = new ArrayList<>();

    /**
     * @param intervalMillis between two probes when nothing waits; above 0
     */
    Lags(double intervalMillis) {
        this.intervalMillis = intervalMillis;
    }

    /** One, arrived or not: one that has not has waited for so long at least. */
    void add(double lagMillis) {
        millis.add(lagMillis);
        for (double due = lagMillis - intervalMillis;
                due >= intervalMillis;
                due -= intervalMillis) {
            millis.add(due);
        }
    }

    boolean isEmpty() {
        return millis.isEmpty();
    }

    /**
     * The lag that so many do not exceed.
     *
     * @param part 0 to 1
     */
    double at(double part) {
        List<Double> sorted = millis.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * part)));
    }
}
