package proa.config.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class ReportsTest {

    private static final long SECOND = 1_000_000_000L;

    /** A monotonic clock may be anywhere, below zero too. */
    private static final long START = -SECOND;

    @Test
    void readinessIsToldOnceAndAStatusWheneverItDiffers() {
        Reports reports = new Reports(Duration.ZERO);
        assertThat(reports.next(false, true, "joining", START)).hasValue("STATUS=joining\n");
        assertThat(reports.next(false, true, "joining", START)).isEmpty();
        assertThat(reports.next(true, true, "ready", START)).hasValue("READY=1\nSTATUS=ready\n");
        assertThat(reports.next(true, true, "ready", START)).isEmpty();
        assertThat(reports.next(false, true, "no quorum", START)).hasValue("STATUS=no quorum\n");
        assertThat(reports.next(true, true, "no quorum", START)).isEmpty();
    }

    @Test
    void theWatchdogHearsThreeBeatsInItsTime() {
        Reports reports = new Reports(Duration.ofSeconds(15));
        assertThat(reports.next(true, true, "", START)).hasValue("READY=1\nWATCHDOG=1\n");
        assertThat(reports.next(true, true, "", START + 5 * SECOND - 1)).isEmpty();
        assertThat(reports.next(true, true, "", START + 5 * SECOND)).hasValue("WATCHDOG=1\n");
        assertThat(reports.next(true, true, "", START + 9 * SECOND)).isEmpty();
    }

    @Test
    void aProcessWhoseLoopsStandStillFallsSilent() {
        Reports reports = new Reports(Duration.ofSeconds(15));
        assertThat(reports.next(false, false, "", START)).isEmpty();
        assertThat(reports.next(false, false, "", START + 60 * SECOND)).isEmpty();
        assertThat(reports.next(false, true, "", START + 61 * SECOND)).hasValue("WATCHDOG=1\n");
    }

    @Test
    void withoutAWatchdogNothingBeats() {
        Reports reports = new Reports(Duration.ZERO);
        assertThat(reports.next(false, true, "", START + 60 * SECOND)).isEmpty();
    }

    @Test
    void aStatusIsOneLineOfAReadableLength() {
        Reports reports = new Reports(Duration.ZERO);
        assertThat(reports.next(false, true, "a\nREADY=1", START)).hasValue("STATUS=a READY=1\n");
        assertThat(reports.next(false, true, "b".repeat(300), START))
                .hasValue("STATUS=" + "b".repeat(200) + "\n");
    }

    @Test
    void aReloadAndAStopHaveWordsOfTheirOwn() {
        assertThat(Reports.reloading(5 * SECOND))
                .isEqualTo("RELOADING=1\nMONOTONIC_USEC=5000000\n");
        assertThat(Reports.reloaded()).isEqualTo("READY=1\n");
        assertThat(Reports.stopping()).startsWith("STOPPING=1\n");
    }
}
