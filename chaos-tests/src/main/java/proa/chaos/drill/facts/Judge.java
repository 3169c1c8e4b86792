package proa.chaos.drill.facts;

import proa.config.drill.Budget;
import proa.config.drill.Budget.OwnerChanges;
import proa.config.drill.DrillPlan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Evidence → a finding for each invariant. Pure; any thread.
 *
 * <p>What was not seen is UNKNOWN, what a drill cannot show is NOT_APPLICABLE; neither passes for
 * held.
 */
public final class Judge {

    /**
     * Replication takes up to 12 ms; at 40 offered a second that admits less than one too many. It
     * is a time, and patience multiplies it.
     */
    static final int LIMIT_SLACK = 3;

    /** From this share of stolen processors on, what was timed is the hypervisor's doing. */
    static final double STOLEN_MAX = 0.05;

    /** Fewer samples than this prove nothing. */
    static final int SAMPLES_MIN = 50;

    /** What is to be reported of sessions that all clients write. */
    public static SharedFacts shared(Evidence evidence) {
        return new SharedJudge(evidence.shared(), evidence.separations()).facts();
    }

    private final DrillPlan plan;
    private final Evidence evidence;
    private final double patience;

    private Judge(DrillPlan plan, Evidence evidence, double patience) {
        this.plan = plan;
        this.evidence = evidence;
        this.patience = patience;
    }

    /**
     * Judges.
     *
     * @param patience every budget of time is multiplied by this; 1 on a machine that has nothing
     *     else to do
     */
    public static List<Finding> findings(DrillPlan plan, Evidence evidence, double patience) {
        Judge judge = new Judge(plan, evidence, patience);
        List<Finding> findings = new ArrayList<>();
        Judge six = new Judge(plan, evidence.overSix(), patience);
        boolean both = !six.evidence.strikes().isEmpty();
        Finding owner = judge.oneOwner("ARP was not asked");
        Finding again = judge.answersAgain();
        findings.add(both ? owner.and("ARP", "NDP", six.oneOwner("nobody answered")) : owner);
        findings.add(both ? again.and("IPv4", "IPv6", six.answersAgain()) : again);
        findings.add(judge.stickyKeepTheirServer());
        findings.add(judge.limitHolds());
        findings.add(judge.sessionsAreThere());
        findings.add(judge.onceOnly());
        findings.add(judge.ownAnswers());
        findings.add(judge.goneStaysGone());
        findings.add(judge.oneConfiguration());
        findings.add(judge.connections());
        findings.add(judge.plannedLosesNothing());
        findings.add(Leaks.judged(evidence));
        findings.add(judge.failures());
        findings.add(judge.writesWait());
        findings.add(judge.ownerAsExpected());
        findings.add(judge.steady());
        return findings.stream().map(judge::watched).toList();
    }

    /** What nobody watched is no finding. */
    private Finding watched(Finding finding) {
        String why = evidence.unwatched().get(finding.id());
        return why == null ? finding : none(finding.id(), finding.what(), why);
    }

    /** Of a whole drill: the worst of its findings. */
    public static Verdict overall(List<Finding> findings) {
        for (Verdict worst : List.of(Verdict.FAIL, Verdict.ABORTED, Verdict.UNKNOWN)) {
            if (findings.stream().anyMatch(finding -> finding.verdict() == worst)) {
                return worst;
            }
        }
        return findings.stream().anyMatch(finding -> finding.verdict() == Verdict.PASS)
                ? Verdict.PASS
                : Verdict.UNKNOWN;
    }

    /** Where the owner and another one cannot hear each other, both may answer. */
    private Finding oneOwner(String unseen) {
        double budget = millis(plan.budget().overlap());
        String what = "one balancer at a time answers for the address";
        List<Strike> strikes = evidence.strikes();
        List<Strike> together = strikes.stream().filter(strike -> !strike.apart()).toList();
        if (together.isEmpty() && !strikes.isEmpty()) {
            double apart = worst(strikes, Strike::overlapMillis);
            String both = "balancers could not tell each other; two answered for ";
            return none("I1", what, both + number(Math.max(0, apart)));
        }
        double overlap = worst(together, Strike::overlapMillis);
        int apart = strikes.size() - together.size();
        String left = apart == 0 ? "" : "; in " + apart + " steps they could not tell each other";
        return new Finding(
                "I1",
                what,
                overlap < 0 ? Verdict.UNKNOWN : timed(overlap, 0, budget),
                overlap,
                "ms",
                (overlap < 0 ? unseen : "two answered; at most " + number(budget)) + left);
    }

    private Finding answersAgain() {
        double gap = worst(Strike::gapMillis);
        double unknown = worst(Strike::gapUnknownMillis);
        double budget = millis(plan.budget().gap());
        String what = "the address answers again within its budget";
        if (evidence.strikes().isEmpty()) {
            return new Finding("I2", what, Verdict.UNKNOWN, -1, "ms", "no fault was committed");
        }
        if (evidence.strikes().stream().anyMatch(strike -> strike.gapMillis() < 0)) {
            return new Finding("I2", what, Verdict.UNKNOWN, -1, "ms", "nobody looked");
        }
        if (!evidence.strikes().stream().allMatch(Strike::over)) {
            return new Finding("I2", what, Verdict.FAIL, gap, "ms", "it did not answer again");
        }
        return new Finding(
                "I2",
                what,
                timed(gap, unknown, budget),
                gap,
                "ms",
                "at most "
                        + number(budget)
                        + (unknown > 0 ? "; nobody looked for " + number(unknown) : ""));
    }

    private Finding stickyKeepTheirServer() {
        String what = "every sticky client keeps its server, through every balancer";
        if (plan.touchesServers()) {
            return none("I3", what, "clients of an ailing server have to leave it");
        }
        int sticky = evidence.carried().stream().mapToInt(Carried::sticky).min().orElse(0);
        int moved = evidence.carried().stream().mapToInt(Carried::moved).max().orElse(0);
        int unasked = evidence.carried().stream().mapToInt(each -> each.unasked().sticky()).sum();
        return counted(
                "I3",
                what,
                moved + evidence.cookiesMoved() + evidence.stickyMoved(),
                unasked > 0 ? 0 : sticky,
                "clients",
                "of "
                        + sticky
                        + " moved; cookies not honoured: "
                        + evidence.cookiesMoved()
                        + "; connections meanwhile that moved: "
                        + evidence.stickyMoved()
                        + unasked(unasked));
    }

    private Finding limitHolds() {
        Evidence.Limits limits = evidence.limits();
        int most = Math.max(limits.admittedInWindow(), limits.exactAdmitted());
        boolean held = limits.admittedInWindow() <= limits.limit() + LIMIT_SLACK * patience;
        boolean exact = limits.exactAdmitted() < 0 || limits.exactAdmitted() == limits.limit();
        String why =
                limits.admittedInWindow()
                        + " admitted in a window, limit "
                        + limits.limit()
                        + (limits.exactAdmitted() < 0
                                ? "; the exact sum was not asked for"
                                : "; slowly, exactly " + limits.exactAdmitted());
        Verdict verdict =
                !held || !exact
                        ? Verdict.FAIL
                        : limits.offered() < 2L * limits.limit() || limits.exactAdmitted() < 0
                                ? Verdict.UNKNOWN
                                : Verdict.PASS;
        return new Finding(
                "I4",
                "the rate limit is the cluster's, and exact after quiescence",
                verdict,
                most,
                "requests",
                why);
    }

    private Finding sessionsAreThere() {
        int sessions = evidence.carried().stream().mapToInt(Carried::sessions).min().orElse(0);
        int lost = evidence.carried().stream().mapToInt(Carried::lost).max().orElse(0);
        int unasked = evidence.carried().stream().mapToInt(each -> each.unasked().sessions()).sum();
        SharedJudge shared = new SharedJudge(evidence.shared(), evidence.separations());
        int broken = shared.brokenBefore(evidence.lostMillis());
        boolean unclear = broken < shared.broken();
        return counted(
                "I5",
                "every acknowledged session write is readable, through every balancer, and nothing"
                        + " older or of nobody is read instead",
                (long) lost + broken,
                unasked > 0 || unclear || shared.isDoubtful() ? 0 : sessions,
                "sessions",
                "of " + sessions + " lost" + unasked(unasked) + "; " + shared.why());
    }

    private static String unasked(int count) {
        return count == 0 ? "" : "; " + count + " could not be asked for in time";
    }

    private Finding onceOnly() {
        Evidence.Once once = evidence.once();
        return counted(
                "I6",
                "no request that must not be repeated is carried out twice",
                once.doubled() + once.unreceived(),
                once.answered(),
                "requests",
                once.doubled()
                        + " carried out twice, "
                        + once.unreceived()
                        + " answered but never carried out, of "
                        + once.sent());
    }

    private Finding ownAnswers() {
        return counted(
                "I7",
                "nobody gets another's answer",
                evidence.mixed(),
                evidence.answers(),
                "answers",
                "of " + evidence.answers() + " were another's");
    }

    private Finding goneStaysGone() {
        int ended = evidence.carried().stream().mapToInt(Carried::ended).min().orElse(0);
        int returned = evidence.carried().stream().mapToInt(Carried::returned).max().orElse(0);
        int unasked = evidence.carried().stream().mapToInt(each -> each.unasked().ended()).sum();
        return counted(
                "I8",
                "nothing removed or expired comes back",
                returned,
                unasked > 0 ? 0 : ended,
                "sessions",
                "of " + ended + " came back" + unasked(unasked));
    }

    private Finding oneConfiguration() {
        Set<String> different = new HashSet<>(evidence.hashes().values());
        boolean unknown = evidence.hashes().isEmpty() || different.contains("");
        return new Finding(
                "I9",
                "every balancer has the same configuration afterwards",
                unknown ? Verdict.UNKNOWN : different.size() == 1 ? Verdict.PASS : Verdict.FAIL,
                different.size(),
                "hashes",
                "of " + evidence.hashes().size() + " balancers");
    }

    private Finding connections() {
        Finding proxied = connectionsEndCleanly();
        return evidence.lasting()
                .map(lasting -> lasting.judged(plan.flushesRules()))
                .map(forwarded -> proxied.and("proxied", "L4 connections alive", forwarded))
                .orElse(proxied);
    }

    private Finding connectionsEndCleanly() {
        String what = "a long proxied connection goes on, or ends cleanly in time";
        if (plan.touchesServers()) {
            return none("I10", what, "its own server may be the one that ails");
        }
        List<Strike> strikes = evidence.strikes();
        double end = worst(Strike::connectionEndMillis);
        double budget = millis(plan.budget().connectionEnd());
        Verdict verdict =
                strikes.stream().anyMatch(Judge::carriedOtherOctets)
                        ? Verdict.FAIL
                        : timed(end, 0, budget);
        long without = strikes.stream().filter(strike -> !strike.connected()).count();
        if (verdict == Verdict.PASS && (without > 0 || strikes.isEmpty())) {
            return new Finding(
                    "I10",
                    what,
                    Verdict.UNKNOWN,
                    Math.max(0, end),
                    "ms",
                    strikes.isEmpty()
                            ? "no fault was committed"
                            : "in "
                                    + without
                                    + " of "
                                    + strikes.size()
                                    + " steps it was not there before, or stood still for a while");
        }
        String how =
                strikes.stream()
                        .map(Strike::connectionEnd)
                        .filter(each -> !each.isEmpty())
                        .max(Comparator.comparing(each -> each.startsWith(Strike.WRONG)))
                        .map(each -> each + "; at most " + number(budget))
                        .orElse(end < 0 ? "it went on" : "at most " + number(budget));
        return new Finding("I10", what, verdict, Math.max(0, end), "ms", how);
    }

    private static boolean carriedOtherOctets(Strike strike) {
        return strike.connectionEnd().startsWith(Strike.WRONG);
    }

    private Finding plannedLosesNothing() {
        String what = "a planned move loses no request";
        if (!plan.planned()) {
            return none("I11", what, "not everything in this drill is planned");
        }
        long known = failed();
        long samples = known < failedAtAll() ? 0 : evidence.answers();
        return counted("I11", what, known, samples, "requests", "failed" + posts());
    }

    /**
     * A request that waits for an answer in vain may fail after its step. One that must not be
     * repeated has to fail where its server ails, and counts elsewhere only.
     */
    private long failedAtAll() {
        return Math.max(failedInSteps(), evidence.failed()) + failedPosts();
    }

    private long failedInSteps() {
        return evidence.strikes().stream().mapToLong(Strike::failed).sum();
    }

    /** What a fault may have done of which nobody knows whether it was done is not charged. */
    private long failed() {
        return evidence.lost() ? failedInSteps() : failedAtAll();
    }

    private long failedPosts() {
        return plan.touchesServers() ? 0 : evidence.once().failed();
    }

    private String posts() {
        return failedPosts() == 0 ? "" : ", " + failedPosts() + " of them must not be repeated";
    }

    private Finding failures() {
        long failed = failed();
        long inFlight = evidence.strikes().stream().mapToLong(Strike::inFlight).sum();
        long allowed = plan.budget().failedRequests().orElse(inFlight);
        return new Finding(
                "requests",
                "no more requests fail than may",
                failed > allowed
                        ? Verdict.FAIL
                        : evidence.answers() < SAMPLES_MIN || failedAtAll() > allowed
                                ? Verdict.UNKNOWN
                                : Verdict.PASS,
                failed,
                "requests",
                "failed, at most " + allowed + "; " + inFlight + " were in flight" + posts());
    }

    private Finding writesWait() {
        String what = "session writes through balancers without a fault wait, they do not fail";
        if (plan.budget().writeWait().isEmpty()) {
            return none("writes", what, "this drill has no budget for it");
        }
        Optional<Strike> slowest =
                evidence.strikes().stream()
                        .max(Comparator.comparingDouble(Strike::writeWaitMillis));
        double wait = slowest.map(Strike::writeWaitMillis).orElse(-1.0);
        double at = slowest.map(Strike::waitedAtMillis).orElse(0.0);
        long errors = evidence.strikes().stream().mapToLong(Strike::writeErrors).sum();
        double budget = millis(plan.budget().writeWait().get());
        Verdict verdict =
                errors > 0 ? Verdict.FAIL : wait < 0 ? Verdict.UNKNOWN : timed(wait, 0, budget);
        return new Finding(
                "writes",
                what,
                verdict,
                wait,
                "ms",
                errors
                        + " errors; at most "
                        + number(budget)
                        + "; the slowest began "
                        + number(at)
                        + " after the first fault");
    }

    private Finding ownerAsExpected() {
        String what = "the address moves when it has to, and stays when it can";
        Budget budget = plan.budget();
        if (budget.ownerChanges() == OwnerChanges.ANY) {
            return none("owner", what, "this drill allows both");
        }
        long moved =
                evidence.strikes().stream()
                        .filter(s -> !s.after().isEmpty() && !s.after().equals(s.before()))
                        .count();
        long wanted = budget.ownerChanges() == OwnerChanges.YES ? evidence.strikes().size() : 0;
        return new Finding(
                "owner",
                what,
                moved == wanted ? Verdict.PASS : Verdict.FAIL,
                moved,
                "moves",
                "of " + wanted + " expected");
    }

    private Finding steady() {
        double recovery = worst(Strike::wholeMillis);
        Verdict otherwise = evidence.lost() ? Verdict.UNKNOWN : Verdict.FAIL;
        return new Finding(
                "steady",
                "afterwards everything is as before",
                evidence.steadyAfter() ? Verdict.PASS : otherwise,
                recovery,
                "ms",
                evidence.steadyAfter() ? "after the last fault was undone" : evidence.unsteady());
    }

    /** Nothing may be wrong, and enough must have been looked at. */
    private static Finding counted(
            String id, String what, long wrong, long samples, String unit, String why) {
        Verdict verdict =
                wrong > 0 ? Verdict.FAIL : samples < SAMPLES_MIN ? Verdict.UNKNOWN : Verdict.PASS;
        return new Finding(id, what, verdict, wrong, unit, why);
    }

    static Finding none(String id, String what, String why) {
        return new Finding(id, what, Verdict.NOT_APPLICABLE, -1, "", why);
    }

    /** Within its budget; not known where the observer or the hypervisor made it longer. */
    private Verdict timed(double millis, double unknownMillis, double budget) {
        if (millis <= budget) {
            return Verdict.PASS;
        }
        boolean doubtful = millis - unknownMillis <= budget || worst(Strike::stolen) >= STOLEN_MAX;
        return doubtful ? Verdict.UNKNOWN : Verdict.FAIL;
    }

    private double worst(ToDoubleFunction<Strike> of) {
        return worst(evidence.strikes(), of);
    }

    private static double worst(List<Strike> strikes, ToDoubleFunction<Strike> of) {
        return strikes.stream().mapToDouble(of).max().orElse(-1);
    }

    private double millis(Duration budget) {
        return budget.toMillis() * patience;
    }

    private static String number(double millis) {
        return String.format(Locale.ROOT, "%.0f ms", millis);
    }
}
