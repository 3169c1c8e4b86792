package proa.chaos.drill;

import proa.chaos.drill.facts.AbortIf;
import proa.chaos.drill.facts.Carried;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Evidence;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Judge;
import proa.chaos.drill.facts.Leaks;
import proa.chaos.drill.facts.Separation;
import proa.chaos.drill.facts.SharedFacts;
import proa.chaos.drill.facts.SharedSessions;
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.Await;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.LabException;
import proa.chaos.load.LoadReport;
import proa.chaos.remote.LostException;
import proa.chaos.report.Console;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Soak;
import proa.config.drill.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * One drill on a stage: the steady state before, fault after fault, the steady state after, and
 * what was carried through. Used by one thread.
 */
final class Drill {

    private static final Duration GLANCE = Duration.ofMillis(250);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    /** Longer than clients wait for an answer. */
    private static final Duration STRANDED = Duration.ofSeconds(10);

    /** A long connection that has ended is there again by then; a lost SYN is sent after 3 s. */
    private static final Duration CONNECTED = Duration.ofSeconds(10);

    private final Stage stage;
    private final DrillPlan plan;
    private final List<AbortIf> abortIf;
    private final RandomGenerator random;
    private final Console console;
    private final Carrier carrier;
    private final Timeline timeline = new Timeline();
    private final List<Strike> strikes = new ArrayList<>();
    private final List<Separation> separations = new ArrayList<>();

    /** When the step began of which nobody knows whether its faults were done. */
    private double lostMillis = Evidence.NEVER;

    private boolean leaves;

    /** Of the steps of a soak that are over: a day of it is more than one history holds. */
    private SharedSessions shared = SharedSessions.NONE;

    Drill(
            Stage stage,
            DrillPlan plan,
            List<AbortIf> abortIf,
            RandomGenerator random,
            Console console) {
        this.stage = stage;
        this.plan = plan;
        this.abortIf = abortIf;
        this.random = random;
        this.console = console;
        this.carrier = stage.carrier();
    }

    /** The drill ends before its time; every fault is undone, and what was seen is judged. */
    private static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final Verdict verdict;
        private final String why;

        /**
         * @param verdict of the drill, unless what was seen is a failure
         */
        EndedException(Verdict verdict, String why) {
            super(why);
            this.verdict = verdict;
            this.why = why;
        }
    }

    /** Runs it; every fault is undone when this returns or throws. */
    DrillFacts run() {
        long begun = System.nanoTime();
        console.step("%s: %s", plan.name(), plan.summary());
        carrier.prepare(plan, stage::awaitWhole);
        stage.fill();
        String unsteady = stage.unsteady(plan.budget());
        if (!unsteady.isEmpty()) {
            console.step("%s: refused, the cluster is not steady: %s", plan.name(), unsteady);
            return DrillFacts.without(
                    plan.name(),
                    plan.summary(),
                    Verdict.UNKNOWN,
                    "not steady before the first fault: " + unsteady);
        }
        Baseline baseline = Baseline.of(stage);
        Optional<EndedException> ended = Optional.empty();
        String broken = "";
        try {
            commitAll();
        } catch (EndedException e) {
            ended = Optional.of(e);
        } catch (LabException e) {
            broken = String.valueOf(e.getMessage());
        } finally {
            carrier.undo();
        }
        if (leaves) {
            recover();
        }
        ended.ifPresent(
                e ->
                        console.step(
                                "%s: %s, every fault is undone: %s",
                                plan.name(), e.verdict, e.why));
        return facts(begun, baseline, ended, broken);
    }

    private void commitAll() {
        plan.steps().forEach(this::strike);
        if (plan.soak().isPresent()) {
            Soak soak = plan.soak().get();
            long end = System.nanoTime() + soak.lasting().toNanos();
            while (System.nanoTime() < end) {
                strike(soak.next(random));
            }
        }
    }

    private void strike(Step step) {
        settle(step);
        awaitConnected(); // last: settling may move the address, and with it the connection
        Roles roles = stage.roles();
        LoadReport.Counts before = stage.load().counts();
        StrikeWatch watch = new StrikeWatch(stage, roles, step, before.failed());
        timeline.begin(watch.begunNanos());
        stage.load().fault(watch.begunNanos());
        Optional<EndedException> ended = Optional.empty();
        try {
            for (Fault fault : step.faults()) {
                if (watch.faults() > 0) {
                    hold(step.apart(), watch, before.failed());
                }
                String owner = owner(fault, watch, roles);
                long begun = commit(fault, roles, step.left(watch.faults()), watch);
                watch.fault(fault, owner, begun, System.nanoTime());
                timeline.note(System.nanoTime(), "fault", fault.text() + at(fault, owner));
                console.step("  %s%s", fault.text(), at(fault, owner));
            }
            hold(step.hold(), watch, before.failed());
        } catch (EndedException e) {
            ended = Optional.of(e);
        } finally {
            watch.held();
            undo();
            watch.undone(System.nanoTime());
            remark();
            timeline.note(watch.undoneNanos(), "undone", step.text());
        }
        try {
            finish(watch);
        } catch (LabException e) {
            if (ended.isPresent()) {
                throw new LabException(ended.get().getMessage() + "; " + e.getMessage(), e);
            }
            throw e;
        }
        if (ended.isPresent()) {
            throw ended.get();
        }
    }

    /** What the clients still know is asked of balancers that are there. */
    private void recover() {
        try {
            stage.awaitWhole();
        } catch (LabException e) {
            timeline.note(System.nanoTime(), "note", "not whole again: " + firstLine(e));
        }
    }

    /** Whether a fault could not be undone: what comes next would have it, too. */
    boolean leavesFault() {
        return leaves;
    }

    private boolean isLost() {
        return lostMillis < Evidence.NEVER;
    }

    /** A host that nobody reaches any more undoes it itself; the drill is not known, not failed. */
    private void undo() {
        try {
            carrier.undo();
        } catch (LabException e) {
            if (!isLost()) {
                leaves = true;
                throw e;
            }
            timeline.note(System.nanoTime(), "note", firstLine(e));
            console.step("  %s", firstLine(e));
        }
    }

    /** What may or may not have been done cannot be judged. */
    private long commit(Fault fault, Roles roles, Duration stays, StrikeWatch watch) {
        try {
            return carrier.commit(fault, roles, stays);
        } catch (LostException e) {
            String why =
                    "whether \"%s\" was done is not known: %s"
                            .formatted(fault.text(), firstLine(e));
            timeline.note(System.nanoTime(), "note", why);
            lostMillis = (watch.begunNanos() - timeline.startNanos()) / 1e6;
            throw new EndedException(Verdict.UNKNOWN, why);
        }
    }

    /**
     * What was whole when it was looked at may not be any more: a balancer that got no processor
     * for a second is put out of the cluster by the others, and a fault on top of that is two.
     */
    private void settle(Step step) {
        long begun = System.nanoTime();
        if (stage.isWhole()) {
            return;
        }
        stage.awaitWhole();
        stage.awaitSteady();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        String waited = "%s waited %d ms for every balancer".formatted(step.text(), millis);
        timeline.note(System.nanoTime(), "note", waited);
        console.step("  %s", waited);
    }

    /** What a fault does to a connection only one that is there can show. */
    private void awaitConnected() {
        if (plan.touchesServers() || carrier.unwatched().containsKey("I10")) {
            return;
        }
        long end = System.nanoTime() + CONNECTED.toNanos();
        while (System.nanoTime() < end
                && !StrikeWatch.isAlive(stage, stage.load().report(System.nanoTime()).longEcho())) {
            Await.pass(GLANCE);
        }
    }

    private void remark() {
        for (String remark : carrier.remarks()) {
            timeline.note(System.nanoTime(), "note", remark);
            console.step("  %s", remark);
        }
    }

    /**
     * Who owns the address before a fault. Only of a hang that comes later it is asked for once
     * more: asking takes time, and what is to fall together would not.
     */
    private String owner(Fault fault, StrikeWatch watch, Roles roles) {
        boolean again = watch.faults() > 0 && fault instanceof Fault.Hang;
        return again ? stage.ownerSeen().map(Balancer::name).orElse(roles.owner()) : roles.owner();
    }

    private static String at(Fault fault, String owner) {
        return switch (fault) {
            case Fault.Servers _, Fault.Loss _, Fault.Delay _, Fault.Storm _ -> "";
            default -> " (owner " + owner + ")";
        };
    }

    private void finish(StrikeWatch watch) {
        try {
            stage.awaitWhole();
            stage.awaitSteady();
            watch.whole(System.nanoTime());
            timeline.note(System.nanoTime(), "whole", "whole and steady again");
        } catch (LabException e) {
            timeline.note(System.nanoTime(), "note", "not whole again: " + firstLine(e));
        }
        if (watch.faults() == 0 || isLost()) {
            return;
        }
        Strike strike = watch.strike(timeline.startNanos());
        strikes.add(strike);
        separations.addAll(watch.separations(timeline.startNanos()));
        if (plan.soak().isPresent()) {
            shared = shared.plus(shared(stage.load().registersSoFar()));
        }
        timeline.silence(strike);
        console.step(
                "  %s: %s → %s, %.1f ms without an answer%s, %d requests failed, %s",
                watch.text(),
                strike.before(),
                strike.after(),
                strike.gapMillis(),
                strike.six()
                        .map(six -> String.format(Locale.ROOT, ", IPv6 %.1f ms", six.gapMillis()))
                        .orElse(""),
                strike.failed(),
                strike.wholeMillis() < 0
                        ? "never whole again"
                        : "whole after " + Math.round(strike.wholeMillis()) + " ms");
        if (strike.wholeMillis() < 0) {
            throw new LabException("the cluster did not become whole again after " + watch.text());
        }
    }

    private SharedSessions shared(LoadReport.Registers seen) {
        return Memory.shared(seen, timeline.startNanos());
    }

    private static String firstLine(LabException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** Lets a fault be, and looks whether it becomes too much. */
    private void hold(Duration time, StrikeWatch watch, long failedBefore) {
        long end = System.nanoTime() + time.toNanos();
        while (!abortIf.isEmpty() && System.nanoTime() + GLANCE.toNanos() < end) {
            Await.pass(GLANCE);
            glance(watch, failedBefore);
        }
        Await.pass(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        if (!abortIf.isEmpty()) {
            glance(watch, failedBefore); // what a short fault does may be seen only now
        }
    }

    private void glance(StrikeWatch watch, long failedBefore) {
        long failed = stage.load().counts().failed() - failedBefore;
        StrikeWatch.Glance seen = watch.glance();
        for (AbortIf condition : abortIf) {
            Optional<String> why = condition.holds(failed, seen.gapMillis(), seen.overlapMillis());
            if (why.isPresent()) {
                timeline.note(System.nanoTime(), "note", "aborted: " + why.get());
                throw new EndedException(Verdict.ABORTED, why.get());
            }
        }
    }

    private DrillFacts facts(
            long begun, Baseline baseline, Optional<EndedException> ended, String broken) {
        String unsteady = broken.isEmpty() ? stage.unsteady(stage.load()::beginExact) : broken;
        // Before the balancers' garbage is collected, for which they stand still.
        Evidence.Limits limits = Memory.limits(stage, ended.isEmpty() && unsteady.isEmpty());
        long end = System.nanoTime();
        timeline.owners(stage);
        Evidence evidence = evidence(baseline, unsteady, limits);
        List<Finding> findings = Judge.findings(plan, evidence, stage.pace().patience());
        stage.forget();
        Verdict judged = Judge.overall(findings);
        Verdict verdict =
                ended.filter(_ -> judged != Verdict.FAIL).map(e -> e.verdict).orElse(judged);
        SharedFacts together = Judge.shared(evidence);
        console.step("%s: %s", plan.name(), verdict);
        console.step("  %s", together.text());
        findings.stream()
                .filter(finding -> finding.verdict().isDoubt())
                .forEach(finding -> console.step("  %s", DrillTable.line(finding)));
        return new DrillFacts(
                plan.name(),
                plan.summary(),
                verdict,
                ended.map(e -> e.why).orElse(broken),
                (System.nanoTime() - begun) / 1e9,
                findings,
                timeline.moments(),
                strikes,
                evidence.carried(),
                together,
                Plots.of(stage, timeline.startNanos(), end),
                baseline.failures(stage, timeline.startNanos()));
    }

    /**
     * A node keeps idle connections to servers for ten seconds in labs of our own, for a minute
     * where nothing else is said, and after a burst it has many.
     */
    private Baseline.Held held(Baseline baseline) {
        boolean watched = !carrier.unwatched().containsKey("I12");
        long end = System.nanoTime() + (watched ? stage.pace().idle().toNanos() : 0);
        Baseline.Held held = baseline.held(stage);
        for (int looks = 1; Leaks.holdMore(held.uses()) && System.nanoTime() < end; looks++) {
            if (looks == 1) {
                console.step("  waits for what is only idle: %s", Leaks.holdsMost(held.uses()));
            }
            Await.pass(LOOK_AGAIN);
            held = baseline.held(stage);
        }
        return held;
    }

    /** A request that a fault has stranded fails when its client has waited for long enough. */
    private void awaitStranded() {
        long now = System.nanoTime();
        long end = now + STRANDED.toNanos();
        while (System.nanoTime() < end && stage.load().underWay(System.nanoTime(), now) > 0) {
            Await.pass(GLANCE);
        }
    }

    private Evidence evidence(Baseline baseline, String unsteady, Evidence.Limits limits) {
        awaitStranded();
        LoadReport.Counts counts = stage.load().counts();
        Baseline.Held held = held(baseline); // what is asked below opens connections
        List<Carried> carried = new ArrayList<>();
        Map<String, String> hashes = new LinkedHashMap<>();
        for (Balancer machine : stage.balancers()) {
            hashes.put(
                    machine.name(),
                    machine.status().map(status -> status.configuration().hash()).orElse(""));
            carried.add(Memory.of(stage, machine.name()));
        }
        return new Evidence(
                strikes,
                carried,
                shared.plus(shared(stage.load().registers())),
                separations,
                limits,
                baseline.once(stage.load().once()),
                counts.answered() - baseline.counts().answered(),
                counts.failed() - baseline.counts().failed(),
                counts.mixed() - baseline.counts().mixed(),
                counts.moved() - baseline.counts().moved(),
                baseline.stickyMoved(stage),
                hashes,
                held.uses(),
                held.unmeasured(),
                unsteady.isEmpty(),
                unsteady,
                carrier.unwatched(),
                carrier.lasting(),
                lostMillis);
    }
}
