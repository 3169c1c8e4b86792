package proa.chaos.drill;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Verdict;
import proa.config.drill.DrillPlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which drills of a list take place. A cluster that a drill has left broken is no stage for the
 * next one, which gets another cluster where another one can be made.
 */
final class Sequence {

    /** Where they take place. Used by one thread. */
    interface Place {

        /** Why a drill can never take place there, or empty when it can. */
        Optional<String> refusal(DrillPlan plan);

        /** Carries one out; whether the cluster is whole afterwards. */
        boolean carryOut(DrillPlan plan);

        /**
         * Makes another cluster in the place of the broken one.
         *
         * @return why there is none, or empty when there is
         */
        Optional<String> renew(DrillPlan next);

        /** One does not take place. */
        void skip(DrillPlan plan, Verdict verdict, String why);
    }

    private Sequence() {}

    /**
     * What came of all of them when somebody has had enough.
     *
     * @param found each that is over, in their order
     * @param running whether the next one had begun
     */
    static List<DrillFacts> interrupted(
            List<DrillPlan> plans, List<DrillFacts> found, boolean running) {
        List<DrillFacts> all = new ArrayList<>(found);
        for (DrillPlan plan : plans.subList(Math.min(found.size(), plans.size()), plans.size())) {
            boolean begun = running && all.size() == found.size();
            all.add(
                    DrillFacts.without(
                            plan.name(),
                            plan.summary(),
                            begun ? Verdict.ABORTED : Verdict.UNKNOWN,
                            begun ? "interrupted" : "interrupted before it began"));
        }
        return all;
    }

    /** One after the other. What could not be renewed once is not tried again: it takes minutes. */
    static void run(List<DrillPlan> plans, Place place) {
        boolean whole = true;
        Optional<String> lost = Optional.empty();
        for (DrillPlan plan : plans) {
            Optional<String> refusal = place.refusal(plan);
            if (refusal.isPresent()) {
                place.skip(plan, Verdict.NOT_APPLICABLE, refusal.get());
                continue;
            }
            if (!whole && lost.isEmpty()) {
                lost = place.renew(plan);
            }
            if (lost.isPresent()) {
                place.skip(plan, Verdict.UNKNOWN, lost.get());
            } else {
                whole = place.carryOut(plan);
            }
        }
    }
}
