package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStamp;

class EngineClockTest {

    private static final long START_MILLIS = 1_700_000_000_000L;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long TEN_MINUTES_MILLIS = 600_000;

    private long wall = START_MILLIS;
    private long nanos = -5;
    private final EngineClock clock = new EngineClock(1, () -> wall, () -> nanos);

    /** Seconds in which wall and monotonic clock both go and somebody asks each second. */
    private void pass(long seconds) {
        for (long n = 0; n < seconds; n++) {
            wall += 1_000;
            nanos += SECOND_NANOS;
            clock.nowMillis();
        }
    }

    /** From the stamps' clock to the wall. */
    private long stampsBehindMillis() {
        return wall - clock.stampMillis();
    }

    @Test
    void aSmallErrorIsSlewedAway() {
        pass(1);
        wall += 40;
        pass(1);
        assertThat(wall - clock.nowMillis()).isEqualTo(40);
        pass(90);
        assertThat(wall - clock.nowMillis()).isZero();
        assertThat(stampsBehindMillis()).isZero();
    }

    /**
     * What has expired for whoever asks does not come back for him: the wall was set back a bit.
     */
    @Test
    void aCorrectionBackIsNotSeenAsOne() {
        pass(1);
        wall -= 40;
        for (long idle = 1; idle <= 7; idle++) {
            nanos += idle * SECOND_NANOS;
            wall += idle * 1_000;
            assertThat(clock.nowMillis())
                    .as("after %d s", idle)
                    .isLessThanOrEqualTo(clock.nowMillis());
            assertThat(clock.stampMillis()).isLessThanOrEqualTo(clock.stampMillis());
        }
        assertThat(clock.nowMillis() - wall).as("it was corrected").isBetween(20L, 39L);
    }

    @Test
    void expiryFollowsTheWallOfAGuestThatWasSuspended() {
        pass(100);
        wall += TEN_MINUTES_MILLIS;
        pass(30);
        assertThat(wall - clock.nowMillis()).isCloseTo(TEN_MINUTES_MILLIS, within(20L));
        pass(1);
        assertThat(clock.nowMillis()).isEqualTo(wall);
    }

    @Test
    void expiryFollowsAWallThatIsSetAfterTheStartInEitherDirection() {
        wall -= TEN_MINUTES_MILLIS;
        pass(31);
        assertThat(clock.nowMillis()).isEqualTo(wall);
        wall += 2 * TEN_MINUTES_MILLIS;
        pass(31);
        assertThat(clock.nowMillis()).isEqualTo(wall);
    }

    @Test
    void stampsDoNotStepWithIt() {
        SessionStamp before = clock.next();
        wall -= TEN_MINUTES_MILLIS;
        pass(40);
        assertThat(stampsBehindMillis()).isCloseTo(-TEN_MINUTES_MILLIS, within(20L));
        assertThat(clock.next()).isGreaterThan(before);
        wall += 2 * TEN_MINUTES_MILLIS;
        pass(40);
        assertThat(stampsBehindMillis()).isCloseTo(TEN_MINUTES_MILLIS, within(40L));
    }

    @Test
    void havingSteppedItStaysWithTheWall() {
        wall += TEN_MINUTES_MILLIS;
        pass(31);
        for (int minute = 0; minute < 300; minute++) {
            pass(60);
            assertThat(clock.nowMillis()).isEqualTo(wall);
        }
        assertThat(stampsBehindMillis()).isLessThan(TEN_MINUTES_MILLIS - 8_000);
    }

    @Test
    void aWallThatComesBackWithinTheTimeIsNotFollowed() {
        for (int round = 0; round < 5; round++) {
            wall += TEN_MINUTES_MILLIS;
            pass(25);
            wall -= TEN_MINUTES_MILLIS;
            pass(25);
        }
        assertThat(wall - clock.nowMillis()).isCloseTo(0, within(100L));
    }

    @Test
    void aQuietNodeDoesNotCountTheTimeInWhichNobodyLooked() {
        pass(1);
        wall += TEN_MINUTES_MILLIS + 3_600_000;
        nanos += 3_600 * SECOND_NANOS;
        assertThat(wall - clock.nowMillis()).isGreaterThan(TEN_MINUTES_MILLIS - 2_000);
        pass(29);
        assertThat(wall - clock.nowMillis()).isGreaterThan(TEN_MINUTES_MILLIS - 2_000);
        pass(1);
        assertThat(clock.nowMillis()).isEqualTo(wall);
    }
}
