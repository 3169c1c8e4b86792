package proa.chaos.bench;

import proa.chaos.bench.failover.FailoverReport;

import java.util.List;
import java.util.Optional;

/**
 * What the bench found, in the form that is written as JSON.
 *
 * @param load the load average before anything was started (proc_loadavg(5))
 * @param workloads each beside each peer
 */
record BenchReport(
        String load,
        List<Comparison> workloads,
        Optional<TcpLatency> latency,
        Optional<IdleMemory> memory,
        Optional<WarmStart> warmStart,
        Optional<FeatureCosts> features,
        Optional<StartBench.Report> start,
        Optional<FailoverReport> failover) {

    /** Whether no promise is broken. */
    boolean keeps() {
        return workloads.stream().allMatch(Comparison::keeps)
                && features.map(FeatureCosts::keeps).orElse(true)
                && memory.map(IdleMemory::keeps).orElse(true)
                && start.map(StartBench.Report::keeps).orElse(true)
                && failover.map(FailoverReport::keeps).orElse(true);
    }
}
