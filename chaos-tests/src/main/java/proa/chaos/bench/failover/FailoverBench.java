package proa.chaos.bench.failover;

import proa.chaos.bench.failover.FailoverReport.Case;
import proa.chaos.bench.failover.FailoverReport.Figures;
import proa.chaos.bench.failover.FailoverReport.Peer;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.observe.Observer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pair of ours, and keepalived with HAProxy on a pair of hosts unless ours is to be alone, in one
 * lab with the same servers; one observer probes both. Each fault befalls one and then the other,
 * again and again.
 */
public final class FailoverBench {

    /** The workload's name. */
    public static final String NAME = "failover";

    /** Runs of each fault unless something else is asked for. */
    public static final int RUNS = 10;

    /** More would take a day. */
    public static final int RUNS_MAX = 1_000;

    /** Intervals between advertisements that are measured. */
    private static final List<Duration> INTERVALS =
            List.of(Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofMillis(10));

    /** About how long one fault takes, recovery included, of one of the two. */
    private static final int SECONDS_A_RUN = 10;

    private static final int SECONDS_TO_START = 20;

    private final Duration interval;
    private final int runs;
    private final Set<Fault> faults;
    private final boolean beside;
    private final PrintStream progress;

    /**
     * @param interval between advertisements, 1 s, 100 ms or 10 ms
     * @param runs of each fault, 1 to {@value #RUNS_MAX}
     * @param faults one or more
     * @param beside whether keepalived with HAProxy has the same
     */
    FailoverBench(
            Duration interval, int runs, Set<Fault> faults, boolean beside, PrintStream progress) {
        this.interval = interval;
        this.runs = runs;
        this.faults = Collections.unmodifiableSet(EnumSet.copyOf(faults));
        this.beside = beside;
        this.progress = progress;
    }

    /** An interval that is measured, by its text: {@code 100ms}. */
    public static Optional<Duration> interval(String text) {
        return INTERVALS.stream().filter(each -> Fault.text(each).equals(text)).findFirst();
    }

    /** About how long it takes on a quiet machine. */
    public int seconds() {
        return SECONDS_TO_START + faults.size() * runs * SECONDS_A_RUN * (beside ? 2 : 1);
    }

    /**
     * Everything that was started has ended when this returns.
     *
     * @throws IOException when there can be no lab here
     */
    public FailoverReport measure() throws IOException {
        Optional<String> missing = Lab.missing();
        if (missing.isPresent()) {
            throw new IOException("bench failover: " + missing.get());
        }
        Path folder = Files.createTempDirectory("proa-failover");
        FailoverReport report = measure(folder);
        Trio.deleteTree(folder);
        return report;
    }

    private FailoverReport measure(Path folder) throws IOException {
        TrioPlan plan = new TrioPlan(false, 2, 1, interval);
        try (Trio trio = Trio.open(plan, folder)) {
            Lab lab = trio.lab().orElseThrow();
            Contestant proa = new ProaPair(trio, lab);
            Optional<Contestant> peer =
                    beside ? Optional.of(new KeepalivedPair(lab, plan, folder)) : Optional.empty();
            trio.awaitServers();
            List<Contestant> both = new ArrayList<>(List.of(proa));
            peer.ifPresent(both::add);
            both.forEach(Contestant::start);
            both.forEach(Contestant::awaitWhole);
            try (Observer observer = Observer.start(trio.clientPlace(), plan(plan, both), folder)) {
                return measure(new Trial(observer, interval), proa, peer);
            }
        } catch (LabException e) {
            throw new IOException(
                    "bench failover: " + e.getMessage() + "\nThe logs are in " + folder, e);
        }
    }

    static Observer.Plan plan(TrioPlan plan, List<Contestant> both) {
        List<String> addresses = both.stream().map(Contestant::address).toList();
        return new Observer.Plan(
                addresses,
                plan.unused(),
                addresses.stream().map(address -> address + ":" + Trial.PORT).toList(),
                1,
                plan.source(16, 0));
    }

    /** When it breaks off, what was measured until then is printed. */
    private FailoverReport measure(Trial trial, Contestant proa, Optional<Contestant> peer) {
        Map<Fault, List<FailoverRun>> ours = new EnumMap<>(Fault.class);
        Map<Fault, List<FailoverRun>> others = new EnumMap<>(Fault.class);
        try {
            for (Fault fault : faults) {
                List<FailoverRun> own = ours.computeIfAbsent(fault, _ -> new ArrayList<>());
                List<FailoverRun> theirs = others.computeIfAbsent(fault, _ -> new ArrayList<>());
                for (int run = 0; run < runs; run++) {
                    own.add(run(trial, fault, proa));
                    peer.ifPresent(each -> theirs.add(run(trial, fault, each)));
                }
            }
        } catch (LabException e) {
            progress.println("bench failover: broken off; until then:");
            progress.print(report(ours, others, peer).text());
            throw e;
        }
        return report(ours, others, peer);
    }

    private FailoverReport report(
            Map<Fault, List<FailoverRun>> ours,
            Map<Fault, List<FailoverRun>> others,
            Optional<Contestant> peer) {
        ours.values().removeIf(List::isEmpty);
        others.values().removeIf(List::isEmpty);
        List<Case> cases = new ArrayList<>();
        ours.forEach(
                (fault, own) ->
                        cases.add(
                                new Case(
                                        fault.label(interval),
                                        Figures.of(own),
                                        peer.flatMap(
                                                each ->
                                                        Optional.ofNullable(others.get(fault))
                                                                .map(runs -> peer(each, runs))))));
        return new FailoverReport(interval.toMillis(), runs, cases, Promise.of(interval, ours));
    }

    private static Peer peer(Contestant contestant, List<FailoverRun> runs) {
        return new Peer(contestant.name(), Figures.of(runs));
    }

    private FailoverRun run(Trial trial, Fault fault, Contestant contestant) {
        FailoverRun run = trial.run(contestant, fault);
        progress.printf(
                Locale.ROOT,
                "%s: %s %.1f ms, %.1f ms two owners%n",
                fault.label(interval),
                contestant.name(),
                run.gapMillis(),
                run.overlapMillis());
        return run;
    }
}
