package proa.chaos.drill.facts;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.chaos.drill.facts.Carried.Unasked.NONE;

import org.junit.jupiter.api.Test;

import proa.chaos.history.Guilt;
import proa.config.drill.DrillPlan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What follows from what was seen. */
class JudgeTest {

    private static Finding finding(DrillPlan plan, Evidence evidence, String id) {
        return Judge.findings(plan, evidence, 1).stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Verdict of(Evidence evidence, String id) {
        return finding(Samples.kill(), evidence, id).verdict();
    }

    private static Strike silent(double gap, double unknown, boolean over, double stolen) {
        return new Strike(
                "kill node at owner",
                false,
                0,
                4_000,
                "lb1",
                "lb2",
                gap,
                5,
                unknown,
                over,
                0,
                stolen,
                2,
                3,
                210,
                3,
                0,
                true,
                65,
                "Connection reset",
                900,
                Optional.empty());
    }

    @Test
    void whatHeldPassesAndWhatCannotBeShownDoesNot() {
        List<Finding> findings =
                Judge.findings(Samples.kill(), Samples.evidence(Samples.strike()), 1);
        assertThat(findings)
                .extracting(Finding::id)
                .contains(
                        "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12");
        assertThat(findings)
                .filteredOn(finding -> finding.verdict() != Verdict.PASS)
                .extracting(Finding::id)
                .containsExactly("I11");
        assertThat(findings)
                .filteredOn(finding -> finding.id().equals("I11"))
                .extracting(Finding::verdict)
                .containsExactly(Verdict.NOT_APPLICABLE);
        assertThat(Judge.overall(findings)).isEqualTo(Verdict.PASS);
    }

    @Test
    void aLongSilenceFailsUnlessSomebodyElseMayHaveMadeIt() {
        assertThat(of(Samples.evidence(silent(150, 0, true, 0)), "I2")).isEqualTo(Verdict.PASS);
        assertThat(of(Samples.evidence(silent(151, 0, true, 0)), "I2")).isEqualTo(Verdict.FAIL);
        assertThat(of(Samples.evidence(silent(300, 200, true, 0)), "I2"))
                .as("nobody looked for 200 ms of it")
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(of(Samples.evidence(silent(300, 0, true, 0.2)), "I2"))
                .as("a fifth of the processors was stolen")
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(of(Samples.evidence(silent(10, 0, false, 0)), "I2"))
                .as("it never answered again")
                .isEqualTo(Verdict.FAIL);
        assertThat(
                        Judge.findings(Samples.kill(), Samples.evidence(silent(400, 0, true, 0)), 3)
                                .get(1)
                                .verdict())
                .as("three times as much patience")
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void twoOwnersFailAndUnaskedIsUnknown() {
        assertThat(of(Samples.evidence(overlap(5)), "I1")).isEqualTo(Verdict.PASS);
        assertThat(of(Samples.evidence(overlap(6)), "I1")).isEqualTo(Verdict.FAIL);
        assertThat(of(Samples.evidence(overlap(-1)), "I1")).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void twoMayAnswerOnlyWhileTheyCannotTellEachOther() {
        Finding all = finding(Samples.kill(), Samples.evidence(apart(1_000)), "I1");
        assertThat(all.verdict()).isEqualTo(Verdict.NOT_APPLICABLE);
        assertThat(all.why()).contains("1000 ms");
        Finding some = finding(Samples.kill(), Samples.evidence(apart(1_000), overlap(5)), "I1");
        assertThat(some.verdict()).as("the other step shows it").isEqualTo(Verdict.PASS);
        assertThat(some.value()).isEqualTo(5);
        assertThat(some.why()).contains("in 1 steps they could not tell each other");
        assertThat(of(Samples.evidence(apart(0), overlap(6)), "I1")).isEqualTo(Verdict.FAIL);
    }

    private static Strike apart(double millis) {
        return overlap(millis, true);
    }

    private static Strike overlap(double millis) {
        return overlap(millis, false);
    }

    private static Strike overlap(double millis, boolean apart) {
        return new Strike(
                "x",
                apart,
                0,
                4_000,
                "lb1",
                "lb2",
                60,
                5,
                0,
                true,
                millis,
                0,
                2,
                3,
                210,
                3,
                0,
                true,
                65,
                "",
                900,
                Optional.empty());
    }

    private static Evidence carried(Carried carried) {
        Evidence sound = Samples.evidence(Samples.strike());
        return new Evidence(
                sound.strikes(),
                List.of(sound.carried().getFirst(), carried),
                sound.shared(),
                sound.separations(),
                sound.limits(),
                sound.once(),
                sound.answers(),
                sound.failed(),
                sound.mixed(),
                sound.cookiesMoved(),
                sound.stickyMoved(),
                sound.hashes(),
                sound.uses(),
                sound.unmeasured(),
                true,
                "",
                Map.of(),
                Optional.empty());
    }

    @Test
    void oneLostSessionOneMovedClientAndOneReturnFail() {
        assertThat(
                        of(
                                carried(
                                        new Carried(
                                                "lb3", 1_500, 1, 1_000, 0, 200, 0, NONE,
                                                List.of())),
                                "I5"))
                .isEqualTo(Verdict.FAIL);
        assertThat(
                        of(
                                carried(
                                        new Carried(
                                                "lb3", 1_500, 0, 1_000, 1, 200, 0, NONE,
                                                List.of())),
                                "I3"))
                .isEqualTo(Verdict.FAIL);
        assertThat(
                        of(
                                carried(
                                        new Carried(
                                                "lb3", 1_500, 0, 1_000, 0, 200, 1, NONE,
                                                List.of())),
                                "I8"))
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aBalancerThatCouldNotBeAskedIsNoProof() {
        Evidence evidence =
                carried(new Carried("lb3", 0, 0, 0, 0, 0, 0, NONE, List.of("no answer")));
        assertThat(List.of(of(evidence, "I3"), of(evidence, "I5"), of(evidence, "I8")))
                .containsOnly(Verdict.UNKNOWN);
    }

    /** What an observer had no time for is neither lost nor kept. */
    @Test
    void whatCouldNotBeAskedForIsNotLost() {
        Carried sessions =
                new Carried(
                        "lb3", 900, 0, 1_000, 0, 200, 0, new Carried.Unasked(600, 0, 0), List.of());
        assertThat(of(carried(sessions), "I5")).isEqualTo(Verdict.UNKNOWN);
        assertThat(of(carried(sessions), "I3")).isEqualTo(Verdict.PASS);
        Carried sticky =
                new Carried(
                        "lb3", 900, 1, 990, 0, 200, 0, new Carried.Unasked(600, 10, 0), List.of());
        assertThat(of(carried(sticky), "I3")).isEqualTo(Verdict.UNKNOWN);
        Carried ended =
                new Carried(
                        "lb3", 900, 0, 1_000, 0, 184, 0, new Carried.Unasked(0, 0, 16), List.of());
        assertThat(of(carried(ended), "I8")).isEqualTo(Verdict.UNKNOWN);
        assertThat(of(carried(sticky), "I5")).as("one is lost").isEqualTo(Verdict.FAIL);
        assertThat(finding(Samples.kill(), carried(sticky), "I3").why())
                .contains("10 could not be asked for in time");
    }

    private static Verdict limit(int admittedInWindow, int exact, double patience) {
        Evidence.Once once = new Evidence.Once(300, 299, 0, 0, 0, List.of());
        Evidence.Limits limits = new Evidence.Limits(100, admittedInWindow, 400, exact, 115);
        Evidence evidence = with(limits, once, 0, Map.of("lb1", "a"));
        return Judge.findings(Samples.kill(), evidence, patience).stream()
                .filter(finding -> finding.id().equals("I4"))
                .findFirst()
                .orElseThrow()
                .verdict();
    }

    @Test
    void whatSlowReplicationAdmitsIsABudgetOfTimeAndAnExactSumIsNot() {
        assertThat(limit(103, 100, 1)).isEqualTo(Verdict.PASS);
        assertThat(limit(104, 100, 1)).isEqualTo(Verdict.FAIL);
        assertThat(limit(115, 100, 5)).isEqualTo(Verdict.PASS);
        assertThat(limit(116, 100, 5)).isEqualTo(Verdict.FAIL);
        assertThat(limit(100, 101, 5)).isEqualTo(Verdict.FAIL);
    }

    private static Evidence with(
            Evidence.Limits limits, Evidence.Once once, long mixed, Map<String, String> hashes) {
        Evidence sound = Samples.evidence(Samples.strike());
        return new Evidence(
                sound.strikes(),
                sound.carried(),
                sound.shared(),
                sound.separations(),
                limits,
                once,
                sound.answers(),
                sound.failed(),
                mixed,
                0,
                0,
                hashes,
                sound.uses(),
                sound.unmeasured(),
                true,
                "",
                Map.of(),
                Optional.empty());
    }

    @Test
    void limitsReceiptsAnswersAndHashesAreJudged() {
        Evidence.Limits limits = new Evidence.Limits(100, 101, 400, 100, 115);
        Evidence.Once once = new Evidence.Once(300, 299, 0, 0, 0, List.of());
        Map<String, String> same = Map.of("lb1", "a", "lb2", "a");
        assertThat(of(with(new Evidence.Limits(100, 104, 400, 100, 115), once, 0, same), "I4"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(with(new Evidence.Limits(100, 100, 400, 99, 115), once, 0, same), "I4"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(with(new Evidence.Limits(100, 100, 400, -1, 0), once, 0, same), "I4"))
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(of(with(limits, new Evidence.Once(300, 299, 0, 1, 0, List.of()), 0, same), "I6"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(with(limits, new Evidence.Once(300, 299, 0, 0, 1, List.of()), 0, same), "I6"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(with(limits, new Evidence.Once(9, 9, 0, 0, 0, List.of()), 0, same), "I6"))
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(of(with(limits, once, 1, same), "I7")).isEqualTo(Verdict.FAIL);
        assertThat(of(with(limits, once, 0, Map.of("lb1", "a", "lb2", "b")), "I9"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(with(limits, once, 0, Map.of("lb1", "a", "lb2", "")), "I9"))
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void onlyAPlannedDrillShowsThatAPlannedMoveLosesNothing() {
        DrillPlan move =
                Samples.plan(
                        "steps = [ { faults = [ { move = standby } ] } ],"
                                + " budget { failed-requests = 0 }");
        Evidence lost = Samples.evidence(Samples.strike());
        assertThat(finding(move, lost, "I11").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding(move, lost, "requests").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding(Samples.kill(), lost, "requests").verdict())
                .as("no more than were in flight")
                .isEqualTo(Verdict.PASS);
    }

    private static Evidence after(long failed, long failedPosts, long stickyMoved) {
        Evidence sound = Samples.evidence(Samples.strike());
        return new Evidence(
                sound.strikes(),
                sound.carried(),
                sound.shared(),
                sound.separations(),
                sound.limits(),
                new Evidence.Once(300, 299, failedPosts, 0, 0, List.of()),
                sound.answers(),
                failed,
                sound.mixed(),
                sound.cookiesMoved(),
                stickyMoved,
                sound.hashes(),
                sound.uses(),
                sound.unmeasured(),
                true,
                "",
                Map.of(),
                Optional.empty());
    }

    /** In flight were three. */
    @Test
    void aRequestThatFailsAfterItsStepCounts() {
        assertThat(of(after(3, 0, 0), "requests")).isEqualTo(Verdict.PASS);
        assertThat(of(after(4, 0, 0), "requests")).isEqualTo(Verdict.FAIL);
        assertThat(finding(Samples.kill(), after(0, 0, 0), "requests").value())
                .as("two failed in the step")
                .isEqualTo(2);
    }

    @Test
    void aRequestThatMustNotBeRepeatedIsLostLikeAnyOther() {
        Finding lost = finding(Samples.kill(), after(2, 2, 0), "requests");
        assertThat(lost.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(lost.why()).contains("2 of them must not be repeated");
        DrillPlan servers =
                Samples.plan(
                        "steps = [ { faults = [ { servers = down, names = [web1] } ] } ],"
                                + " budget { failed-requests = 2 }");
        assertThat(finding(servers, after(2, 2, 0), "requests").verdict())
                .as("its server ails")
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aStickyClientThatMovesForAMomentHasMoved() {
        assertThat(of(after(2, 0, 0), "I3")).isEqualTo(Verdict.PASS);
        assertThat(of(after(2, 0, 1), "I3")).isEqualTo(Verdict.FAIL);
    }

    @Test
    void memoryThatIsNotGarbageMustReturn() {
        assertThat(of(using(new Use("lb2/node", 100, 228, 300, 364, true)), "I12"))
                .isEqualTo(Verdict.PASS);
        assertThat(of(using(new Use("lb2/node", 100, 229, 300, 300, true)), "I12"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(using(new Use("lb2/node", 100, 100, 300, 365, true)), "I12"))
                .isEqualTo(Verdict.FAIL);
        assertThat(of(using(new Use("lb2/node", 100, 100, 300, 365, false)), "I12"))
                .as("it may be garbage")
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(Leaks.holdMore(List.of(new Use("lb2/node", 100, 228, 300, 364, true))))
                .isFalse();
        assertThat(Leaks.holdMore(List.of(new Use("lb2/node", 100, 229, 300, 300, true)))).isTrue();
        assertThat(Leaks.holdMore(List.of(new Use("lb2/node", 100, 100, 300, 365, true)))).isTrue();
    }

    @Test
    void aProcessThatCouldNotBeLookedAtIsNotWithoutALeak() {
        Use sound = new Use("lb2/node", 100, 110, 300, 310, true);
        Finding unknown = finding(Samples.kill(), using(sound, "lb3/node"), "I12");
        assertThat(unknown.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(unknown.why()).contains("could not be looked at: lb3/node");
        Use leaking = new Use("lb2/node", 100, 400, 300, 310, true);
        assertThat(of(using(leaking, "lb3/node"), "I12")).isEqualTo(Verdict.FAIL);
    }

    private static final SharedSessions.Breach MISSING =
            new SharedSessions.Breach(
                    Guilt.Kind.LOST_WRITE, "k", "lb1", "nothing", 700, 701, "v", 500, 501);

    /** Of a step that began then and may have failed requests, a read, and the cluster for good. */
    private static Evidence lostAt(double millis) {
        Evidence sound = Samples.evidence(Samples.strike());
        return new Evidence(
                sound.strikes(),
                sound.carried(),
                new SharedSessions(900, 300, 0, 1, List.of(MISSING)),
                sound.separations(),
                sound.limits(),
                new Evidence.Once(300, 250, 50, 0, 0, List.of()),
                sound.answers(),
                400,
                sound.mixed(),
                sound.cookiesMoved(),
                sound.stickyMoved(),
                sound.hashes(),
                sound.uses(),
                sound.unmeasured(),
                false,
                "lb3 does not answer",
                Map.of(),
                Optional.empty(),
                millis);
    }

    @Test
    void whatAFaultMayHaveDoneOfWhichNobodyKnowsIsNoFailure() {
        for (String id : List.of("requests", "I5", "steady")) {
            assertThat(of(lostAt(Evidence.NEVER), id)).as(id).isEqualTo(Verdict.FAIL);
            assertThat(of(lostAt(700), id)).as(id).isEqualTo(Verdict.UNKNOWN);
        }
        assertThat(of(lostAt(702), "I5")).as("a read before it").isEqualTo(Verdict.FAIL);
    }

    private static Evidence using(Use use, String... unmeasured) {
        Evidence sound = Samples.evidence(Samples.strike());
        return new Evidence(
                sound.strikes(),
                sound.carried(),
                sound.shared(),
                sound.separations(),
                sound.limits(),
                sound.once(),
                sound.answers(),
                sound.failed(),
                sound.mixed(),
                sound.cookiesMoved(),
                sound.stickyMoved(),
                sound.hashes(),
                List.of(use),
                List.of(unmeasured),
                true,
                "",
                Map.of(),
                Optional.empty());
    }

    @Test
    void theWorstFindingIsTheDrills() {
        assertThat(Judge.overall(List.of(one(Verdict.PASS), one(Verdict.NOT_APPLICABLE))))
                .isEqualTo(Verdict.PASS);
        assertThat(Judge.overall(List.of(one(Verdict.PASS), one(Verdict.UNKNOWN))))
                .isEqualTo(Verdict.UNKNOWN);
        assertThat(Judge.overall(List.of(one(Verdict.UNKNOWN), one(Verdict.FAIL))))
                .isEqualTo(Verdict.FAIL);
        assertThat(Judge.overall(List.of(one(Verdict.NOT_APPLICABLE)))).isEqualTo(Verdict.UNKNOWN);
        assertThat(Judge.overall(List.of())).isEqualTo(Verdict.UNKNOWN);
    }

    private static Finding one(Verdict verdict) {
        return new Finding("I1", "", verdict, 0, "", "");
    }

    private static Strike ended(String how) {
        return Samples.strike(0, true, 65, how);
    }

    private static Strike connection(boolean connected, double endMillis, String how) {
        return Samples.strike(0, connected, endMillis, how);
    }

    @Test
    void aConnectionThatWasNotThereShowsNothing() {
        assertThat(of(Samples.evidence(connection(true, -1, "")), "I10")).isEqualTo(Verdict.PASS);
        Finding none = finding(Samples.kill(), Samples.evidence(connection(false, -1, "")), "I10");
        assertThat(none.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(none.why()).contains("in 1 of 1 steps");
        assertThat(of(Samples.evidence(connection(true, -1, ""), connection(false, -1, "")), "I10"))
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void aConnectionThatIsOpenAndSilentHasNotGoneOn() {
        assertThat(of(Samples.evidence(connection(true, 60_000, "open and silent")), "I10"))
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void otherOctetsAfterTheFaultAreWrongToo() {
        assertThat(of(Samples.evidence(connection(true, -1, Strike.WRONG + "said 5")), "I10"))
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void aConnectionThatCarriedOtherOctetsDidNotEndCleanly() {
        assertThat(of(Samples.evidence(ended("Connection reset")), "I10")).isEqualTo(Verdict.PASS);
        assertThat(of(Samples.evidence(ended(Strike.WRONG + "said 5, heard 4")), "I10"))
                .isEqualTo(Verdict.FAIL);
    }

    private static Evidence overSix(int probes, double gap, boolean over, double overlap) {
        Strike sound = Samples.strike();
        Strike.Six six = new Strike.Six(probes, gap, 0, over, overlap);
        return Samples.evidence(
                new Strike(
                        sound.what(),
                        false,
                        0,
                        4_000,
                        "lb1",
                        "lb2",
                        60,
                        5,
                        0,
                        true,
                        0,
                        0,
                        2,
                        3,
                        210,
                        3,
                        0,
                        true,
                        65,
                        "",
                        900,
                        Optional.of(six)));
    }

    @Test
    void bothFamiliesAreJudgedAndNamed() {
        Evidence sound = overSix(4_000, 71, true, 0);
        Finding owner = finding(Samples.kill(), sound, "I1");
        assertThat(owner.verdict()).isEqualTo(Verdict.PASS);
        assertThat(owner.why()).startsWith("ARP 0 ms: ").contains("; NDP 0 ms: ");
        Finding again = finding(Samples.kill(), sound, "I2");
        assertThat(again.verdict()).isEqualTo(Verdict.PASS);
        assertThat(again.value()).as("the longer one").isEqualTo(71);
        assertThat(again.why()).startsWith("IPv4 60 ms: ").contains("; IPv6 71 ms: at most 150 ms");
        assertThat(Judge.findings(Samples.kill(), sound, 1))
                .extracting(Finding::id)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatIsWrongOverIpv6AloneFails() {
        assertThat(of(overSix(4_000, 151, true, 0), "I2")).isEqualTo(Verdict.FAIL);
        assertThat(of(overSix(4_000, 10, false, 0), "I2")).isEqualTo(Verdict.FAIL);
        assertThat(of(overSix(4_000, 60, true, 6), "I1")).isEqualTo(Verdict.FAIL);
        assertThat(of(overSix(4_000, 60, true, 6), "I2")).isEqualTo(Verdict.PASS);
    }

    @Test
    void whatNobodyLookedAtOverIpv6IsUnknown() {
        Finding again = finding(Samples.kill(), overSix(0, 0, true, 0), "I2");
        assertThat(again.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(again.why()).endsWith("; IPv6: nobody looked");
        Finding owner = finding(Samples.kill(), overSix(4_000, 60, true, -1), "I1");
        assertThat(owner.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(owner.why()).endsWith("; NDP: nobody answered");
    }

    private static Evidence lasting(int alive, int broken, String first) {
        Evidence sound = Samples.evidence(Samples.strike());
        return new Evidence(
                sound.strikes(),
                sound.carried(),
                sound.shared(),
                sound.separations(),
                sound.limits(),
                sound.once(),
                sound.answers(),
                sound.failed(),
                sound.mixed(),
                sound.cookiesMoved(),
                sound.stickyMoved(),
                sound.hashes(),
                sound.uses(),
                sound.unmeasured(),
                true,
                "",
                Map.of(),
                Optional.of(new Evidence.Lasting(60, alive, broken, first)));
    }

    @Test
    void notOneConnectionThatTheKernelForwardsMayBeLost() {
        Finding all = finding(Samples.kill(), lasting(60, 0, ""), "I10");
        assertThat(all.verdict()).isEqualTo(Verdict.PASS);
        assertThat(all.why()).endsWith("L4 connections alive: 60 of 60");
        Finding one = finding(Samples.kill(), lasting(59, 1, "7: Connection reset"), "I10");
        assertThat(one.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(one.value()).isEqualTo(1);
        assertThat(one.why()).endsWith("L4 connections alive: 59 of 60, 7: Connection reset");
        assertThat(of(lasting(58, 0, ""), "I10")).as("two are silent").isEqualTo(Verdict.FAIL);
        DrillPlan servers =
                Samples.plan("steps = [ { faults = [ { servers = down, names = [web1] } ] } ]");
        assertThat(finding(servers, lasting(60, 0, ""), "I10").verdict())
                .as("the proxied one does not apply")
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void aDrillWithoutAFaultShowsNothing() {
        List<Finding> findings = Judge.findings(Samples.kill(), Samples.evidence(), 1);
        assertThat(findings)
                .filteredOn(finding -> List.of("I1", "I2", "I10").contains(finding.id()))
                .extracting(Finding::verdict)
                .containsOnly(Verdict.UNKNOWN);
    }

    @Test
    void whoHoldsMoreIsNamed() {
        Use less = new Use("lb1/node", 100, 110, 200, 190, true);
        Use more = new Use("lb2/node", 100, 400, 200, 300, false);

        assertThat(Leaks.holdsMost(List.of(less, more)))
                .isEqualTo("lb2/node has 300 descriptors and 100 MB with garbage more");
        assertThat(Leaks.holdsMost(List.of(less))).isEmpty();
    }
}
