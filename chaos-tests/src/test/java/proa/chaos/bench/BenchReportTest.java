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
        assertThat(Wrk.parse(WRK)).isEqualTo(new Wrk(120_000, 5.01, 1.5, 0.9, 10));
        assertThatThrownBy(() -> Wrk.parse("unable to connect"))
                .hasMessage("wrk said: unable to connect");
    }

    @Test
    void cpuTimeIsUserAndSystemWhateverTheProcessIsCalled() {
        String stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
        assertThat(CpuTime.micros(stat)).isEqualTo(3_000_000);
    }

    @Test
    void mediansAreComparedAndThePeersCostIsDividedByOurs() {
        List<Sample> ours = List.of(sample(10), sample(30), sample(11), sample(10), sample(12));
        List<Sample> theirs = List.of(sample(22), sample(21), sample(90), sample(22));
        BenchReport.Workload found =
                BenchReport.workload("http1-keepalive", "haproxy", ours, theirs);
        assertThat(found.ratio()).isCloseTo(2.0, within(1e-9));
        assertThat(found.spread()).isCloseTo(20.0 / 11, within(1e-9));
        String json = Json.line(new BenchReport(List.of(found)));
        assertThat(json).contains("\"workloads\"", "\"name\"", "\"ratio\"", "\"peerFigures\"");
    }

    private static Sample sample(double cpuMicros) {
        return new Sample(cpuMicros, 1_000, 1, 2);
    }
}
