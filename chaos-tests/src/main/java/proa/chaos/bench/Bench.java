package proa.chaos.bench;

import proa.chaos.bench.failover.FailoverBench;
import proa.chaos.bench.failover.FailoverReport;
import proa.chaos.bench.program.GeneratorProcess;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Measures Proa beside its peers: everything that was asked for, one after the other. */
final class Bench {

    private final List<Peer> peers;
    private final Effort effort;
    private final FailoverBench failover;
    private final PrintStream progress;

    Bench(List<Peer> peers, Effort effort, FailoverBench failover, PrintStream progress) {
        this.peers = peers;
        this.effort = effort;
        this.failover = failover;
        this.progress = progress;
    }

    /** About how long it takes on a quiet machine. */
    int seconds(Selection selection) {
        int programs = 1 + peers.size();
        int seconds = selection.workloads().size() * effort.secondsOf(programs);
        seconds += selection.has(IdleBench.NAME) ? IdleBench.seconds(effort, programs) : 0;
        seconds += selection.has(LatencyBench.NAME) ? LatencyBench.seconds(effort, programs) : 0;
        seconds += selection.has(WarmStartBench.NAME) ? WarmStartBench.seconds(effort) : 0;
        seconds += selection.has(FeatureBench.NAME) ? FeatureBench.seconds(effort) : 0;
        seconds += selection.has(StartBench.NAME) ? StartBench.SECONDS * effort.rounds() : 0;
        seconds += selection.has(FailoverBench.NAME) ? failover.seconds() : 0;
        return seconds;
    }

    /** Programs that were started have ended when this returns. */
    BenchReport measure(Selection selection) throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).strip();
        progress.println("load average before: " + load);
        List<Comparison> workloads = new ArrayList<>();
        Optional<TcpLatency> latency = Optional.empty();
        Optional<IdleMemory> memory = Optional.empty();
        Optional<WarmStart> warmStart = Optional.empty();
        Optional<FeatureCosts> features = Optional.empty();
        try (GeneratorProcess generator = GeneratorProcess.start()) {
            for (Workload each : selection.workloads()) {
                workloads.addAll(new Contest(each, peers, effort, generator, progress).hold());
            }
            if (selection.has(LatencyBench.NAME)) {
                LatencyBench small = new LatencyBench(peers, effort, generator, progress);
                latency = Optional.of(small.measure());
            }
            if (selection.has(IdleBench.NAME)) {
                IdleBench idle = new IdleBench(peers, effort, generator, progress);
                memory = Optional.of(idle.measure());
            }
            if (selection.has(WarmStartBench.NAME)) {
                WarmStartBench warm = new WarmStartBench(effort, generator, progress);
                warmStart = Optional.of(warm.measure());
            }
            if (selection.has(FeatureBench.NAME)) {
                FeatureBench costs = new FeatureBench(effort, generator, progress);
                features = Optional.of(costs.measure());
            }
        }
        return new BenchReport(
                load,
                workloads,
                latency,
                memory,
                warmStart,
                features,
                start(selection),
                failover(selection));
    }

    private Optional<StartBench.Report> start(Selection selection) throws IOException {
        return selection.has(StartBench.NAME)
                ? Optional.of(StartBench.measure(effort.rounds(), effort.rounds()))
                : Optional.empty();
    }

    private Optional<FailoverReport> failover(Selection selection) throws IOException {
        return selection.has(FailoverBench.NAME)
                ? Optional.of(failover.measure())
                : Optional.empty();
    }

    /**
     * What is measured.
     *
     * @param others names of what is not a {@link Workload}
     */
    record Selection(List<Workload> workloads, Set<String> others) {

        /** All but failover, which is minutes of its own and needs a network of namespaces. */
        static final Selection ALL =
                new Selection(
                        List.of(Workload.values()),
                        Set.of(
                                LatencyBench.NAME,
                                IdleBench.NAME,
                                WarmStartBench.NAME,
                                FeatureBench.NAME,
                                StartBench.NAME));

        static Selection of(Workload workload) {
            return new Selection(List.of(workload), Set.of());
        }

        boolean has(String name) {
            return others.contains(name);
        }
    }
}
