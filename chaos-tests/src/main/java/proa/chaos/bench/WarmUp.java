package proa.chaos.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides when a program is warm: there were so many answers, and the last three slices cost about
 * the same. A virtual machine that compiles while it serves pays for both.
 */
final class WarmUp {

    private static final int ALIKE = 3;

    private final Effort effort;
    private final long answersMin;
    private final List<Double> costs = new ArrayList<>();
    private long answers;

    WarmUp(Effort effort, long answersMin) {
        this.effort = effort;
        this.answersMin = answersMin;
    }

    /** A slice of {@link Effort#seconds()} has cost this. */
    void add(Slice slice) {
        costs.add(slice.cpuMicros());
        answers += slice.outcome().answers();
    }

    boolean over() {
        return isSteady() || costs.size() * effort.seconds() >= effort.warmUpSecondsMax();
    }

    boolean isSteady() {
        if (answers < answersMin || costs.size() < ALIKE) {
            return false;
        }
        List<Double> last =
                costs.subList(costs.size() - ALIKE, costs.size()).stream().sorted().toList();
        return last.getLast() - last.getFirst() <= effort.steady() * last.getFirst();
    }

    @Override
    public String toString() {
        return "%d answers in %d slices, %s"
                .formatted(answers, costs.size(), isSteady() ? "steady" : "not steady");
    }
}
