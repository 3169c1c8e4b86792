package proa.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import proa.chaos.bench.IdleMemory.Held;
import proa.chaos.bench.WarmStart.Times;
import proa.chaos.bench.generator.Failures;
import proa.chaos.bench.generator.Outcome;
import proa.chaos.report.Json;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The arithmetic of the bench, what it reads from others, and how it says what it found. */
class BenchReportTest {

    @Test
    void whatH2loadPrintsIsReadTogetherWithItsLog() {
        String report =
                """
                TLS Protocol: TLSv1.3
                Cipher: TLS_AES_128_GCM_SHA256
                Server Temp Key: X25519 253 bits
                Application protocol: h2

                finished in 500.00ms, 804.00 req/s, 30.74KB/s
                requests: 402 total, 410 started, 402 done, 400 succeeded, 2 failed, 1 errored, 3 timeout
                """;
        String suite = "TLSv1.3 TLS_AES_128_GCM_SHA256 h2";
        List<String> log = List.of("17\t200\t4000", "18\t200\t1000", "19\t200\t2000");
        assertThat(H2Load.parse(report, log))
                .isEqualTo(new Outcome(402, 0.5, 2, 4, 4, new Failures(2, 0, 1, 0, 3), suite));
        assertThatThrownBy(() -> H2Load.parse("no", log)).hasMessage("h2load said: no");
    }

    @Test
    void aSliceCostsItsCpuForEachUnitAndKnowsItsCore() {
        Outcome outcome = new Outcome(1_000, 2, 1, 1, 1, Failures.NONE, "");
        assertThat(Slice.of(outcome, 16, 1_600_000, 1_800_000, 2e6))
                .isEqualTo(new Slice(100, 8_000, 0.8, 0.1, outcome));
    }

    @Test
    void ratiosAreOfTheSameRoundAndTheirMedianCounts() {
        List<Round> rounds =
                List.of(round(10, 22), round(30, 30), round(11, 33), round(10, 20), round(12, 30));
        Comparison found = compare(rounds);
        assertThat(found.ratio()).isCloseTo(2.2, within(1e-9));
        assertThat(found.ratioLeast()).isCloseTo(1.0, within(1e-9));
        assertThat(found.ratioMost()).isCloseTo(3.0, within(1e-9));
        assertThat(found.proa().cpuMicrosPerRequest()).isEqualTo(11);
        assertThat(found.spread()).isCloseTo(20.0 / 11, within(1e-9));
        assertThat(found.peerSpread()).isCloseTo(13.0 / 30, within(1e-9));
    }

    @Test
    void roundsUnderForeignLoadAreLeftOutUnlessTooFewAreQuiet() {
        Round noisy = round(sample(50, 2, 0), sample(5, 2, 0.5));
        List<Round> rounds = List.of(noisy, round(10, 20), round(10, 20), round(10, 20));
        Comparison found = compare(rounds);
        assertThat(found.ratio()).isCloseTo(2.0, within(1e-9));
        assertThat(found.rounds()).isEqualTo(3);
        assertThat(found.leftOut()).isEqualTo(1);
        assertThat(compare(rounds.subList(0, 3)).rounds()).isEqualTo(3);
    }

    @Test
    void thePromiseIsAboutHaproxysCostAndLatency() {
        assertThat(compare(List.of(round(10, 11.9))).verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(compare(List.of(round(10, 12.1))).verdict()).isEqualTo(Verdict.KEPT);
        assertThat(compare(List.of(round(10, 14))).verdict()).isEqualTo(Verdict.TARGET_REACHED);
        Round slow = round(sample(10, 2.3, 0), sample(20, 2, 0));
        assertThat(compare(List.of(slow)).p99Verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(compare(List.of(slow)).keeps()).isFalse();
        Round alike = round(sample(10, 2.1, 0), sample(20, 2, 0));
        assertThat(compare(List.of(alike)).keeps()).isTrue();
    }

    @Test
    void besideNginxNothingIsPromised() {
        Round round = new Round(Map.of("proa", sample(20, 9, 0), "nginx", sample(10, 1, 0)));
        Comparison found =
                Comparison.of(Workload.HTTP1_KEEP_ALIVE, Peer.NGINX, 100, List.of(round));
        assertThat(found.ratio()).isCloseTo(0.5, within(1e-9));
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_PROMISED);
        assertThat(found.keeps()).isTrue();
    }

    @Test
    void memoryIsJudgedByProasOwnFigures() {
        Held peer = Held.of("haproxy", 10_000, 1_000_000, 5_000);
        assertThat(memory(Held.of("proa", 100_000, 200_000, 5_000), peer).keeps()).isTrue();
        assertThat(memory(Held.of("proa", 80_000, 281_000, 5_000), peer).perConnection())
                .isEqualTo(Verdict.BROKEN);
        assertThat(memory(Held.of("proa", 250_000, 300_000, 5_000), peer).resident())
                .isEqualTo(Verdict.BROKEN);
    }

    @Test
    void noMoreClientsComeAtOnceThanANodeTakes() {
        String line = "Max open files            1024                 %s                files";
        assertThat(WarmStartBench.clients(List.of(line.formatted("20000")))).isEqualTo(9_644);
        assertThat(WarmStartBench.clients(List.of(line.formatted("unlimited")))).isEqualTo(10_000);
    }

    @Test
    void aPromiseThatIsBrokenIsSaidInTextAndPage() {
        BenchReport report = report(round(10, 11));
        assertThat(report.keeps()).isFalse();
        assertThat(BenchTable.of(report))
                .contains("CPU of haproxy ÷ Proa's: 1.10 (1.10 to 1.10); promised 1.20")
                .contains("BELOW THE FLOOR", "p99 no worse", "at most 40 KiB each: kept")
                .contains("+6.0 % (+6.0 to +6.0)  MORE THAN 5 %")
                .contains("warm-start: 9 clients come at once", "p99.9     3.50 ms");
        assertThat(BenchPage.of(report)).contains("<b class=\"broken\">BELOW THE FLOOR</b>");
    }

    @Test
    void thePageNeedsNothingElseAndHasAPlot() {
        assertThat(BenchPage.of(report(round(10, 15))))
                .contains("<svg", "http1-keepalive beside haproxy", ">1.50</text>", "proa")
                .doesNotContain("src=", "href=", "url(", "@import");
    }

    @Test
    void scriptsFindTheFiguresByTheirNames() {
        assertThat(Json.line(report(round(10, 15))))
                .contains("\"workloads\"", "\"name\":\"http1-keepalive\"", "\"peerFigures\"")
                .contains("\"ratio\":1.500", "\"cpuMicrosPerRequest\":10.000", "\"memory\"");
    }

    @Test
    void aProgramIsWarmWhenItsCostIsSteadyAndNotBeforeEnoughAnswers() {
        WarmUp warmUp = new WarmUp(new Effort(1, 100, 0.05, 5, 1, true, 64), 5_000);
        for (double cost : new double[] {40, 20, 10, 10, 10}) {
            assertThat(warmUp.over()).isFalse();
            warmUp.add(slice(cost));
        }
        assertThat(warmUp.isSteady()).isTrue();
        warmUp.add(slice(11));
        assertThat(warmUp.isSteady()).isFalse();
    }

    @Test
    void aWarmUpEndsOnAMachineThatIsNeverSteady() {
        WarmUp warmUp = new WarmUp(new Effort(1, 4, 0.05, 5, 2, true, 64), 1);
        warmUp.add(slice(40));
        warmUp.add(slice(20));
        assertThat(warmUp.isSteady()).isFalse();
        assertThat(warmUp.over()).isTrue();
    }

    private static Slice slice(double cost) {
        return new Slice(cost, 1_000, 1, 0, new Outcome(1_000, 1, 1, 1, 1, Failures.NONE, ""));
    }

    private static BenchReport report(Round round) {
        Held proa = Held.of("proa", 100_000, 200_000, 5_000);
        return new BenchReport(
                "0.1",
                List.of(compare(List.of(round))),
                Optional.of(latency()),
                Optional.of(memory(proa, Held.of("haproxy", 1, 2, 5_000))),
                Optional.of(
                        new WarmStart(9, 5, 2, new Times(1, 2, 3.5), new Times(0.5, 0.75, 0.875))),
                Optional.of(FeatureCostsTest.costs(10, 10.6)),
                Optional.empty(),
                Optional.empty());
    }

    private static TcpLatency latency() {
        return TcpLatency.of(
                128,
                List.of(
                        lap(new TcpLatency.Times(10, 20, 30), 40, 30),
                        lap(new TcpLatency.Times(12, 21, 31), 42, 36),
                        lap(new TcpLatency.Times(11, 22, 32), 51, 31)),
                List.of("proa", "haproxy"));
    }

    private static Map<String, TcpLatency.Times> lap(
            TcpLatency.Times direct, double ours, double theirs) {
        return Map.of(
                "direct",
                direct,
                "proa",
                new TcpLatency.Times(ours, 2 * ours, 3 * ours),
                "haproxy",
                new TcpLatency.Times(theirs, 2 * theirs, 3 * theirs));
    }

    @Test
    void whatABalancerAddsIsCountedBesideTheDirectWayOfTheSameRound() {
        assertThat(latency().text())
                .isEqualTo(
                        """
                        tcp-latency: 128 bytes there and back on one connection; medians of 3 rounds
                          direct   p50   11.0  p99   21.0  p99.9   31.0 µs
                          proa     p50   42.0  p99   84.0  p99.9  126.0 µs; adds 30.0 µs (30.0 to 40.0)
                          haproxy  p50   31.0  p99   62.0  p99.9   93.0 µs; adds 20.0 µs (20.0 to 24.0)
                          added by Proa ÷ added by haproxy: 1.50 (1.25 to 2.00)
                        """);
    }

    private static IdleMemory memory(Held proa, Held peer) {
        return new IdleMemory(5_000, List.of(proa, peer));
    }

    private static Comparison compare(List<Round> rounds) {
        return Comparison.of(Workload.HTTP1_KEEP_ALIVE, Peer.HAPROXY, 100, rounds);
    }

    private static Round round(double ours, double theirs) {
        return round(sample(ours, 2, 0), sample(theirs, 2, 0));
    }

    private static Round round(Sample ours, Sample theirs) {
        return new Round(Map.of("proa", ours, "haproxy", theirs));
    }

    private static Sample sample(double cpuMicros, double p99Millis, double others) {
        return new Sample(cpuMicros, 1_000, 1, 1, p99Millis, 3, others);
    }
}
