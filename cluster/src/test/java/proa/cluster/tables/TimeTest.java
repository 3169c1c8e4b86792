package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Calendar time and stamps. */
class TimeTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR_MILLIS = 3_600_000;

    @Test
    void calendarTimeGoesOnWithTheMonotonicClock() {
        WallTime wall = WallTime.at(5_000, 100 * SECOND);
        assertThat(wall.millis(103 * SECOND)).isEqualTo(8_000);
    }

    @Test
    void aCalendarThatJumpsAnHourMovesItByHalfAMillisecondASecond() {
        for (long jump : new long[] {HOUR_MILLIS, -HOUR_MILLIS}) {
            WallTime wall = WallTime.at(0, 0).steered(10_000 + jump, 10 * SECOND);
            assertThat(wall.millis(10 * SECOND)).isEqualTo(10_000);
            assertThat(wall.millis(110 * SECOND)).isEqualTo(110_000 + Long.signum(jump) * 50);
        }
    }

    @Test
    void aSmallErrorIsSteeredAway() {
        WallTime wall = WallTime.at(0, 0);
        for (long step = 1; step <= 30; step++) {
            wall = wall.steered(step * 10_000 + 40, step * 10 * SECOND);
        }
        assertThat(wall.millis(300 * SECOND)).isBetween(300_038L, 300_042L);
    }

    @Test
    void stampsOnlyGrowAndPassWhatWasSeenElsewhere() {
        HybridClock clock = new HybridClock();
        long first = clock.next(1_000);
        assertThat(clock.next(500)).isGreaterThan(first);
        clock.observe(9_000L << 16);
        assertThat(clock.next(1_001)).isGreaterThan(9_000L << 16);
        assertThat(clock.next(10_000)).isEqualTo(10_000L << 16);
    }
}
