package proa.chaos.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One figure over rounds. The true median is outside of least and most with a chance of 2 in 2 to
 * the power of the number of rounds, whatever the distribution: 6 % with five.
 */
record Figure(double median, double least, double most) {

    static <T> Figure of(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Figure(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** The width as a share of the median; 0.1 and more is a noisy machine. */
    double spread() {
        return (most - least) / median;
    }
}
