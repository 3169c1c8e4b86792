package proa.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Check;
import proa.config.BackendConfig.Probe;
import proa.node.health.CheckMachine.Pace;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;

class ProbeScheduleTest {
    private static final long MILLI = 1_000_000;

    private final ProbeSchedule schedule = schedule(1_000, Optional.empty(), 5);

    @Test
    void keepsTheIntervalWithinFivePercentAndVariesIt() {
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int probe = 0; probe < 1_000; probe++) {
            long next = schedule.nextNanos(Pace.REGULAR, 5_000 * MILLI) - 5_000 * MILLI;
            shortest = Math.min(shortest, next);
            longest = Math.max(longest, next);
        }
        assertThat(shortest).isBetween(950 * MILLI, 960 * MILLI);
        assertThat(longest).isBetween(1_040 * MILLI, 1_050 * MILLI);
    }

    @Test
    void isTheSameForTheSameSeed() {
        ProbeSchedule twin = schedule(1_000, Optional.empty(), 5);
        for (int probe = 0; probe < 100; probe++) {
            assertThat(twin.nextNanos(Pace.REGULAR, 0))
                    .isEqualTo(schedule.nextNanos(Pace.REGULAR, 0));
        }
    }

    @Test
    void variesAsMuchAsIsConfigured() {
        ProbeSchedule steady = schedule(1_000, Optional.empty(), 0);
        ProbeSchedule wild = schedule(1_000, Optional.empty(), 50);
        long shortest = Long.MAX_VALUE;
        for (int probe = 0; probe < 1_000; probe++) {
            assertThat(steady.nextNanos(Pace.REGULAR, 0)).isEqualTo(1_000 * MILLI);
            long next = wild.nextNanos(Pace.REGULAR, 0);
            assertThat(next).isBetween(500 * MILLI, 1_500 * MILLI);
            shortest = Math.min(shortest, next);
        }
        assertThat(shortest).isLessThan(510 * MILLI);
    }

    @Test
    void keepsTheConfiguredFastInterval() {
        ProbeSchedule fast = schedule(1_000, Optional.of(Duration.ofMillis(300)), 0);
        assertThat(fast.nextNanos(Pace.FAST, 0)).isEqualTo(300 * MILLI);
        assertThat(fast.nextNanos(Pace.CHANGING, 0)).isEqualTo(300 * MILLI);
        assertThat(schedule(1_000, Optional.empty(), 0).nextNanos(Pace.CHANGING, 0))
                .as("without one, the regular interval")
                .isEqualTo(1_000 * MILLI);
    }

    @Test
    void isTenTimesAsFastWhenInDoubtButNeverHammers() {
        assertThat(schedule.nextNanos(Pace.FAST, 0)).isEqualTo(100 * MILLI);
        assertThat(schedule(200, Optional.empty(), 5).nextNanos(Pace.FAST, 0))
                .isEqualTo(50 * MILLI);
        assertThat(schedule.nextNanos(Pace.AT_ONCE, 0)).isEqualTo(50 * MILLI);
    }

    private static ProbeSchedule schedule(
            int everyMillis, Optional<Duration> fast, int jitterPercent) {
        Duration every = Duration.ofMillis(everyMillis);
        Check check =
                new Check(
                        new Probe.Tcp(),
                        Optional.empty(),
                        every,
                        fast,
                        jitterPercent,
                        every,
                        every,
                        3,
                        2);
        return new ProbeSchedule(check, new Random(7));
    }
}
