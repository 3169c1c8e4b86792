package proa.chaos.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Decides when a program is warm: so many requests were answered, and the last three slices cost
 * the same within five per cent. A virtual machine that compiles while it serves pays for both.
 */
final class WarmUp {

    private static final int ALIKE = 3;
    private static final double DIFFERENCE_MAX = 0.05;

    private final Effort effort;
    private final List<Double> costs = new ArrayList<>();
    private long requests;

    WarmUp(Effort effort) {
        this.effort = effort;
    }

    /** A slice of {@link Effort#seconds()} has cost this. */
    void add(Sample slice) {
        costs.add(slice.cpuMicrosPerRequest());
        requests += Math.round(slice.requestsPerSecond() * effort.seconds());
    }

    boolean over() {
        return isSteady() || costs.size() * effort.seconds() >= effort.warmUpSecondsMax();
    }

    boolean isSteady() {
        if (requests < effort.warmUpRequests() || costs.size() < ALIKE) {
            return false;
        }
        List<Double> last =
                costs.subList(costs.size() - ALIKE, costs.size()).stream().sorted().toList();
        return last.getLast() - last.getFirst() <= DIFFERENCE_MAX * last.getFirst();
    }

    @Override
    public String toString() {
        return "%d requests in %d slices, %s"
                .formatted(requests, costs.size(), isSteady() ? "steady" : "not steady");
    }
}
