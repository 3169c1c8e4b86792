package proa.chaos.bench.l4;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import proa.chaos.bench.l4.L4Report.Figures;
import proa.chaos.bench.l4.L4Report.Run;
import proa.chaos.bench.l4.L4Report.Survival;
import proa.chaos.report.Json;

import java.util.List;

/** The arithmetic of the bench of layer 4, and what is promised. */
class L4ReportTest {

    private static final Survivors ALL = new Survivors(30, 30, 0, 210, "");

    private static Figures bulk(Way way, double... gigabits) {
        return Figures.of(
                way,
                java.util.Arrays.stream(gigabits)
                        .mapToObj(each -> new Run(each, 0.5, 1_000 * each, 80))
                        .toList());
    }

    private static L4Report report(double nat, Survivors survivors) {
        return new L4Report(
                3,
                List.of(bulk(Way.HAPROXY, 4, 2, 3), bulk(Way.NAT, nat)),
                List.of(new Survival("nat", survivors)));
    }

    @Test
    void figuresAreMediansOfTheRounds() {
        assertThat(bulk(Way.DSR, 4, 1, 3, 2).median()).isEqualTo(new Run(2.5, 0.5, 2_500, 80));
        assertThat(report(6, ALL).natToHaproxy()).contains(2.0);
        assertThat(report(6, ALL).text())
                .containsPattern("haproxy +3\\.00 +0\\.50 +3000 +80\\.0\n")
                .contains("bulk of nat ÷ haproxy: 2.00; promised 2: kept")
                .contains("30 of 30 connections outlived a failover, 0 broken");
        assertThat(Json.line(report(6, ALL))).contains("\"alive\":30", "\"way\":\"nat\"");
    }

    @Test
    void lessThanTwiceAsMuchOrOneLostConnectionBreaksAPromise() {
        assertThat(report(6, ALL).keeps()).isTrue();
        assertThat(report(5.9, ALL).keeps()).isFalse();
        assertThat(report(5.9, ALL).text()).contains("BROKEN");
        assertThat(report(6, new Survivors(30, 29, 0, 210, "")).keeps()).isFalse();
        assertThat(report(6, new Survivors(30, 30, 1, 210, "7: reset")).keeps()).isFalse();
        assertThat(new L4Report(1, List.of(bulk(Way.DIRECT, 9)), List.of()).keeps()).isTrue();
    }

    @Test
    void waysAreKnownByNameAndNumbersHaveLimits() {
        assertThat(Way.named("stateless")).contains(Way.STATELESS);
        for (String[] wrong :
                List.of(
                        new String[] {"masquerade"},
                        new String[] {"nat", "--seconds=21"},
                        new String[] {"--rounds=-1"},
                        new String[] {"--connections=10001"})) {
            assertThat(new CommandLine(new L4Command()).execute(wrong)).isEqualTo(2);
        }
    }
}
