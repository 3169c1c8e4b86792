package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.chaos.bench.failover.FailoverBench;
import proa.chaos.bench.failover.FailoverOptions;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A tripwire, not a measurement: short, on whatever machine this is, beside whatever else it does.
 * It says that nothing grew out of all proportion; {@code proa bench} says what the cost is.
 */
@Tag("bench")
class TripwireTest {

    private static final double LENIENCY = 3;

    /** Not warm by far, nor the same load for all: nearly always enough for a factor of three. */
    private static final Effort SHORT = new Effort(0.05, 10, 0.5, 1, 1, false, 64);

    /** For what was still compiled in the round of the short one: what costs too much stays so. */
    private static final Effort LONG = new Effort(0.3, 40, 0.1, 3, 3, false, 64);

    @BeforeAll
    static void programsAreInstalled() {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        for (String program : List.of("h2load", "haproxy", "nginx", "openssl", "taskset")) {
            assumeTrue(required || isInstalled(program), program + " is not installed");
        }
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core for each side");
    }

    @ParameterizedTest
    @EnumSource
    void aUnitCostsAtMostThreeTimesWhatIsPromised(Workload workload) throws Exception {
        BenchReport report = measure(workload, SHORT);
        if (!isWithin(report, workload)) {
            report = measure(workload, LONG);
        }
        assertThat(isWithin(report, workload)).as(BenchTable.of(report)).isTrue();
    }

    @Test
    void aMessageTakesAtMostThreeTimesAsLongAsThroughHaproxy() throws Exception {
        TcpLatency found = latency(SHORT);
        if (!isWithin(found)) {
            found = latency(LONG);
        }
        assertThat(isWithin(found)).as(found.text()).isTrue();
    }

    /** A message that is faster through a balancer than without one was not measured. */
    private static boolean isWithin(TcpLatency found) {
        return ratio(found) < LENIENCY
                && found.balancers().stream().allMatch(each -> each.added().median() > 0);
    }

    private static TcpLatency latency(Effort effort) throws Exception {
        FailoverBench failover = new FailoverOptions().bench(System.out);
        Bench bench = new Bench(List.of(Peer.HAPROXY), effort, failover, System.out);
        Set<String> names = Set.of(LatencyBench.NAME);
        return bench.measure(new Bench.Selection(List.of(), names)).latency().orElseThrow();
    }

    private static double ratio(TcpLatency found) {
        return found.balancers().getFirst().times().p50()
                / found.balancers().getLast().times().p50();
    }

    private static BenchReport measure(Workload workload, Effort effort) throws Exception {
        FailoverBench failover = new FailoverOptions().bench(System.out);
        Bench bench = new Bench(List.of(Peer.HAPROXY), effort, failover, System.out);
        BenchReport report = bench.measure(Bench.Selection.of(workload));
        assertThat(report.workloads()).as(BenchTable.of(report)).hasSize(1);
        return report;
    }

    private static boolean isWithin(BenchReport report, Workload workload) {
        return report.workloads().stream()
                .allMatch(found -> found.ratioMost() > workload.floor() / leniency(workload));
    }

    /** HTTP/2 has the most code to compile, on the one core that it also serves on. */
    private static double leniency(Workload workload) {
        return workload == Workload.HTTP2 ? 2 * LENIENCY : LENIENCY;
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Path.of(folder, command).toFile().canExecute());
    }
}
