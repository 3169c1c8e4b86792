package proa.chaos.bench.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import proa.chaos.bench.state.StateReport.Cell;
import proa.chaos.bench.state.StateReport.Figures;
import proa.chaos.bench.state.StateReport.Workload;
import proa.chaos.report.Json;

import java.util.List;

/** The arithmetic of {@code proa bench state}, what it reads, and how it says what it found. */
class StateReportTest {

    private static final String CSV =
            """
            "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
            "SET sess:__rand_int__ a,b EX 3600","37495.31","1.217","0.200","0.999","2.423","4.455","23.039"
            """;

    private static final Load PROMISED = Load.of(Load.Operation.GET).get(2);

    private static Figures figures(double perSecond) {
        return new Figures(perSecond, 1, 2, 30);
    }

    private static StateReport report(double... proa) {
        List<Figures> ours = java.util.Arrays.stream(proa).mapToObj(each -> figures(each)).toList();
        List<Figures> theirs = ours.stream().map(_ -> figures(100)).toList();
        Cell cell = Cell.of(PROMISED, ours, theirs);
        return new StateReport(
                "0.1",
                20_000,
                512,
                List.of(Workload.of(Load.Operation.GET, List.of(cell))),
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void whatRedisBenchmarkPrintsIsRead() throws Exception {
        assertThat(RedisBenchmark.parse(CSV))
                .isEqualTo(new RedisBenchmark.Figures(37_495.31, 0.999, 4.455));
        assertThatThrownBy(() -> RedisBenchmark.parse("Could not connect"))
                .hasMessage("redis-benchmark said: Could not connect");
        assertThatThrownBy(() -> RedisBenchmark.parse(CSV.replace("37495.31", "fast")))
                .hasMessageContaining("fast");
    }

    @Test
    void thePromiseIsMadeForOneLoadOfEach() {
        for (Load.Operation operation : Load.Operation.values()) {
            assertThat(Load.of(operation).stream().filter(Load::promised))
                    .containsExactly(new Load(operation, 64, 1));
        }
    }

    @Test
    void theMedianOfTheRoundsRatiosCounts() {
        Workload found = report(40, 90, 50).workloads().getFirst();
        assertThat(found.ratio()).isCloseTo(0.5, within(1e-9));
        assertThat(found.ratioLeast()).isCloseTo(0.4, within(1e-9));
        assertThat(found.ratioMost()).isCloseTo(0.9, within(1e-9));
        assertThat(found.proa().perSecond()).isEqualTo(50);
        assertThat(report(40, 90, 50).keeps()).isTrue();
        assertThat(report(44).keeps()).isFalse();
    }

    @Test
    void figuresOfTablesHavePromisesOfTheirOwn() {
        TableFigure lag = TableFigure.atMost("table-lag", 12.5, "ms", 12);
        TableFigure updates = TableFigure.atLeast("table-updates", 600_000, "/s", 500_000);
        TableFigure median = TableFigure.found("table-lag-median", 6, "ms");
        assertThat(report(46).with(List.of(updates, median), List.of(), List.of()).keeps())
                .isTrue();
        StateReport broken = report(46).with(List.of(lag, updates), List.of(), List.of());
        assertThat(broken.keeps()).isFalse();
        assertThat(StateTable.of(broken))
                .contains("table-lag: 12.50 ms; promised at most 12.00: BROKEN")
                .contains("table-updates: 600000.00 /s; promised at least 5.000e+05: kept");
        assertThat(Json.line(broken)).contains("\"tables\":[{\"name\":\"table-lag\",");
    }

    @Test
    void countersAreRightOrWrongByAsMuchAsTheNodeThatIsFurtherOff() {
        CounterSum right = CounterSum.of(2_000, List.of(2_000L, 2_000L), List.of(1_310L, 1_290L));
        assertThat(right.error()).isZero();
        assertThat(right.peerError()).isEqualTo(710);
        assertThat(report(46).with(List.of(), List.of(right), List.of()).keeps()).isTrue();
        assertThat(StateTable.of(right))
                .isEqualTo(
                        "counter-sum: of 2000 requests Proa's nodes say [2000, 2000], off by 0:"
                                + " kept; HAProxy's peers say [1310, 1290], off by 710");
        CounterSum wrong = CounterSum.of(2_000, List.of(2_000L, 2_001L), List.of(2_000L, 2_000L));
        StateReport report = report(46).with(List.of(), List.of(wrong), List.of());
        assertThat(report.keeps()).isFalse();
        assertThat(StateTable.of(report)).contains("off by 1: BROKEN");
        assertThat(Json.line(report)).contains("\"name\":\"counter-sum\"", "\"error\":1,");
    }

    @Test
    void theFullestWindowOfALimitCounts() {
        List<Long> times = List.of(40L, 0L, 10L, 19L, 20L, 29L); // of several nodes, in no order
        OverAdmission within = OverAdmission.of("strict", 4, times, 20, 0, 1.5);
        assertThat(within.most()).isEqualTo(4);
        assertThat(within.kept()).isTrue();
        assertThat(report(46).with(List.of(), List.of(), List.of(within)).keeps()).isTrue();
        OverAdmission over = OverAdmission.of("approximate", 2, times, 20, 2, 1.5);
        StateReport report = report(46).with(List.of(), List.of(), List.of(over));
        assertThat(report.keeps()).isFalse();
        assertThat(StateTable.of(report))
                .contains("over-admission, approximate limit of 2 ", "4 in the fullest window")
                .contains("(+100.0 %), lag p99 1.5 ms; promised at most +2.0 %: BROKEN");
        assertThat(Json.line(report))
                .contains("\"name\":\"over-admission\",\"mode\":\"approximate\",\"limit\":2,")
                .contains("\"overPercent\":100.000,\"promisedPercent\":2.000,");
    }

    @Test
    void whatProgramsSayOfAClientIsRead() throws Exception {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
        String counters = "\"counters\":[{\"name\":\"requests\",\"rate\":0,\"total\":2000}]";
        assertThat(Question.parseProa(head + "{\"found\":true," + counters + "}")).isEqualTo(2_000);
        assertThat(Question.parseProa(head + "{\"found\":false}")).isZero();
        assertThatThrownBy(() -> Question.parseProa("HTTP/1.1 403 Forbidden\r\n\r\n{}"))
                .hasMessageContaining("403");
        String table =
                """
                # table: clients, type: ip, size:1048576, used:3
                0x7fe1: key=127.0.0.1 use=0 exp=1799 gpc0=0 http_req_cnt=1310
                """;
        assertThat(Question.number(table, Question.REQUESTS)).isEqualTo(1_310);
        assertThat(Question.number(table, Question.USED)).isEqualTo(3);
    }

    @Test
    void aBrokenPromiseIsSaidAsTextAndAsJson() {
        assertThat(StateTable.of(report(44)))
                .contains("GET, 64 connections: Proa's rate ÷ that of Redis 0.44")
                .contains("session-get: Proa's rate ÷ that of Redis 0.44 (0.44 to 0.44)")
                .contains("promised 0.45: BELOW THE FLOOR");
        assertThat(StateTable.of(report(46))).contains("promised 0.45: kept");
        assertThat(Json.line(report(44)))
                .contains("\"workloads\":[{\"name\":\"session-get\",\"peer\":\"redis\"")
                .contains("\"ratio\":0.440", "\"floor\":0.450", "\"kept\":false");
    }
}
