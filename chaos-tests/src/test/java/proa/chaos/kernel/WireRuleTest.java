package proa.chaos.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.report.Json;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** How late frames are, and what the switch is told. */
class WireRuleTest {

    private static final int FRAMES = 10_000;
    private static final double MILLI = 1e6;

    private static long[] holds(WireRule rule) {
        Random chance = new Random(3);
        return LongStream.generate(() -> rule.holdNanos(chance)).limit(FRAMES).toArray();
    }

    @Test
    void everyFrameIsLateByTheDelayAndItsJitter() {
        assertThat(holds(WireRule.late(100, 0, 0, 0, false))).containsOnly(100_000_000);
        long[] late = holds(WireRule.late(100, 40, 0, 0, false));
        assertThat(LongStream.of(late).min().orElseThrow() / MILLI).isBetween(60.0, 61.0);
        assertThat(LongStream.of(late).max().orElseThrow() / MILLI).isBetween(139.0, 140.0);
        assertThat(LongStream.of(late).average().orElseThrow() / MILLI).isBetween(98.0, 102.0);
    }

    @Test
    void someAreNotHeldBackAndSomeComeTwice() {
        long atOnce =
                LongStream.of(holds(WireRule.late(100, 0, 0, 25, false)))
                        .filter(nanos -> nanos == 0)
                        .count();
        assertThat(atOnce).isBetween(2_300L, 2_700L);
        WireRule twice = WireRule.late(100, 0, 10, 0, false);
        Random chance = new Random(4);
        long copies = LongStream.range(0, FRAMES).filter(_ -> twice.twice(chance)).count();
        assertThat(copies).isBetween(850L, 1_150L);
    }

    @Test
    void theSwitchForwardsNothingThatTheWireTakes() {
        WireRule all = WireRule.late(5, 0, 0, 0, false).between("lb1", "lb2", "02:00:00:00:00:02");
        assertThat(all.nft()).isEqualTo("iifname \"lb1\" oifname \"lb2\" drop\n");
        WireRule tcp = WireRule.late(5, 0, 0, 0, true).between("lb1", "lb2", "02:00:00:00:00:02");
        assertThat(tcp.nft())
                .isEqualTo(
                        """
                        iifname "lb1" oifname "lb2" ip protocol tcp drop
                        iifname "lb1" oifname "lb2" ip6 nexthdr tcp drop
                        """);
    }

    @Test
    void rulesTravelAsText() {
        WireCommand.Rules rules =
                new WireCommand.Rules(
                        7, List.of(WireRule.late(5, 1, 2, 3, true).between("a", "b", "02:00")));
        assertThat(Json.read(Json.line(rules), WireCommand.Rules.class)).isEqualTo(rules);
    }
}
