package proa.chaos.drill.facts;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who of the cluster answered for the address when, without the strangers. Pure. */
public final class Owners {

    /** Somebody who answers again later than this after another did has moved back. */
    static final double RETURN_MILLIS = 1_000;

    private Owners() {}

    /**
     * Consecutive answers of one balancer.
     *
     * @param firstMillis when the first of them was asked for
     * @param lastMillis when the last was
     */
    public record Period(String node, double firstMillis, double lastMillis) {}

    /** Neighbours of the same node as one, after those of strangers (empty names) are left out. */
    public static List<Period> of(List<Period> seen) {
        List<Period> periods = new ArrayList<>();
        for (Period period : seen) {
            Period last = periods.isEmpty() ? null : periods.getLast();
            if (period.node().isEmpty()) {
                continue;
            }
            if (last != null && last.node().equals(period.node())) {
                periods.removeLast();
                periods.add(new Period(last.node(), last.firstMillis(), period.lastMillis()));
            } else {
                periods.add(period);
            }
        }
        return periods;
    }

    /**
     * For how long at most one answered for an address and another for the other address of the
     * same group.
     *
     * @param one periods of balancers that answered for the one
     * @param other the same for the other
     * @param latestMillis how late a question may have been answered: a new owner may find one that
     *     was asked when the former one was it still. So much overlap proves nothing
     */
    public static double acrossMillis(List<Period> one, List<Period> other, double latestMillis) {
        double longest = 0;
        for (Period here : one) {
            for (Period there : other) {
                double both =
                        Math.min(here.lastMillis(), there.lastMillis())
                                - Math.max(here.firstMillis(), there.firstMillis());
                if (!here.node().equals(there.node())) {
                    longest = Math.max(longest, both - latestMillis);
                }
            }
        }
        return longest;
    }

    /**
     * For how long at most two answered: the same question by both, or an earlier owner that still
     * answers after another had begun, within a second of that or of its latest answer since.
     *
     * @param periods of balancers, in the order in which they began
     * @param intervalMillis between two questions
     */
    public static double overlapMillis(List<Period> periods, double intervalMillis) {
        double longest = 0;
        double looked = Double.NEGATIVE_INFINITY;
        Set<String> earlier = new HashSet<>();
        for (int at = 1; at < periods.size(); at++) {
            Period taker = periods.get(at);
            if (periods.get(at - 1).lastMillis() >= taker.firstMillis()) {
                longest = Math.max(longest, intervalMillis);
            }
            boolean another = earlier.add(periods.get(at - 1).node());
            if (another || taker.firstMillis() > looked) { // else it is a part of what was seen
                looked = latestOf(earlier, periods, at);
                longest = Math.max(longest, looked - taker.firstMillis());
            }
        }
        return longest;
    }

    /** Until when earlier owners answered, each within a second of the one before. */
    private static double latestOf(Set<String> earlier, List<Period> periods, int taker) {
        double latest = periods.get(taker).firstMillis();
        for (Period later : periods.subList(taker + 1, periods.size())) {
            if (later.firstMillis() - latest > RETURN_MILLIS) {
                break;
            }
            if (earlier.contains(later.node())) {
                latest = later.firstMillis();
            }
        }
        return latest;
    }
}
