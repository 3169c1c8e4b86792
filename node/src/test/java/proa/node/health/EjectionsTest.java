package proa.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.HealthConfig.Passive;
import proa.node.health.Ejections.Notice;
import proa.node.health.Ejections.Notice.Ejected;
import proa.node.health.Ejections.Notice.Kept;
import proa.node.health.Ejections.Notice.Returned;

import java.time.Duration;
import java.util.List;
import java.util.Random;

class EjectionsTest {
    private static final long SECOND = 1_000_000_000;
    private static final long OUT = 30 * SECOND;

    private final Ejections ejections = ejections(3, 50, 4);

    @Test
    void threeFailuresWithinTheWindowTakeAServerOut() {
        assertThat(fail(0, 0)).isNull();
        assertThat(fail(0, 10 * SECOND)).isNull();
        assertThat(fail(1, 10 * SECOND)).as("another one").isNull();
        assertThat(fail(0, 30 * SECOND)).isEqualTo(new Ejected(0, OUT, 1));
        assertThat(fail(0, 31 * SECOND)).as("it is out already").isNull();
        assertThat(ejections.ejected()).isEqualTo(1);
    }

    @Test
    void failuresFurtherApartDoNot() {
        for (int failure = 0; failure < 100; failure++) {
            assertThat(fail(0, failure * (16 * SECOND))).isNull();
        }
    }

    @Test
    void itIsBackWhenItsTimeIsOver() {
        eject(0, 0);
        assertThat(ejections.nanosToReturn(SECOND, 99 * SECOND)).isEqualTo(29 * SECOND);
        assertThat(ejections.nanosToReturn(SECOND, SECOND)).isEqualTo(SECOND);
        assertThat(ejections.expire(OUT - 1)).isEmpty();
        assertThat(ejections.expire(OUT)).containsExactly(new Returned(0));
        assertThat(ejections.ejected()).isZero();
        assertThat(ejections.nanosToReturn(OUT, 99 * SECOND)).isEqualTo(99 * SECOND);
    }

    @Test
    void onTrialOneFailureIsEnoughAndItStaysOutTwiceAsLong() {
        eject(0, 0);
        ejections.expire(OUT);
        assertThat(fail(0, OUT + SECOND)).isEqualTo(new Ejected(0, 2 * OUT, 2));
        ejections.expire(3 * OUT + SECOND);
        assertThat(fail(0, 3 * OUT + 2 * SECOND)).isEqualTo(new Ejected(0, 4 * OUT, 3));
    }

    @Test
    void afterAWindowWithoutFailureAllIsForgotten() {
        eject(0, 0);
        ejections.expire(OUT);
        long later = OUT + 31 * SECOND;
        assertThat(fail(0, later)).isNull();
        assertThat(fail(0, later)).isNull();
        assertThat(fail(0, later)).isEqualTo(new Ejected(0, OUT, 1));
    }

    @Test
    void itIsNeverOutLongerThanTheMaximum() {
        long now = eject(0, 0);
        for (int times = 2; times < 40; times++) {
            ejections.expire(now);
            Ejected ejected = (Ejected) fail(0, now);
            assertThat(ejected).isNotNull();
            assertThat(ejected.times()).isEqualTo(times);
            assertThat(ejected.forNanos()).isLessThanOrEqualTo(300 * SECOND);
            now += ejected.forNanos();
        }
    }

    @Test
    void nobodyIsTakenOutBeyondTheShareAndThatIsSaidOnce() {
        eject(0, 0);
        eject(1, 0);
        assertThat(fail(2, 0)).isNull();
        assertThat(fail(2, 0)).isNull();
        assertThat(fail(2, 0)).isEqualTo(new Kept(2));
        for (int failure = 0; failure < 10; failure++) {
            assertThat(fail(2, SECOND)).isNull();
        }
    }

    @Test
    void serversThatAreDownCountTowardsTheShare() {
        assertThat(ejections.failed(0, 2, 0)).isNull();
        assertThat(ejections.failed(0, 2, 0)).isNull();
        assertThat(ejections.failed(0, 2, 0)).isEqualTo(new Kept(0));
    }

    @Test
    void theOnlyServerStays() {
        Ejections alone = ejections(1, 50, 1);
        assertThat(alone.failed(0, 0, 0)).isEqualTo(new Kept(0));
        assertThat(ejections(1, 100, 1).failed(0, 0, 0)).isInstanceOf(Ejected.class);
    }

    /**
     * Random pools, settings and failures: never more out than the share, everybody returns on
     * time, and a server that always fails comes back ever more rarely.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void keepsItsPromisesWhateverHappens(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            simulate(random, "seed " + seed + ", round " + round);
        }
    }

    private static void simulate(Random random, String where) {
        int servers = 1 + random.nextInt(12);
        int share = 1 + random.nextInt(100);
        Ejections pool = ejections(1 + random.nextInt(5), share, servers);
        long[] untilNanos = new long[servers];
        boolean[] out = new boolean[servers];
        long now = random.nextLong(); // nanoTime has no origin
        for (int step = 0; step < 2_000; step++) {
            now += (long) (random.nextDouble() * random.nextInt(1, 20) * SECOND);
            for (Returned returned : pool.expire(now)) {
                assertThat(out[returned.server()]).as(where).isTrue();
                assertThat(now - untilNanos[returned.server()]).as(where).isNotNegative();
                out[returned.server()] = false;
            }
            int failing = random.nextInt(servers);
            if (pool.failed(failing, 0, now) instanceof Ejected(int server, long nanos, int _)) {
                assertThat(out[server]).as(where).isFalse();
                assertThat(nanos).as(where).isBetween(OUT, 10 * OUT);
                out[server] = true;
                untilNanos[server] = now + nanos;
            }
            int count = 0;
            for (int server = 0; server < servers; server++) {
                count += out[server] ? 1 : 0;
                assertThat(!out[server] || now - untilNanos[server] < 0).as(where).isTrue();
            }
            assertThat(count).as(where).isEqualTo(pool.ejected());
            assertThat(count * 100).as(where).isLessThanOrEqualTo(share * servers);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void aFlappingServerIsDamped(long seed) {
        Random random = new Random(seed);
        Ejections pool = ejections(3, 50, 2);
        long hour = 3600 * SECOND;
        int served = 0;
        for (long now = 0; now < hour; now += random.nextLong(SECOND / 10, SECOND)) {
            pool.expire(now);
            served += pool.ejected() == 0 ? 1 : 0;
            pool.failed(0, 0, now); // whenever it is asked
        }
        assertThat(served).as("requests it spoils: 3, then one for each return").isLessThan(20);
    }

    private long eject(int server, long now) {
        Notice last = null;
        for (int failure = 0; failure < 3; failure++) {
            last = fail(server, now);
        }
        assertThat(last).isEqualTo(new Ejected(server, OUT, 1));
        return now + OUT;
    }

    private @Nullable Notice fail(int server, long now) {
        return ejections.failed(server, 0, now);
    }

    private static Ejections ejections(int failures, int ejectedMaxPercent, int servers) {
        Passive config =
                new Passive(
                        failures,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5),
                        ejectedMaxPercent,
                        List.of());
        return new Ejections(config, servers);
    }
}
