package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;

import proa.chaos.drill.Separations.Committed;
import proa.chaos.drill.facts.Samples;
import proa.chaos.drill.facts.Separation;
import proa.config.drill.Step;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Which faults cut a balancer off, which one, and for how long it may not know. */
class SeparationsTest {

    private static final Roles TRIO = new Roles("lb2", List.of("lb1", "lb2", "lb3"));
    private static final Roles PAIR = new Roles("lb2", List.of("lb1", "lb2"));

    private static List<Separation> of(Roles roles, String faults) {
        Step step = Samples.plan("steps = [ { faults = [ " + faults + " ] } ]").steps().getFirst();
        List<Committed> committed =
                IntStream.range(0, step.faults().size())
                        .mapToObj(at -> new Committed(1_000 * at, 1_000 * at + 10))
                        .toList();
        return new Separations(step, roles, 2).during(committed, 6_000, 9_000);
    }

    @Test
    void inATrioTheSmallerSideIsCutOffUntilItHasFoundOut() {
        String what = "partition owner from others";
        Separation expected = new Separation(what, Set.of("lb2", "vip"), false, 0, 12_010);
        assertThat(of(TRIO, "{ partition = owner, from = others }")).containsExactly(expected);
        assertThat(of(TRIO, "{ partition = others, from = [owner, clients] }"))
                .extracting(Separation::through)
                .containsExactly(Set.of("lb2", "vip"));
        assertThat(of(TRIO, "{ partition = standby, from = lb3 }"))
                .as("both hear the third, and one of them is put out")
                .extracting(Separation::through)
                .containsExactly(Set.of("lb1", "lb3"));
        assertThat(of(TRIO, "{ partition = owner, from = clients }")).isEmpty();
    }

    @Test
    void aCutOwnerIsCutOffAndSoAreThoseWhoseFramesAreLost() {
        assertThat(of(TRIO, "{ cut = pruned, at = standby }"))
                .extracting(Separation::through, Separation::toMillis)
                .containsExactly(tuple(Set.of("lb1"), 12_010.0));
        assertThat(of(TRIO, "{ lose = nodes, from = nodes, percent = 20 }"))
                .extracting(Separation::through, Separation::toMillis)
                .as("at any time until it is undone")
                .containsExactly(tuple(Set.of("lb1", "lb2", "lb3", "vip"), 18_000.0));
        assertThat(of(TRIO, "{ delay = owner, from = clients, by = 10ms }")).isEmpty();
    }

    @Test
    void inAPairBothGoOnUntilTheyAreWhole() {
        assertThat(of(PAIR, "{ partition = owner, from = others }"))
                .extracting(Separation::bothGoOn, Separation::toMillis)
                .containsExactly(tuple(true, 9_000.0));
        String expired = "{ expire = certificate, at = standby }";
        assertThat(of(PAIR, expired)).extracting(Separation::bothGoOn).containsExactly(true);
        assertThat(of(TRIO, expired)).as("it is no majority").isEmpty();
    }

    private static boolean ownerIsApart(String faults) {
        Step step = Samples.plan("steps = [ { faults = [ " + faults + " ] } ]").steps().getFirst();
        return new Separations(step, TRIO, 1).ownerIsApart();
    }

    /** Only then may two answer for the address. */
    @Test
    void theOwnerIsApartFromAnotherOrNot() {
        assertThat(ownerIsApart("{ partition = owner, from = others }")).isTrue();
        assertThat(ownerIsApart("{ partition = lb1, from = [lb2, clients] }")).isTrue();
        assertThat(ownerIsApart("{ partition = lb1, from = lb3 }")).isFalse();
        assertThat(ownerIsApart("{ partition = owner, from = clients }")).isFalse();
        assertThat(ownerIsApart("{ kill = both }")).isFalse();
        assertThat(ownerIsApart("{ kill = vipd }, { partition = lb1, from = lb3 }"))
                .as("one of these may own it by then")
                .isTrue();
    }

    /** Who stands still asks first; of who is dead nobody hears anything. */
    @Test
    void deathsAndHangsAreNoExcuse() {
        assertThat(of(TRIO, "{ kill = both }, { hang = node, at = standby }")).isEmpty();
        assertThat(of(PAIR, "{ hang = both }, { starve = processors }")).isEmpty();
    }

    @Test
    void afterAnEarlierFaultTheAddressMayBeWithAnother() {
        assertThat(of(TRIO, "{ kill = vipd }, { cut = cable, at = standby }"))
                .extracting(Separation::through, Separation::fromMillis)
                .containsExactly(tuple(Set.of("lb1", "vip"), 1_000.0));
    }
}
