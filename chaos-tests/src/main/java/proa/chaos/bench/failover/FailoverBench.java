package proa.chaos.bench.failover;

import proa.chaos.bench.failover.FailoverReport.Case;
import proa.chaos.bench.failover.FailoverReport.Figures;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A pair of ours, and keepalived with HAProxy on a pair of hosts, in one lab with the same servers;
 * one observer probes both. Each fault befalls one and then the other, again and again.
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

    /** About how long one fault takes, recovery included, of both. */
    private static final int SECONDS_A_RUN = 20;

    private static final int SECONDS_TO_START = 20;

    private final Duration interval;
    private final int runs;
    private final PrintStream progress;

    /**
     * @param interval between advertisements, 1 s, 100 ms or 10 ms
     * @param runs of each fault, 1 to {@value #RUNS_MAX}
     */
    public FailoverBench(Duration interval, int runs, PrintStream progress) {
        this.interval = interval;
        this.runs = runs;
        this.progress = progress;
    }

    /** An interval that is measured, by its text: {@code 100ms}. */
    public static Optional<Duration> interval(String text) {
        return INTERVALS.stream().filter(each -> Fault.text(each).equals(text)).findFirst();
    }

    /** About how long it takes on a quiet machine. */
    public int seconds() {
        return SECONDS_TO_START + Fault.values().length * runs * SECONDS_A_RUN;
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
        List<Case> cases = measure(folder);
        Trio.deleteTree(folder);
        return new FailoverReport(interval.toMillis(), runs, cases);
    }

    private List<Case> measure(Path folder) throws IOException {
        TrioPlan plan = new TrioPlan(false, 2, 1, interval);
        try (Trio trio = Trio.open(plan, folder)) {
            Lab lab = trio.lab().orElseThrow();
            Contestant proa = new ProaPair(trio, lab);
            Contestant peer = new KeepalivedPair(lab, plan, folder);
            trio.awaitServers();
            List<Contestant> both = List.of(proa, peer);
            both.forEach(Contestant::start);
            both.forEach(Contestant::awaitWhole);
            try (Observer observer = Observer.start(trio.clientPlace(), plan(plan, both), folder)) {
                Trial trial = new Trial(observer, interval);
                return Arrays.stream(Fault.values())
                        .map(fault -> run(trial, fault, proa, peer))
                        .toList();
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

    private Case run(Trial trial, Fault fault, Contestant proa, Contestant peer) {
        List<FailoverRun> ours = new ArrayList<>();
        List<FailoverRun> theirs = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            ours.add(trial.run(proa, fault));
            theirs.add(trial.run(peer, fault));
            progress.printf(
                    "%s: %s %.1f ms, %s %.1f ms%n",
                    fault.label(interval),
                    proa.name(),
                    ours.getLast().gapMillis(),
                    peer.name(),
                    theirs.getLast().gapMillis());
        }
        return new Case(fault.label(interval), peer.name(), Figures.of(ours), Figures.of(theirs));
    }
}
