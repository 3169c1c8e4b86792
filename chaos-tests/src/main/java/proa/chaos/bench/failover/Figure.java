package proa.chaos.bench.failover;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One number of many runs. */
final class Figure {

    private Figure() {}

    static double least(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
        return runs.stream().mapToDouble(figure).min().orElseThrow();
    }

    static double most(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
        return runs.stream().mapToDouble(figure).max().orElseThrow();
    }

    /** Of an even number the mean of the two in the middle. */
    static double median(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
        double[] sorted = sorted(runs, figure);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The nearest rank: no run is invented. Of fewer than a hundred it is the longest. */
    static double percentile99(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
        double[] sorted = sorted(runs, figure);
        return sorted[Math.ceilDiv(sorted.length * 99, 100) - 1];
    }

    private static double[] sorted(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
