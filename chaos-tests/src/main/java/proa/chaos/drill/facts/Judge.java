package proa.chaos.drill.facts;

import proa.config.drill.Budget;
import proa.config.drill.Budget.OwnerChanges;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Where;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Evidence → a finding for each invariant. Pure; any thread.
 *
 * <p>What was not seen is UNKNOWN, what a drill cannot show is NOT_APPLICABLE; neither passes for
 * held.
 */
public final class Judge {

    /** Replication takes up to 12 ms; at 40 offered a second that admits less than one too many. */
    static final int LIMIT_SLACK = 3;

    /** From this share of stolen processors on, what was timed is the hypervisor's doing. */
    static final double STOLEN_MAX = 0.05;

    /** Fewer samples than this prove nothing. */
    static final int SAMPLES_MIN = 50;

    /** Connections of clients that come and go while one counts. */
    static final int DESCRIPTORS_SLACK = 128;

    /** Code is compiled and buffers are pooled for as long as a process lives. */
    static final double MEGABYTES_SLACK = 64;

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
        findings.add(judge.nothingLeaks());
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

    private Finding oneOwner(String unseen) {
        double overlap = worst(Strike::overlapMillis);
        double budget = millis(plan.budget().overlap());
        String what = "one balancer at a time answers for the address";
        if (separatesBalancers()) {
            String both = "balancers could not tell each other; two answered for ";
            return none("I1", what, both + number(Math.max(0, overlap)));
        }
        Verdict verdict = overlap < 0 ? Verdict.UNKNOWN : timed(overlap, 0, budget);
        return new Finding(
                "I1",
                what,
                verdict,
                overlap,
                "ms",
                overlap < 0 ? unseen : "two answered; at most " + number(budget));
    }

    /** Whether neither an advertisement nor a word of the mesh passes between some of them. */
    private boolean separatesBalancers() {
        return plan.steps().stream()
                .flatMap(step -> step.faults().stream())
                .anyMatch(
                        fault ->
                                fault instanceof Fault.Partition(var some, var others)
                                        && hasBalancers(some)
                                        && hasBalancers(others));
    }

    private static boolean hasBalancers(Set<Where> places) {
        return !Set.of(Where.CLIENTS, Where.SERVERS).containsAll(places);
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
                moved + evidence.cookiesMoved(),
                unasked > 0 ? 0 : sticky,
                "clients",
                "of "
                        + sticky
                        + " moved; cookies not honoured: "
                        + evidence.cookiesMoved()
                        + unasked(unasked));
    }

    private Finding limitHolds() {
        Evidence.Limits limits = evidence.limits();
        int most = Math.max(limits.admittedInWindow(), limits.exactAdmitted());
        boolean held = limits.admittedInWindow() <= limits.limit() + LIMIT_SLACK;
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
        return counted(
                "I5",
                "every acknowledged session write is readable, through every balancer, and nothing"
                        + " older or of nobody is read instead",
                (long) lost + shared.broken(),
                unasked > 0 || shared.isDoubtful() ? 0 : sessions,
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
        return counted(
                "I8",
                "nothing removed or expired comes back",
                returned,
                ended,
                "sessions",
                "of " + ended + " came back");
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
        boolean ended = evidence.strikes().stream().anyMatch(s -> s.connectionEndMillis() >= 0);
        if (plan.touchesServers()) {
            return none("I10", what, "its own server may be the one that ails");
        }
        if (!ended) {
            return new Finding(
                    "I10",
                    what,
                    evidence.strikes().isEmpty() ? Verdict.UNKNOWN : Verdict.PASS,
                    0,
                    "ms",
                    "it went on");
        }
        double end = worst(Strike::connectionEndMillis);
        double budget = millis(plan.budget().connectionEnd());
        String how =
                evidence.strikes().stream()
                        .filter(strike -> strike.connectionEndMillis() >= 0)
                        .map(Strike::connectionEnd)
                        .findFirst()
                        .orElse("");
        boolean wrong =
                evidence.strikes().stream()
                        .anyMatch(strike -> strike.connectionEnd().startsWith(Strike.WRONG));
        return new Finding(
                "I10",
                what,
                wrong ? Verdict.FAIL : timed(end, 0, budget),
                end,
                "ms",
                how + "; at most " + number(budget));
    }

    private Finding plannedLosesNothing() {
        String what = "a planned move loses no request";
        if (!plan.planned()) {
            return none("I11", what, "not everything in this drill is planned");
        }
        long failed = evidence.strikes().stream().mapToLong(Strike::failed).sum();
        return counted("I11", what, failed, evidence.answers(), "requests", "failed");
    }

    /** Whether one of them holds more than before; idle connections of a pool are not for ever. */
    public static boolean holdMore(List<Use> uses) {
        return uses.stream()
                .anyMatch(
                        use ->
                                use.moreDescriptors() > DESCRIPTORS_SLACK
                                        || use.moreMegabytes() > MEGABYTES_SLACK);
    }

    /** Whoever holds more than before, in words; empty without any. */
    public static String holdsMost(List<Use> uses) {
        return uses.stream()
                .filter(use -> holdMore(List.of(use)))
                .map(
                        use ->
                                String.format(
                                        Locale.ROOT,
                                        "%s has %d descriptors and %.0f MB%s more",
                                        use.process(),
                                        use.moreDescriptors(),
                                        use.moreMegabytes(),
                                        use.exact() ? "" : " with garbage"))
                .collect(Collectors.joining(", "));
    }

    private Finding nothingLeaks() {
        String what = "descriptors and memory return to their baseline";
        if (evidence.uses().isEmpty()) {
            return none("I12", what, "no process lived through the whole drill");
        }
        int most = 0;
        double megabytes = 0;
        boolean exact = true;
        for (Use use : evidence.uses()) {
            most = Math.max(most, use.moreDescriptors());
            megabytes = Math.max(megabytes, use.moreMegabytes());
            exact &= use.exact() || use.moreMegabytes() <= MEGABYTES_SLACK;
        }
        boolean more = megabytes > MEGABYTES_SLACK;
        Verdict verdict =
                most > DESCRIPTORS_SLACK || (more && exact)
                        ? Verdict.FAIL
                        : more ? Verdict.UNKNOWN : Verdict.PASS;
        return new Finding(
                "I12",
                what,
                verdict,
                most,
                "descriptors",
                String.format(
                        Locale.ROOT,
                        "more, at most %d; %.0f MB more, at most %.0f%s",
                        DESCRIPTORS_SLACK,
                        megabytes,
                        MEGABYTES_SLACK,
                        more && !exact ? ", which may be garbage on a heap" : ""));
    }

    private Finding failures() {
        long failed = evidence.strikes().stream().mapToLong(Strike::failed).sum();
        long inFlight = evidence.strikes().stream().mapToLong(Strike::inFlight).sum();
        long allowed = plan.budget().failedRequests().orElse(inFlight);
        return new Finding(
                "requests",
                "no more requests fail than may",
                evidence.answers() < SAMPLES_MIN
                        ? Verdict.UNKNOWN
                        : failed <= allowed ? Verdict.PASS : Verdict.FAIL,
                failed,
                "requests",
                "failed, at most " + allowed + "; " + inFlight + " were in flight");
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
        return new Finding(
                "steady",
                "afterwards everything is as before",
                evidence.steadyAfter() ? Verdict.PASS : Verdict.FAIL,
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

    private static Finding none(String id, String what, String why) {
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
        return evidence.strikes().stream().mapToDouble(of).max().orElse(-1);
    }

    private double millis(Duration budget) {
        return budget.toMillis() * patience;
    }

    private static String number(double millis) {
        return String.format(Locale.ROOT, "%.0f ms", millis);
    }
}
