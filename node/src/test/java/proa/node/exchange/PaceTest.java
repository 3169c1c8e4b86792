package proa.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.RateConfig;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class PaceTest {

    private static final long MILLI = 1_000_000;

    /** Clocks of processes may begin anywhere, also just before they turn negative. */
    private static final long BEGAN = Long.MAX_VALUE - 250 * MILLI;

    /** Ten a second, three at once. */
    private final Pace pace = new Pace(new RateConfig(10, 3), BEGAN);

    @Test
    void aBurstPassesAtOnceAndThenOneAtATime() {
        for (int turn = 0; turn < 3; turn++) {
            assertThat(pace.take(BEGAN)).isTrue();
        }
        assertThat(pace.take(BEGAN)).isFalse();
        assertThat(pace.waitNanos(BEGAN)).isEqualTo(100 * MILLI);
        assertThat(pace.take(BEGAN + 99 * MILLI)).isFalse();
        assertThat(pace.take(BEGAN + 100 * MILLI)).isTrue();
        assertThat(pace.take(BEGAN + 100 * MILLI)).isFalse();
        long later = Math.addExact(Long.MIN_VALUE, 59_750 * MILLI - 1); // a minute after BEGAN
        for (int turn = 0; turn < 3; turn++) {
            assertThat(pace.take(later)).as("silence saves up no more than a burst").isTrue();
        }
        assertThat(pace.take(later)).isFalse();
    }

    @Test
    void aTurnIsReservedIfItComesSoonEnough() {
        for (int turn = 0; turn < 3; turn++) {
            assertThat(pace.reserve(BEGAN, 250 * MILLI)).isZero();
        }
        assertThat(pace.reserve(BEGAN, 250 * MILLI)).isEqualTo(100 * MILLI);
        assertThat(pace.reserve(BEGAN, 250 * MILLI)).isEqualTo(200 * MILLI);
        assertThat(pace.reserve(BEGAN, 250 * MILLI)).isEqualTo(-1);
        assertThat(pace.reserve(BEGAN + 50 * MILLI, 250 * MILLI)).isEqualTo(250 * MILLI);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        for (int turn = 0; turn < 3; turn++) {
            pace.take(BEGAN);
        }
        pace.giveBack();
        assertThat(pace.take(BEGAN)).isTrue();
        assertThat(pace.take(BEGAN)).isFalse();
    }

    @Test
    void itGoesOnWhereAnotherOneIs() {
        AtomicLong due = new AtomicLong();
        Pace before = new Pace(new RateConfig(10, 2), due);
        assertThat(before.take(0)).isTrue();
        assertThat(before.take(0)).isTrue();
        Pace after = new Pace(new RateConfig(100, 1), due);
        assertThat(after.take(0)).isFalse();
        assertThat(after.waitNanos(0)).isEqualTo(200 * MILLI);
    }

    @Test
    void severalThreadsTakeNoMoreThanThereIs() throws InterruptedException {
        Pace shared = new Pace(new RateConfig(1, 10_000), 0);
        AtomicInteger taken = new AtomicInteger();
        Runnable takes =
                () -> {
                    for (int at = 0; at < 10_000; at++) {
                        taken.addAndGet(shared.take(0) ? 1 : 0);
                    }
                };
        Thread one = Thread.ofPlatform().start(takes);
        Thread two = Thread.ofPlatform().start(takes);
        one.join();
        two.join();
        assertThat(taken).hasValue(10_000);
    }
}
