package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockOffsetTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long AHEAD = 77 * SECOND;

    private long now = 5 * SECOND;
    private final ClockOffset offset = new ClockOffset(AHEAD + MILLI, true, now);

    private void message(long everyNanos, long difference) {
        now += everyNanos;
        offset.observe(difference, now);
    }

    @Test
    void theShortestWayOfLateCounts() {
        message(5 * MILLI, AHEAD + 30 * MILLI);
        message(5 * MILLI, AHEAD);
        for (int late = 0; late < ClockOffset.DIFFERENCES_MAX - 1; late++) {
            message(5 * MILLI, AHEAD + 30 * MILLI);
            assertThat(offset.nanos()).isEqualTo(AHEAD);
        }
    }

    @Test
    void anOriginWhoseClockStoodIsFollowedWithinItsNextMessages() {
        for (int late = 0; late < ClockOffset.DIFFERENCES_MAX; late++) {
            message(5 * MILLI, AHEAD + 600 * SECOND);
        }
        assertThat(offset.nanos()).isEqualTo(AHEAD + 600 * SECOND);
    }

    @Test
    void ofAQuietOneOldMessagesCountNoMore() {
        message(ClockOffset.AGE_NANOS_MAX, AHEAD + 600 * SECOND);
        assertThat(offset.nanos()).isEqualTo(AHEAD + MILLI);
        message(1, AHEAD + 600 * SECOND);
        assertThat(offset.nanos()).isEqualTo(AHEAD + 600 * SECOND);
    }

    @Test
    void tablesAreToldOfWhatMattersAndAgainAfterAWhile() {
        message(5 * MILLI, AHEAD + MILLI / 2);
        assertThat(offset.tell(now)).isFalse();
        message(5 * MILLI, AHEAD - MILLI);
        assertThat(offset.tell(now)).isTrue();
        assertThat(offset.tell(now)).isFalse();
        message(11 * SECOND, AHEAD - MILLI);
        assertThat(offset.tell(now)).isTrue();
    }
}
