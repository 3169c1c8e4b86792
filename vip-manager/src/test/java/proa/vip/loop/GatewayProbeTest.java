package proa.vip.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.vip.loop.GatewayProbe.Due;
import proa.vip.vrrp.GroupMachine;

/** One probe of a gateway, in time that the test makes. */
final class GatewayProbeTest {

    private static final long GAP = GroupMachine.PROBE_GAP_MILLIS * 1_000_000;
    private static final long END = GroupMachine.PROBE_MILLIS * 1_000_000;

    private final GatewayProbe probe = new GatewayProbe();

    @Test
    void asksThreeTimesAndGivesUpOnce() {
        probe.start(100);
        assertThat(probe.next(100)).isEqualTo(Due.REQUEST);
        assertThat(probe.next(100 + GAP - 1)).isEqualTo(Due.NOTHING);
        assertThat(probe.next(100 + GAP)).isEqualTo(Due.REQUEST);
        assertThat(probe.next(100 + 2 * GAP)).isEqualTo(Due.REQUEST);
        assertThat(probe.deadlineNanos()).isEqualTo(100 + END);
        assertThat(probe.next(100 + END - 1)).isEqualTo(Due.NOTHING);
        assertThat(probe.next(100 + END)).isEqualTo(Due.GIVE_UP);
        assertThat(probe.next(100 + 2 * END)).isEqualTo(Due.NOTHING);
        assertThat(probe.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anAnswerEndsItAndIsToldOnce() {
        probe.start(0);
        assertThat(probe.next(0)).isEqualTo(Due.REQUEST);
        assertThat(probe.answered()).isTrue();
        assertThat(probe.answered()).isFalse();
        assertThat(probe.next(END)).isEqualTo(Due.NOTHING);
    }
}
