package proa.chaos.sim;

import proa.chaos.sim.world.Story.Ending;

import java.util.List;
import java.util.Optional;

/**
 * What a campaign showed.
 *
 * @param seeds how many worlds
 * @param broken seeds in which a promise was broken
 * @param nodeHours simulated, of all nodes
 * @param seconds it took
 * @param nodeHoursPerMinute the one by the other
 * @param events how many things happened, invariants being looked at after each
 * @param faults committed
 * @param takeovers how often a group was taken
 * @param longestGapMillis that nobody answered for a group though a host could
 * @param longestOverlapMillis that two hosts answered though they could talk
 * @param firstBroken the first of the broken ones
 */
record SimReport(
        int seeds,
        List<Long> broken,
        double nodeHours,
        double seconds,
        double nodeHoursPerMinute,
        long events,
        long faults,
        long takeovers,
        double longestGapMillis,
        double longestOverlapMillis,
        Optional<Broken> firstBroken) {

    private static final double HOUR_NANOS = 3.6e12;

    SimReport {
        broken = List.copyOf(broken);
    }

    /**
     * A world in which a promise was broken.
     *
     * @param seed its seed
     * @param atMillis when, since the world began
     * @param what did not hold
     * @param faults few of its faults that are enough
     * @param replay the command that shows it again
     */
    record Broken(long seed, double atMillis, String what, List<String> faults, String replay) {
        Broken {
            faults = List.copyOf(faults);
        }
    }

    /** Adds it up. */
    static SimReport of(
            List<Ending> endings, int nodes, double seconds, Optional<Broken> firstBroken) {
        double nodeHours = 0;
        long events = 0;
        long faults = 0;
        long takeovers = 0;
        double gap = 0;
        double overlap = 0;
        for (Ending ending : endings) {
            nodeHours += ending.simulatedNanos() / HOUR_NANOS * nodes;
            events += ending.events();
            faults += ending.strikes().size();
            takeovers += ending.takeovers();
            gap = Math.max(gap, ending.gapNanos() / 1e6);
            overlap = Math.max(overlap, ending.overlapNanos() / 1e6);
        }
        List<Long> broken =
                endings.stream()
                        .filter(ending -> ending.broken() != null)
                        .map(Ending::seed)
                        .toList();
        return new SimReport(
                endings.size(),
                broken,
                nodeHours,
                seconds,
                nodeHours / seconds * 60,
                events,
                faults,
                takeovers,
                gap,
                overlap,
                firstBroken);
    }
}
