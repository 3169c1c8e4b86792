package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginClocksTest {

    private static final Origin SELF = new Origin(1, 1);
    private static final Origin PEER = new Origin(2, 1);
    private static final long UNKNOWN = -1;

    private final OriginClocks clocks = new OriginClocks();

    private void crashLoop(int from, int lives) {
        for (int life = from; life < from + lives; life++) {
            clocks.put(new Origin(3, life), life);
        }
    }

    private long nowAt(Origin origin) {
        return clocks.nowAt(origin.node(), origin.incarnation(), 1_000, UNKNOWN);
    }

    @Test
    void aClockInUseStaysHoweverOftenAnotherNodeStartsAnew() {
        clocks.put(SELF, 0);
        clocks.put(PEER, 7);
        for (int life = 1; life < 200; life++) {
            crashLoop(life, 1);
            assertThat(clocks.knows(PEER)).isTrue();
        }
        assertThat(nowAt(PEER)).isEqualTo(993);
        assertThat(nowAt(SELF)).isEqualTo(1_000);
    }

    @Test
    void theOneUsedLongestAgoGoes() {
        clocks.put(SELF, 0);
        clocks.put(PEER, 7);
        crashLoop(1, OriginClocks.ORIGINS_MAX - 2);
        assertThat(nowAt(PEER)).isEqualTo(993);
        crashLoop(1_000, 1);
        assertThat(nowAt(new Origin(3, 1))).isEqualTo(UNKNOWN);
        assertThat(nowAt(new Origin(3, 2))).isEqualTo(998);
        assertThat(nowAt(PEER)).isEqualTo(993);
    }

    @Test
    void aFormerLifeGoesAndMayComeBack() {
        clocks.put(SELF, 0);
        clocks.put(PEER, 7);
        clocks.put(new Origin(2, 2), 9);
        crashLoop(2_000, OriginClocks.ORIGINS_MAX - 1);
        assertThat(nowAt(PEER)).isEqualTo(UNKNOWN);
        clocks.put(PEER, 8);
        assertThat(nowAt(PEER)).isEqualTo(992);
    }

    @Test
    void theLatestLifeOfANodeStaysHoweverManyAreToldOfMeanwhile() {
        clocks.put(SELF, 0);
        clocks.put(PEER, 7);
        crashLoop(1, 2 * OriginClocks.ORIGINS_MAX);
        assertThat(clocks.knows(PEER)).isTrue();
        assertThat(nowAt(PEER)).isEqualTo(993);
        assertThat(nowAt(SELF)).isEqualTo(1_000);
    }
}
