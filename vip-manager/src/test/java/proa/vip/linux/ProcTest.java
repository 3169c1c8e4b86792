package proa.vip.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What is read out of {@code /proc}. */
final class ProcTest {

    private static final String HEADER =
            "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT";

    @Test
    void theStateFollowsTheLastBracketOfACommandThatHasBracketsItself() {
        assertThat(ProcessState.parse("42 (a) R b) T 1 42")).isEqualTo(ProcessState.STOPPED);
        assertThat(ProcessState.parse("42 (java) S 1 42")).isEqualTo(ProcessState.ALIVE);
        assertThat(ProcessState.parse("42 (java) Z 1 42")).isEqualTo(ProcessState.GONE);
    }

    @Test
    void aProcessThatDoesNotExistIsGone() {
        assertThat(ProcessState.of(Integer.MAX_VALUE)).isEqualTo(ProcessState.GONE);
        assertThat(ProcessState.of(ProcessHandle.current().pid())).isEqualTo(ProcessState.ALIVE);
    }

    @Test
    void theDefaultGatewayIsThatOfTheNamedInterface() {
        List<String> routes =
                List.of(
                        HEADER,
                        "eth1 00000000 0102000A 0003 0 0 0 00000000 0 0 0",
                        "eth0 00004D0A 00000000 0001 0 0 0 00FFFFFF 0 0 0",
                        "eth0 00000000 01004D0A 0003 0 0 0 00000000 0 0 0");
        assertThat(Routes.defaultGateway(routes.stream(), "eth0"))
                .hasValueSatisfying(
                        gateway -> assertThat(gateway.getHostAddress()).isEqualTo("10.77.0.1"));
        assertThat(Routes.defaultGateway(routes.stream(), "eth2")).isEmpty();
    }

    @Test
    void aProcessIsAsOldAsTheTimeBetweenItsStartAndNow() throws Exception {
        String stat = "42 (a) R b) S 1 42 42 0 -1 4 1 2 3 4 5 6 7 8 20 0 9 0 12345 100 200";
        assertThat(ProcessAge.between(stat, "123.70 200.11\n")).isEqualTo(250);
        assertThat(ProcessAge.millis()).isBetween(1L, 86_400_000L);
    }
}
