package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a process that was stopped knows of the others. */
class StandstillTest {

    private static final long LIMIT = 100;
    private static final long START = Long.MAX_VALUE - 250; // the clock may pass it

    private final Standstill standstill = new Standstill(LIMIT, START);
    private long now = START;

    private long tickAfter(long nanos) {
        now += nanos;
        return standstill.tick(now);
    }

    @Test
    void whoNeverStoodStillIsSure() {
        for (int n = 0; n < 50; n++) {
            assertThat(tickAfter(LIMIT)).isZero();
            assertThat(standstill.over(now + LIMIT)).isTrue();
        }
    }

    @Test
    void aReaderMayWakeBeforeTheTick() {
        assertThat(standstill.over(now + LIMIT)).isTrue();
        assertThat(standstill.over(now + LIMIT + 1)).isFalse();
    }

    @Test
    void afterwardsOnlyWhatWasSaidSinceCounts() {
        assertThat(tickAfter(LIMIT + 1)).isEqualTo(LIMIT + 1);
        assertThat(standstill.over(now)).isFalse();
        standstill.heard(now - 1);
        assertThat(tickAfter(LIMIT)).isZero();
        assertThat(standstill.over(now)).as("heard before").isFalse();
        standstill.heard(now - LIMIT);
        assertThat(standstill.over(now)).isTrue();
    }

    @Test
    void aSecondStopNeedsAWordOfItsOwn() {
        tickAfter(10 * LIMIT);
        long first = now;
        tickAfter(2 * LIMIT);
        standstill.heard(first);
        assertThat(standstill.over(now)).isFalse();
        standstill.heard(now);
        assertThat(standstill.over(now)).isTrue();
    }

    @Test
    void aWordThatComesDuringAnUnnoticedStopEndsNothing() {
        tickAfter(10 * LIMIT);
        long spoke = now;
        now += 10 * LIMIT;
        standstill.heard(spoke);
        assertThat(standstill.over(now)).isFalse();
        standstill.tick(now);
        assertThat(standstill.over(now)).isFalse();
    }

    @Test
    void aloneThereIsNobodyToWaitFor() {
        tickAfter(10 * LIMIT);
        standstill.alone();
        assertThat(standstill.over(now)).isTrue();
    }
}
