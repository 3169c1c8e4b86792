package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import proa.chaos.report.Json;

import java.util.List;

/** The arithmetic of the bench, and what it reads from others. */
class BenchReportTest {

    private static final String WRK =
            """
            Running 5s test @ http://127.0.0.1:1/
              1 threads and 64 connections
              Latency Distribution
                 50%    1.50ms
                 75%    2.00ms
                 90%    2.50ms
                 99%  900.00us
              120000 requests in 5.01s, 30.00MB read
              Socket errors: connect 0, read 1, write 0, timeout 2
              Non-2xx or 3xx responses: 7
            Requests/sec:  23952.10
            """;

    @Test
    void whatTheGeneratorPrintsIsRead() {
        assertThat(Wrk.parse(WRK))
                .isEqualTo(new Wrk(120_000, 5.01, 1.5, 0.9, new Failures(7, 0, 1, 0, 2)));
        assertThatThrownBy(() -> Wrk.parse("unable to connect"))
                .hasMessage("wrk said: unable to connect");
    }

    @Test
    void cpuTimeIsUserAndSystemWhateverTheProcessIsCalled() {
        String stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
        assertThat(CpuTime.micros(stat)).isEqualTo(3_000_000);
    }

    @Test
    void theUseOfACoreCountsEverythingButIdleness() {
        String stat =
                "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 1 20 5000 70 3 4 5 0 0\ncpu1 1 1 1 1 1 1 1 1\n";
        assertThat(CpuTime.busyMicros(stat, 0)).isEqualTo(1_330_000);
    }

    @Test
    void mediansAreComparedAndThePeersCostIsDividedByOurs() {
        List<Round> rounds =
                List.of(round(10, 22), round(30, 21), round(11, 90), round(10, 22), round(12, 22));
        BenchReport.Workload found = BenchReport.workload("http1-keepalive", "haproxy", rounds);
        assertThat(found.ratio()).isCloseTo(2.0, within(1e-9));
        assertThat(found.spread()).isCloseTo(20.0 / 11, within(1e-9));
        assertThat(found.peerSpread()).isCloseTo(69.0 / 22, within(1e-9));
        String json = Json.line(new BenchReport("0.1", List.of(found)));
        assertThat(json).contains("\"workloads\"", "\"name\"", "\"ratio\"", "\"peerFigures\"");
    }

    @Test
    void roundsUnderForeignLoadAreLeftOutUnlessTooFewAreQuiet() {
        Round noisy = new Round(sample(50), new Sample(5, 1_000, 1, 2, 0.5));
        List<Round> rounds = List.of(noisy, round(10, 20), round(10, 20), round(10, 20));
        BenchReport.Workload found = BenchReport.workload("x", "y", rounds);
        assertThat(found.ratio()).isCloseTo(2.0, within(1e-9));
        assertThat(found.rounds()).isEqualTo(3);
        assertThat(found.leftOut()).isEqualTo(1);
        assertThat(BenchReport.workload("x", "y", rounds.subList(0, 3)).rounds()).isEqualTo(3);
    }

    @Test
    void thePromiseIsAboutOurCostAsAMultipleOfThePeers() {
        BenchReport report =
                new BenchReport(
                        "0.1", List.of(BenchReport.workload("x", "y", List.of(round(11, 10)))));
        assertThat(report.keeps(1.11)).isTrue();
        assertThat(report.keeps(1.09)).isFalse();
        assertThat(report.verdicts(1.09)).contains("1.10 times the CPU of y", "BROKEN");
    }

    @Test
    void aProgramIsWarmWhenItsCostIsSteadyAndNotBeforeEnoughRequests() {
        WarmUp warmUp = new WarmUp(new Effort(5_000, 100, 5, 1, 64));
        for (double cost : new double[] {40, 20, 10, 10, 10}) {
            assertThat(warmUp.over()).isFalse();
            warmUp.add(sample(cost));
        }
        assertThat(warmUp.isSteady()).isTrue();
        warmUp.add(sample(11));
        assertThat(warmUp.isSteady()).isFalse();
    }

    @Test
    void aWarmUpEndsOnAMachineThatIsNeverSteady() {
        WarmUp warmUp = new WarmUp(new Effort(1, 4, 5, 2, 64));
        warmUp.add(sample(40));
        warmUp.add(sample(20));
        assertThat(warmUp.isSteady()).isFalse();
        assertThat(warmUp.over()).isTrue();
    }

    private static Round round(double ours, double theirs) {
        return new Round(sample(ours), sample(theirs));
    }

    private static Sample sample(double cpuMicros) {
        return new Sample(cpuMicros, 1_000, 1, 2, 0);
    }
}
