package proa.chaos.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.chaos.bench.failover.FailoverReport.Case;
import proa.chaos.bench.failover.FailoverReport.Figures;
import proa.chaos.lab.RequiresNetns;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.observe.Observer;
import proa.chaos.report.Json;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

class FailoverBenchTest {

    private static final Case CABLE =
            new Case(
                    "cable-100ms",
                    "keepalived",
                    Figures.of(List.of(new FailoverRun(300, 290, 0, 2))),
                    Figures.of(
                            List.of(
                                    new FailoverRun(340.5, 330, 5, 3),
                                    new FailoverRun(250, 240, 0, 9))));

    private static final FailoverReport REPORT = new FailoverReport(100, 2, List.of(CABLE));

    @Test
    void mediansAreOfGapsAndLostProbesTheRestIsTheWorst() {
        assertThat(CABLE.peerFigures()).isEqualTo(new Figures(295.25, 340.5, 340.5, 285, 5, 9));
    }

    @Test
    void theNinetyNinthOfAHundredIsNotTheLongest() {
        List<FailoverRun> runs =
                IntStream.rangeClosed(1, 100)
                        .mapToObj(gap -> new FailoverRun(gap, gap, 0, 0))
                        .toList();
        assertThat(Figures.of(runs).p99Millis()).isEqualTo(99);
        assertThat(Figures.of(runs.subList(0, 10)).p99Millis()).isEqualTo(10);
        assertThat(Figures.of(runs.subList(0, 1)).p99Millis()).isEqualTo(1);
    }

    @Test
    void everyFigureOfBothIsInTextPageAndJson() {
        assertThat(REPORT.text())
                .contains("2 runs of each")
                .containsPattern(
                        "cable-100ms +proa +300\\.0 +300\\.0 +300\\.0 +290 +0\\.0 +2\\.0\n")
                .containsPattern(" keepalived +295\\.3 +340\\.5 +340\\.5 +285 +5\\.0 +9\\.0\n");
        assertThat(REPORT.html())
                .contains(
                        "<td>cable-100ms<td>proa<td>300.0<td>300.0<td>300.0<td>290<td>0.0<td>2.0</tr>")
                .contains("<td>keepalived<td>295.3<td>340.5<td>340.5<td>285<td>5.0<td>9.0</tr>");
        assertThat(Json.line(REPORT))
                .contains("\"name\":\"cable-100ms\"", "\"medianMillis\":300.000")
                .contains(
                        "\"p99Millis\":340.500",
                        "\"maxMillis\":340.500",
                        "\"lostProbes\":285",
                        "\"overlapMillis\":5");
    }

    @Test
    void onlyIntervalsThatAreMeasuredAreTaken() {
        assertThat(FailoverBench.interval("10ms")).contains(Duration.ofMillis(10));
        assertThat(FailoverBench.interval("1s")).contains(Duration.ofSeconds(1));
        assertThat(FailoverBench.interval("200ms")).isEmpty();
    }

    @Test
    void anAddressThatMovesWithoutAReasonBreaksThePromise() {
        SteadyReport stayed = new SteadyReport("10.77.0.100", 100, 10, 4, 0, 1, 55);
        assertThat(stayed.keeps()).isTrue();
        assertThat(stayed.text()).contains("0 takeovers, 1 hosts answered, at most 55 ms");
        assertThat(new SteadyReport("10.77.0.100", 100, 10, 4, 1, 1, 55).keeps()).isFalse();
        assertThat(new SteadyReport("10.77.0.100", 100, 10, 4, 0, 2, 55).keeps()).isFalse();
        assertThat(new SteadyReport("10.77.0.100", 100, 10, 4, 0, 0, 55).keeps())
                .as("nobody was seen")
                .isFalse();
    }

    /** The figures are the machine's of the moment; that a fault is seen as one is the point. */
    @Test
    @RequiresNetns
    void aPulledCableOfThePeerIsSeenAndMended(@TempDir Path folder) throws Exception {
        boolean required = "true".equals(System.getenv("PROA_REQUIRE_PEERS"));
        for (String program : List.of("keepalived", "haproxy", "curl")) {
            assumeTrue(
                    required
                            || Files.isExecutable(Path.of("/usr/sbin", program))
                            || Files.isExecutable(Path.of("/usr/bin", program)),
                    program + " is not installed");
        }
        TrioPlan plan = TrioPlan.network(2);
        try (Trio trio = Trio.open(plan, folder)) {
            Contestant peer = new KeepalivedPair(trio.lab().orElseThrow(), plan, folder);
            trio.awaitServers();
            peer.start();
            peer.awaitWhole();
            Observer.Plan watched = FailoverBench.plan(plan, List.of(peer));
            try (Observer observer = Observer.start(trio.clientPlace(), watched, folder)) {
                Trial trial = new Trial(observer, plan.advertInterval());
                FailoverRun run = trial.run(peer, Fault.CABLE);
                assertThat(run.gapMillis()).isGreaterThan(1);
                peer.awaitWhole();
            }
        }
    }
}
