package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Verdict;
import proa.config.drill.DrillPlan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What becomes of the drills after one that leaves the cluster broken. */
class SequenceTest {

    private static final List<String> NAMES = List.of("kill-node", "clock", "hang", "cable");

    /** What happened, in order. */
    private final List<String> happened = new ArrayList<>();

    /** Some drills break the cluster, and clocks cannot be turned. */
    private final class Place implements Sequence.Place {

        private final Set<String> breaking;
        private final Optional<String> none;

        /**
         * @param none why there is no other cluster
         */
        Place(Set<String> breaking, Optional<String> none) {
            this.breaking = breaking;
            this.none = none;
        }

        @Override
        public Optional<String> refusal(DrillPlan plan) {
            return plan.turnsClocks() ? Optional.of("no clock") : Optional.empty();
        }

        @Override
        public boolean carryOut(DrillPlan plan) {
            happened.add(plan.name());
            return !breaking.contains(plan.name());
        }

        @Override
        public Optional<String> renew(DrillPlan next) {
            happened.add("renew for " + next.name());
            return none;
        }

        @Override
        public void skip(DrillPlan plan, Verdict verdict, String why) {
            happened.add(plan.name() + " " + verdict + ": " + why);
        }
    }

    private List<String> run(Place place) throws Exception {
        Sequence.run(DrillFiles.read(NAMES), place);
        return happened;
    }

    @Test
    void eachThatFollowsABrokenOneGetsAnotherCluster() throws Exception {
        assertThat(run(new Place(Set.of("kill-node", "hang"), Optional.empty())))
                .containsExactly(
                        "kill-node",
                        "clock NOT_APPLICABLE: no clock",
                        "renew for hang",
                        "hang",
                        "renew for cable",
                        "cable");
    }

    @Test
    void nothingIsRenewedThatNobodyNeeds() throws Exception {
        assertThat(run(new Place(Set.of("cable"), Optional.empty())))
                .as("the last one breaks it")
                .containsExactly("kill-node", "clock NOT_APPLICABLE: no clock", "hang", "cable");
    }

    @Test
    void withoutAnotherClusterTheOthersAreUnknownAndItIsTriedOnce() throws Exception {
        assertThat(run(new Place(Set.of("kill-node"), Optional.of("broken"))))
                .containsExactly(
                        "kill-node",
                        "clock NOT_APPLICABLE: no clock",
                        "renew for hang",
                        "hang UNKNOWN: broken",
                        "cable UNKNOWN: broken");
    }

    @Test
    void whoHasHadEnoughHasNotSeenTheOthersPass() throws Exception {
        List<DrillPlan> plans = DrillFiles.read(NAMES);
        List<DrillFacts> found = List.of(DrillFacts.without("kill-node", "", Verdict.PASS, ""));
        assertThat(Sequence.interrupted(plans, found, true))
                .extracting(DrillFacts::drill, DrillFacts::verdict)
                .containsExactly(
                        tuple("kill-node", Verdict.PASS),
                        tuple("clock", Verdict.ABORTED),
                        tuple("hang", Verdict.UNKNOWN),
                        tuple("cable", Verdict.UNKNOWN));
        assertThat(Sequence.interrupted(plans, found, false))
                .extracting(DrillFacts::verdict)
                .containsExactly(Verdict.PASS, Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.UNKNOWN);
    }

    /** Machines of an operator's are not a run's to make anew. */
    @Test
    void nothingIsInsteadOfMachinesOfOthers() {
        assertThat(Renewal.NONE.instead()).isEmpty();
    }
}
