package proa.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.health.CheckMachine.Pace;

import java.time.Duration;
import java.util.Random;

class ProbeScheduleTest {
    private static final long MILLI = 1_000_000;

    private final ProbeSchedule schedule = new ProbeSchedule(Duration.ofSeconds(1), new Random(7));

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
        ProbeSchedule twin = new ProbeSchedule(Duration.ofSeconds(1), new Random(7));
        for (int probe = 0; probe < 100; probe++) {
            assertThat(twin.nextNanos(Pace.REGULAR, 0))
                    .isEqualTo(schedule.nextNanos(Pace.REGULAR, 0));
        }
    }

    @Test
    void isTenTimesAsFastWhenInDoubtButNeverHammers() {
        assertThat(schedule.nextNanos(Pace.FAST, 0)).isEqualTo(100 * MILLI);
        assertThat(new ProbeSchedule(Duration.ofMillis(200), new Random(1)).nextNanos(Pace.FAST, 0))
                .isEqualTo(50 * MILLI);
        assertThat(schedule.nextNanos(Pace.AT_ONCE, 0)).isEqualTo(50 * MILLI);
    }
}
