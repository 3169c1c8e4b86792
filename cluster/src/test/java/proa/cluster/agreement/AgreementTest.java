package proa.cluster.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.agreement.Action.Outcome;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/** One configuration for all members: who has to agree, and what becomes of those that die. */
class AgreementTest {

    private static final long SECOND = 1_000 * SimulatedMembers.MILLI;

    private static SimulatedMembers trio() {
        return new SimulatedMembers(1, 3);
    }

    private static Outcome apply(SimulatedMembers members, String text, String... without) {
        members.wish("lb1", text, text, List.of(without), List.of());
        members.run(2 * SECOND);
        return Objects.requireNonNull(members.answers.get(text));
    }

    private static List<String> hashes(SimulatedMembers members) {
        return members.names.stream().map(name -> members.nodes.get(name).hash).toList();
    }

    @Test
    void allHaveItOnceAllHaveAgreed() {
        SimulatedMembers members = trio();
        assertThat(apply(members, "one"))
                .isInstanceOfSatisfying(
                        Outcome.Applied.class,
                        applied -> {
                            assertThat(applied.version().number()).isEqualTo(1);
                            assertThat(applied.version().hash()).isEqualTo("h:one");
                            assertThat(applied.exceptions()).isEmpty();
                        });
        assertThat(hashes(members)).containsOnly("h:one");
        assertThat(apply(members, "two"))
                .isInstanceOfSatisfying(
                        Outcome.Applied.class,
                        applied -> assertThat(applied.version().number()).isEqualTo(2));
        assertThat(members.nodes.values()).allSatisfy(node -> assertThat(node.ready).isEmpty());
    }

    @Test
    void oneThatCannotIsNamedAndNobodyHasIt() {
        SimulatedMembers members = trio();
        assertThat(apply(members, "bad@lb2 bad@lb3"))
                .isEqualTo(
                        new Outcome.Refused(
                                List.of("lb2: proa.conf:7: bad", "lb3: proa.conf:7: bad")));
        assertThat(hashes(members)).containsOnly("h:first");
        assertThat(members.nodes.values()).allSatisfy(node -> assertThat(node.ready).isEmpty());
    }

    @Test
    void anOutdatedBaseIsRefusedWithBothHashes() {
        SimulatedMembers members = trio();
        apply(members, "one");
        members.wish("lb2", "late", "late", List.of(), List.of("h:first"));
        assertThat(members.answers.get("late"))
                .isEqualTo(
                        new Outcome.Refused(
                                List.of(
                                        "the configuration in use here is h:one, this one is based"
                                                + " on h:first")));
    }

    @Test
    void aNodeWithAnotherConfigurationIsReplacedOnlyIfBothAreNamed() {
        SimulatedMembers members = trio();
        SimulatedMembers.Node edited = members.nodes.get("lb3");
        edited.hash = "h:edited";
        Objects.requireNonNull(edited.machine).inUse("h:edited", members.nowNanos);
        assertThat(apply(members, "one"))
                .isEqualTo(
                        new Outcome.Refused(
                                List.of(
                                        "lb3: the configuration in use here is h:edited, this one"
                                                + " is based on h:first")));
        members.wish("lb1", "two", "two", List.of(), List.of("h:first", "h:edited"));
        members.run(2 * SECOND);
        assertThat(members.answers.get("two")).isInstanceOf(Outcome.Applied.class);
        assertThat(hashes(members)).containsOnly("h:two");
    }

    @Test
    void withoutADeadNodeTheOthersGoOnAndItFollows() {
        SimulatedMembers members = trio();
        members.kill("lb3");
        members.run(SECOND);
        assertThat(apply(members, "one"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.reasons().getFirst())
                                        .startsWith("lb3 is not in sight; with --without lb3"));
        assertThat(apply(members, "two", "lb3")).isInstanceOf(Outcome.Applied.class);
        assertThat(apply(members, "three", "lb9"))
                .isEqualTo(
                        new Outcome.Refused(
                                List.of(
                                        "there is no node lb9 to do without (there are lb1, lb2,"
                                                + " lb3)")));
        members.start("lb3");
        members.run(SECOND);
        assertThat(hashes(members)).containsOnly("h:two");
    }

    @Test
    void aNodeKnowsOnceAllInSightHaveSpokenWhetherSomebodyIsAhead() {
        Agreement lb3 = new Agreement("lb3", List.of("lb1", "lb2", "lb3"), null, "h:old", 0);
        lb3.sight(List.of("lb3"), false, 0);
        assertThat(lb3.isInformed()).as("nobody is there").isFalse();
        lb3.sight(List.of("lb1", "lb2", "lb3"), true, 0);
        lb3.arrived("lb1", new Message.Standing(new Stand(0, "h:old", "")), 0);
        assertThat(lb3.isInformed()).as("lb2 is silent").isFalse();
        assertThat(lb3.isBehind()).isFalse();
        lb3.arrived("lb2", new Message.Standing(new Stand(4, "h:new", "")), 0);
        assertThat(lb3.isInformed()).isTrue();
        assertThat(lb3.isBehind()).isTrue();
        Version four = new Version(4, "h:new", "new", new Version.Origin("", "", "lb2", 0));
        lb3.installed(four, "h:old", List.of("a port is in use"), 0);
        assertThat(lb3.isBehind()).as("it cannot follow, and says so").isFalse();
        lb3.installed(four, "h:new", List.of(), 0);
        assertThat(lb3.isBehind()).isFalse();
    }

    /** What was said before it listened is lost, and the next time would be seconds away. */
    @Test
    void whoIsHeardForTheFirstTimeIsToldAtOnceAndOnlyThen() {
        List<String> nodes = List.of("lb1", "lb2");
        Agreement lb1 = new Agreement("lb1", nodes, null, "h:new", 0);
        lb1.sight(nodes, true, 0); // what it says now lb2 does not hear
        Agreement lb2 = new Agreement("lb2", nodes, null, "h:old", 0);
        assertThat(lb2.sight(nodes, true, 0))
                .containsExactly(
                        new Action.Send("lb1", new Message.Standing(new Stand(0, "h:old", ""))));
        Message said = new Message.Standing(new Stand(0, "h:old", ""));
        List<Action> answer = lb1.arrived("lb2", said, 0);
        Message told = new Message.Standing(new Stand(0, "h:new", ""));
        assertThat(answer).contains(new Action.Send("lb2", told));
        assertThat(lb1.arrived("lb2", said, 0)).as("it knows").isEmpty();
        assertThat(lb2.arrived("lb1", told, 0)).contains(new Action.Send("lb1", said));
        assertThat(lb2.isInformed()).isTrue();
        assertThat(lb2.arrived("lb1", told, 0)).as("they do not go on for ever").isEmpty();
        lb1.sight(List.of("lb1"), true, 0);
        lb1.sight(nodes, true, 0);
        assertThat(lb1.arrived("lb2", said, 0))
                .as("it has come back")
                .contains(new Action.Send("lb2", told));
    }

    @Test
    void aMinorityDecidesNothing() {
        SimulatedMembers members = trio();
        members.separate(Set.of("lb1"));
        members.run(SECOND);
        members.wish("lb1", "one", "one", List.of("lb2", "lb3"), List.of());
        assertThat(members.answers.get("one"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.reasons().getFirst())
                                        .startsWith("that is no more than half of the nodes"));
    }

    @Test
    void ofTwoOperatorsOneIsToldOfTheOther() {
        SimulatedMembers members = trio();
        members.wish("lb3", "three", "three", List.of(), List.of());
        members.wish("lb1", "one", "one", List.of(), List.of());
        members.run(2 * SECOND);
        assertThat(members.answers.get("one")).isInstanceOf(Outcome.Applied.class);
        assertThat(members.answers.get("three"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.reasons().toString())
                                        .contains("olga on lb1 applies another one"));
        members.wish("lb2", "four", "four", List.of(), List.of());
        members.wish("lb2", "five", "five", List.of(), List.of());
        members.run(2 * SECOND);
        assertThat(members.answers.get("four")).isInstanceOf(Outcome.Applied.class);
        assertThat(members.answers.get("five"))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused ->
                                assertThat(refused.reasons().toString())
                                        .contains("is just being applied, by olga on lb2"));
    }

    @Test
    void whatWaitsGoesWithItsProposer() {
        List<String> nodes = List.of("lb1", "lb2", "lb3");
        Agreement lb2 = new Agreement("lb2", nodes, null, "h:first", 0);
        lb2.sight(nodes, true, 0);
        for (String proposer : List.of("lb3", "lb1")) {
            Version.Origin origin = new Version.Origin("proa.conf", "olga", proposer, 0);
            Version version = new Version(1, "", "text", origin);
            Proposal proposal = new Proposal(proposer, version, List.of("h:first"), false);
            lb2.arrived(proposer, new Message.Prepare(proposal), 0);
        }
        assertThat(lb2.sight(List.of("lb2"), false, 0))
                .contains(new Action.Release("lb3"))
                .noneMatch(Action.Check.class::isInstance);
    }

    @Test
    void whoDiesBetweenThePhasesHasItOnComingBack() {
        SimulatedMembers members = trio();
        members.wish("lb1", "one", "one", List.of(), List.of());
        while (members.nodes.get("lb3").ready.isEmpty()) {
            members.run(SimulatedMembers.MILLI);
        }
        members.kill("lb3"); // it has checked the proposal, and its vote may be on its way
        members.run(5 * SECOND);
        if (members.answers.get("one") instanceof Outcome.Applied(_, var exceptions)) {
            assertThat(exceptions).singleElement().asString().startsWith("lb3: went out of sight");
        } else {
            assertThat(members.takenTexts).isEmpty();
            assertThat(apply(members, "two", "lb3")).isInstanceOf(Outcome.Applied.class);
        }
        members.start("lb3");
        members.run(SECOND);
        assertThat(Set.copyOf(hashes(members))).hasSize(1).doesNotContain("h:first");
    }

    @Test
    void aDryRunLeavesNothingBehind() {
        SimulatedMembers members = trio();
        Wish wish =
                new Wish(
                        "dry",
                        "one",
                        new Version.Origin("proa.conf", "olga", "lb1", 1),
                        List.of(),
                        List.of(),
                        true);
        Agreement machine = Objects.requireNonNull(members.nodes.get("lb1").machine);
        assertThat(machine.propose(wish, members.nowNanos))
                .hasSize(3)
                .anyMatch(Action.Check.class::isInstance);
        assertThat(machine.checked("dry", "h:one", List.of(), members.nowNanos))
                .containsExactly(new Action.Release("dry"));
        machine.arrived("lb2", new Message.Vote("dry", "h:one", List.of()), members.nowNanos);
        List<Action> last =
                machine.arrived(
                        "lb3", new Message.Vote("dry", "h:one", List.of()), members.nowNanos);
        assertThat(last)
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Answer.class,
                        answer ->
                                assertThat(answer.outcome())
                                        .isInstanceOf(Outcome.WouldApply.class));
    }

    @Test
    void nodesThatReadTheSameFileInTwoWaysDoNotTakeItIn() {
        SimulatedMembers members = trio();
        Wish wish =
                new Wish(
                        "w",
                        "one",
                        new Version.Origin("proa.conf", "olga", "lb1", 1),
                        List.of(),
                        List.of("lb3"),
                        false);
        Agreement machine = Objects.requireNonNull(members.nodes.get("lb1").machine);
        machine.propose(wish, members.nowNanos);
        machine.checked("w", "h:one", List.of(), members.nowNanos);
        assertThat(
                        machine.arrived(
                                "lb2", new Message.Vote("w", "h:two", List.of()), members.nowNanos))
                .filteredOn(Action.Answer.class::isInstance)
                .singleElement()
                .asString()
                .contains("lb1: the file says h:one", "lb2: the file says h:two");
    }
}
