package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;
import proa.cluster.tables.WallTime;

import java.util.List;
import java.util.Set;

class LagTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final Origin FIRST = new Origin(1, 1);

    private final Replicator second =
            new Replicator(new Origin(2, 1), new NoTables(), Limits.DEFAULTS, WallTime.at(0, 0));
    private final Lagging lagging = new Lagging(SECOND);

    @Test
    void whatIsKnownToBeMissingGrowsUntilItIsHere() {
        second.view(Set.of(1), 0);
        arrives(1, SECOND);
        arrives(4, SECOND);
        assertThat(lagAt(SECOND + 700 * MILLI)).isEqualTo(700 * MILLI);
        arrives(2, SECOND + 700 * MILLI);
        assertThat(lagAt(2 * SECOND)).as("the third is still missing").isEqualTo(SECOND);
        arrives(3, 2 * SECOND);
        assertThat(lagAt(3 * SECOND)).isZero();
    }

    @Test
    void aFlowThatKeepsUpIsNotOneLongAbsence() {
        second.view(Set.of(1), 0);
        // Every second number comes before its predecessor, so that something is always missing.
        for (int pair = 0; pair < 1_000; pair++) {
            long now = SECOND + pair * 10L * MILLI;
            arrives(2 * pair + 2, now);
            arrives(2 * pair + 4, now);
            arrives(2 * pair + 1, now);
            assertThat(lagAt(now)).isLessThanOrEqualTo(10 * MILLI);
        }
    }

    @Test
    void nobodyWaitsForWhatOnlyAMemberThatHasGoneCouldGive() {
        second.view(Set.of(1), 0);
        arrives(2, SECOND);
        assertThat(lagAt(3 * SECOND)).isEqualTo(2 * SECOND);
        second.view(Set.of(), 3 * SECOND);
        assertThat(lagAt(3 * SECOND)).isZero();
    }

    @Test
    void theAgeOfChangesOnArrivalIsRememberedForHalfASecondAtMost() {
        second.view(Set.of(1), 0);
        second.received(1, batch(1, SECOND, 3 * SECOND), SECOND);
        assertThat(lagAt(SECOND)).isEqualTo(3 * SECOND);
        assertThat(lagAt(SECOND + 600 * MILLI)).isZero();
    }

    @Test
    void aShortPeakChangesNothing() {
        assertThat(lagging.look(5 * SECOND, false, 0)).isFalse();
        assertThat(lagging.look(5 * SECOND, false, 900 * MILLI)).isFalse();
        assertThat(lagging.look(0, false, 950 * MILLI)).isFalse();
        assertThat(lagging.look(5 * SECOND, false, SECOND)).isFalse();
        assertThat(lagging.look(5 * SECOND, false, 1_900 * MILLI)).isFalse();
        assertThat(lagging.look(5 * SECOND, false, 2 * SECOND)).isTrue();
    }

    @Test
    void whoIsBehindIsBackOnlyAfterKeepingUpForAWhile() {
        lagging.look(2 * SECOND, false, 0);
        assertThat(lagging.look(2 * SECOND, false, SECOND)).isTrue();
        assertThat(lagging.look(600 * MILLI, false, 2 * SECOND))
                .as("below the limit, above its half")
                .isTrue();
        assertThat(lagging.look(600 * MILLI, false, 9 * SECOND)).isTrue();
        assertThat(lagging.look(100 * MILLI, false, 10 * SECOND)).isTrue();
        assertThat(lagging.look(700 * MILLI, false, 11 * SECOND)).isTrue();
        assertThat(lagging.look(100 * MILLI, false, 12 * SECOND)).isTrue();
        assertThat(lagging.look(500 * MILLI, false, 13_999 * MILLI)).isTrue();
        assertThat(lagging.look(500 * MILLI, false, 14 * SECOND)).isFalse();
    }

    @Test
    void whoIsAloneIsNeverBehind() {
        lagging.look(2 * SECOND, false, 0);
        assertThat(lagging.look(2 * SECOND, false, SECOND)).isTrue();
        assertThat(lagging.look(2 * SECOND, true, SECOND)).isFalse();
        assertThat(lagging.look(2 * SECOND, true, 9 * SECOND)).isFalse();
        assertThat(lagging.look(2 * SECOND, false, 9 * SECOND)).as("begins anew").isFalse();
    }

    private void arrives(long number, long nowNanos) {
        second.received(1, batch(number, nowNanos, 0), nowNanos);
    }

    private static byte[] batch(long number, long madeNanos, long waitedNanos) {
        return MessageCodec.encode(
                new Message.Batch(FIRST, number, madeNanos, madeNanos, waitedNanos, 0, List.of()));
    }

    private long lagAt(long nowNanos) {
        return second.statistics(nowNanos).lagNanos();
    }
}
