package proa.chaos.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.chaos.load.LoadReport.LongEcho;

/** A fault after 100 ms that is undone at 4.1 s, at whose end nothing came back any more. */
class StrikeWatchTest {

    private static final double FAULT = 100;
    private static final double HELD = 4_100;
    private static final double NOW = 9_000;
    private static final double WENT_ON = -1;

    private static double silentMillis(LongEcho echo) {
        return StrikeWatch.silentMillis(echo, 2, HELD, NOW, FAULT);
    }

    private static LongEcho ended(long times, double millis, double silent) {
        return new LongEcho(500, times, 0, "gave up", millis, silent, true, 0);
    }

    private static LongEcho silent(double millis) {
        return new LongEcho(500, 2, 0, "", 0, 0, true, millis);
    }

    @Test
    void aConnectionThatStaysSilentWasSoUntilItEnded() {
        assertThat(silentMillis(ended(3, 6_300, 6_180))).isEqualTo(6_180);
        assertThat(silentMillis(ended(3, 6_300, 6_250))).isEqualTo(6_200);
    }

    @Test
    void oneThatHasNotEndedIsSilentStill() {
        assertThat(silentMillis(silent(8_890))).isEqualTo(8_890);
    }

    /** What ends it then is not the fault. */
    @Test
    void oneThatWentOnAfterTheHoldIsNotHeldToItsEnd() {
        assertThat(silentMillis(ended(3, 6_300, 1_000))).isEqualTo(WENT_ON);
        assertThat(silentMillis(silent(2_000))).isEqualTo(WENT_ON);
    }

    @Test
    void ofSeveralEndsTheFirstIsNotKnown() {
        assertThat(silentMillis(ended(4, 8_000, 7_000))).isEqualTo(WENT_ON);
    }
}
