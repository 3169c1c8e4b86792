package proa.node.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Nothing expires early, nothing later than two ticks, whatever is moved in between. */
class DeadlinesTest {

    private static final long TICK = Deadlines.TICK_NANOS;
    private static final long START = 1_000_000_000_000L;

    private static final class Watched {
        private final Deadlines.Entry entry = new Deadlines.Entry(this::expired);
        private long deadline = -1;
        private long expiredAt = -1;

        private void expired(long nowNanos) {
            expiredAt = nowNanos;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void deadlinesAreKeptToTwoTicksHoweverTheyMove(long seed) {
        Random random = new Random(seed);
        Deadlines deadlines = new Deadlines(START);
        List<Watched> all = new ArrayList<>();
        for (int count = 0; count < 200; count++) {
            all.add(new Watched());
        }
        long now = START;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextLong(2 * TICK);
            deadlines.advance(now, DeadlinesTest::fail);
            for (Watched each : all) {
                check(each, now, seed);
            }
            Watched moved = all.get(random.nextInt(all.size()));
            switch (random.nextInt(10)) {
                case 0 -> {
                    deadlines.clear(moved.entry);
                    moved.deadline = -1;
                }
                case 1 -> {
                    deadlines.remove(moved.entry);
                    moved.deadline = -1;
                }
                default -> {
                    moved.deadline =
                            now + random.nextLong(random.nextBoolean() ? 100 * TICK : 3_000 * TICK);
                    deadlines.set(moved.entry, moved.deadline);
                }
            }
        }
    }

    private static void fail(Throwable failure) {
        throw new AssertionError(failure);
    }

    @Test
    void oneThatThrowsHoldsUpNoOther() {
        Deadlines deadlines = new Deadlines(START);
        List<Throwable> failures = new ArrayList<>();
        List<Watched> others = new ArrayList<>();
        RuntimeException trouble = new IllegalStateException("trouble");
        for (int count = 1; count < 10; count++) {
            Watched other = new Watched();
            others.add(other);
            deadlines.set(other.entry, START + count * TICK);
            Deadlines.Entry throwing =
                    new Deadlines.Entry(
                            _ -> {
                                throw trouble;
                            });
            deadlines.set(throwing, START + count * TICK);
        }
        deadlines.advance(START + 20 * TICK, failures::add);
        assertThat(others).allMatch(each -> each.expiredAt > 0);
        assertThat(failures).hasSize(9).containsOnly(trouble);
    }

    private static void check(Watched each, long now, long seed) {
        if (each.expiredAt >= 0) {
            assertThat(each.deadline).as("seed %d: expired unasked", seed).isNotNegative();
            assertThat(each.expiredAt)
                    .as("seed %d: early", seed)
                    .isGreaterThanOrEqualTo(each.deadline);
            each.expiredAt = -1;
            each.deadline = -1;
        } else if (each.deadline >= 0) {
            assertThat(now).as("seed %d: late", seed).isLessThanOrEqualTo(each.deadline + 4 * TICK);
        }
    }

    @Test
    void afterALongPauseEverythingDueExpiresAtOnce() {
        Deadlines deadlines = new Deadlines(START);
        List<Watched> all = new ArrayList<>();
        for (int count = 1; count < 2_000; count++) {
            Watched each = new Watched();
            all.add(each);
            deadlines.set(each.entry, START + count * TICK);
        }
        deadlines.advance(START + 3_000 * TICK, DeadlinesTest::fail);
        assertThat(all).allMatch(each -> each.expiredAt > 0);
    }

    @Test
    void whatExpiresMaySetItselfAndRemoveOthers() {
        Deadlines deadlines = new Deadlines(START);
        List<String> log = new ArrayList<>();
        Deadlines.Entry victim = new Deadlines.Entry(_ -> log.add("victim"));
        Deadlines.Entry[] again = new Deadlines.Entry[1];
        again[0] =
                new Deadlines.Entry(
                        now -> {
                            log.add("again");
                            deadlines.remove(victim);
                            deadlines.set(again[0], now + 5 * TICK);
                        });
        deadlines.set(victim, START + TICK);
        deadlines.set(again[0], START + TICK);
        deadlines.advance(START + 3 * TICK, DeadlinesTest::fail);
        deadlines.advance(START + 12 * TICK, DeadlinesTest::fail);
        assertThat(log).containsExactly("again", "again");
    }
}
