package proa.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OwnerLogTest {

    private static final long INTERVAL = 5_000_000;

    private final OwnerLog log = new OwnerLog(5);

    private void answered(String mac, int fromRequest, int toRequest) {
        for (int request = fromRequest; request <= toRequest; request++) {
            log.answer(mac, request, request * INTERVAL);
        }
    }

    private Ownership all() {
        return log.between(0, Long.MAX_VALUE);
    }

    @Test
    void aCleanMoveHasNoOverlap() {
        answered("a", 1, 100);
        answered("b", 103, 200);
        assertThat(all().overlapMillis()).isZero();
        assertThat(all().first()).hasValue("a");
        assertThat(all().last()).hasValue("b");
        assertThat(all().periods()).hasSize(2);
        assertThat(all().periods().getFirst().lastNanos()).isEqualTo(100 * INTERVAL);
    }

    @Test
    void oneRequestAnsweredByTwoIsAnOverlapOfOneInterval() {
        answered("a", 1, 100);
        answered("b", 100, 200);
        assertThat(all().overlapMillis()).isEqualTo(5);
    }

    @Test
    void anOldOwnerThatGoesOnAnsweringOverlapsUntilItStops() {
        answered("a", 1, 100);
        for (int request = 101; request <= 110; request++) {
            answered("b", request, request);
            answered("a", request, request);
        }
        answered("b", 111, 200);
        assertThat(all().overlapMillis()).isBetween(45.0, 50.0);
    }

    @Test
    void alternatingOwnersOverlap() {
        answered("a", 1, 100);
        answered("b", 101, 101);
        answered("a", 102, 102);
        answered("b", 103, 200);
        assertThat(all().overlapMillis()).isEqualTo(5);
    }

    /** Each request of twenty-five seconds makes two periods, as many as are kept. */
    @Test
    @Timeout(5)
    void aStrangerWhoAnswersForLongIsCountedInNoTime() {
        for (int request = 1; request <= 5_000; request++) {
            answered("a", request, request);
            answered("b", request, request);
        }
        assertThat(all().periods()).hasSize(10_000);
        assertThat(all().overlapMillis()).isEqualTo(24_995);
    }

    @Test
    void aMoveBackMuchLaterIsNoOverlap() {
        answered("a", 1, 100);
        answered("b", 101, 400);
        answered("a", 401, 500);
        assertThat(all().overlapMillis()).isZero();
    }

    @Test
    void onlyThePeriodCounts() {
        answered("a", 1, 100);
        answered("b", 101, 200);
        assertThat(log.between(150 * INTERVAL, 300 * INTERVAL).first()).hasValue("b");
        assertThat(log.between(300 * INTERVAL, 400 * INTERVAL).last()).isEmpty();
    }
}
