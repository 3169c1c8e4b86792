package proa.chaos.sim.world;

import proa.chaos.sim.world.Fault.Strike;
import proa.chaos.sim.world.Story.Ending;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Finds few of the faults of a story that still break a promise: leaves out ever smaller parts of
 * the list as long as the rest does. Source: Zeller and Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input", 2002.
 */
public final class Shrinker {

    private final Story story;
    private final BooleanSupplier goesOn;

    private Shrinker(Story story, BooleanSupplier goesOn) {
        this.story = story;
        this.goesOn = goesOn;
    }

    /**
     * The faults that are left.
     *
     * @param broken how the whole story ended; a promise was broken in it
     * @param goesOn asked before the story is told once more; when it says no, what is left by then
     *     is the answer
     */
    public static List<Strike> shrink(Story story, Ending broken, BooleanSupplier goesOn) {
        Story shorter = story.upTo(broken.brokenNanos());
        return new Shrinker(shorter, goesOn).few(shorter.strikes());
    }

    private List<Strike> few(List<Strike> all) {
        List<Strike> left = all;
        int parts = 2;
        while (left.size() > 1) {
            List<Strike> fewer = without(left, parts);
            if (fewer.size() < left.size()) {
                left = fewer;
                parts = Math.max(2, parts - 1);
            } else if (parts >= left.size()) {
                break;
            } else {
                parts = Math.min(left.size(), parts * 2);
            }
        }
        return left.size() == 1 && breaks(List.of()) ? List.of() : left;
    }

    /** The list without the first of its parts that is not needed; the list if all are. */
    private List<Strike> without(List<Strike> list, int parts) {
        for (int part = 0; part < parts; part++) {
            int from = list.size() * part / parts;
            int to = list.size() * (part + 1) / parts;
            List<Strike> rest = new ArrayList<>(list.subList(0, from));
            rest.addAll(list.subList(to, list.size()));
            if (breaks(rest)) {
                return rest;
            }
        }
        return list;
    }

    private boolean breaks(List<Strike> strikes) {
        return goesOn.getAsBoolean() && story.with(strikes).tell().broken() != null;
    }
}
