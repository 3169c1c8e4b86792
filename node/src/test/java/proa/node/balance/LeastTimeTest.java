package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig.Balance;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Servers by the time they take to answer. */
class LeastTimeTest {

    private static final long MILLI = 1_000_000;
    private static final long FAST = 2 * MILLI;
    private static final long SLOW = 20 * MILLI;

    private final ResponseTime time = new ResponseTime();

    @Test
    void theFirstSampleIsTheAverage() {
        assertThat(time.expectedMicros(5)).isEqualTo(ResponseTime.UNKNOWN);
        time.sample(FAST, 10, false);
        assertThat(time.expectedMicros(10)).isEqualTo(2_000f);
    }

    /** After one decay time 1 − 1/e of the average is new. */
    @Test
    void samplesCountByTheTimeTheyStandFor() {
        time.sample(10 * MILLI, 0, false);
        time.sample(20 * MILLI, ResponseTime.DECAY_NANOS, false);
        double expected = 10_000 / Math.E + 20_000 * (1 - 1 / Math.E);
        assertThat((double) time.expectedMicros(ResponseTime.DECAY_NANOS))
                .isCloseTo(expected, within(20.0));
    }

    @Test
    void aBurstCountsNoMoreThanItsDuration() {
        time.sample(FAST, 0, false);
        for (int burst = 0; burst < 1_000; burst++) {
            time.sample(1_000 * MILLI, 1_000, false);
        }
        assertThat(time.expectedMicros(1_000)).isEqualTo(2_000f);
    }

    @Test
    void aPeakCountsAtOnceAndIsForgivenSlowly() {
        time.sample(FAST, 0, true);
        time.sample(1_000 * MILLI, 1_000, true);
        assertThat(time.expectedMicros(1_000)).isEqualTo(1_000_000f);
        long later = ResponseTime.DECAY_NANOS;
        time.sample(FAST, later, true);
        assertThat((double) time.expectedMicros(later))
                .isCloseTo(1_000_000 / Math.E + 2_000 * (1 - 1 / Math.E), within(500.0));
    }

    @Test
    void whatIsNotAskedIsForgottenSoThatItIsTriedAgain() {
        time.sample(SLOW, 0, false);
        assertThat((double) time.expectedMicros(ResponseTime.DECAY_NANOS))
                .isCloseTo(20_000 / Math.E, within(20.0));
        assertThat(time.expectedMicros(20 * ResponseTime.DECAY_NANOS)).isLessThan(1);
    }

    @Test
    void whatIsTwoDaysOldIsForgottenToo() {
        time.sample(SLOW, 0, false);
        assertThat(time.expectedMicros(Duration.ofHours(50).toNanos())).isLessThan(1);
        assertThat(time.expectedMicros(Duration.ofHours(77).toNanos())).isLessThan(1);
    }

    @Test
    void aSampleOfALoopThatWasQuickerIsOfNow() {
        time.sample(FAST, ResponseTime.DECAY_NANOS, false);
        assertThat(time.expectedMicros(ResponseTime.DECAY_NANOS / 2)).isEqualTo(2_000f);
    }

    @Test
    void aServerThatComesBackIsUnknownAgain() {
        TestPool pool = TestPool.of(Balance.LEAST_TIME, TestPool.servers(2));
        answer(pool, "s0", FAST);
        answer(pool, "s1", SLOW);
        pool.down("s1");
        pool.up("s1");
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s1");
        assertThat(pool.take(FakeFacts.get("/")).name()).as("until it answers").isEqualTo("s0");
    }

    /** As with WebSockets: answered long ago, and still there. */
    @Test
    void aServerThatComesBackWithOldConnectionsIsAskedAgain() {
        TestPool pool = TestPool.of(Balance.LEAST_TIME, TestPool.servers(2));
        answer(pool, "s0", FAST);
        hold(pool, "s1");
        pool.down("s1");
        pool.up("s1");
        assertThat(pool.named("s1").current()).isEqualTo(1);
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s1");
        assertThat(pool.take(FakeFacts.get("/")).name()).as("until it answers").isEqualTo("s0");
    }

    @Test
    void whoDoesNotAnswerIsAskedAgainLater() {
        TestPool pool = TestPool.of(Balance.LEAST_TIME, TestPool.servers(2));
        answer(pool, "s0", FAST);
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s1");
        pool.nanos.addAndGet(ResponseTime.DECAY_NANOS - 1);
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s0");
        pool.nanos.addAndGet(1);
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s1");
    }

    @Test
    void severalThreadsSampleTogether() throws Exception {
        Thread[] loops = new Thread[4];
        for (int loop = 0; loop < loops.length; loop++) {
            long start = loop;
            loops[loop] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (long n = 0; n < 20_000; n++) {
                                            time.sample(FAST, start + n * MILLI, false);
                                        }
                                    });
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat((double) time.expectedMicros(20_000 * MILLI)).isCloseTo(2_000, within(1.0));
    }

    @ParameterizedTest
    @EnumSource(
            value = Balance.class,
            names = {"LEAST_TIME", "PEAK_EWMA"})
    void whatIsUnknownGetsOneRequestUntilItHasAnswered(Balance balance) {
        TestPool pool = TestPool.of(balance, TestPool.servers(3));
        answer(pool, "s0", FAST);
        assertThat(pool.take(FakeFacts.get("/")).name()).isIn("s1", "s2");
        assertThat(pool.take(FakeFacts.get("/")).name()).isIn("s1", "s2");
        assertThat(pool.named("s1").current()).isEqualTo(1);
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s0");
        assertThat(pool.take(FakeFacts.get("/")).name()).isEqualTo("s0");
    }

    /** Ten times faster, so with ten held requests as good as the idle other one. */
    @Test
    void loadAndTimeAreWeighedAgainstEachOther() {
        TestPool pool = TestPool.of(Balance.LEAST_TIME, TestPool.servers(2));
        answer(pool, "s0", FAST);
        answer(pool, "s1", SLOW);
        Map<String, Integer> held = new TreeMap<>();
        for (int request = 0; request < 110; request++) {
            held.merge(pool.take(FakeFacts.get("/")).name(), 1, Integer::sum);
        }
        assertThat(held.get("s0")).isBetween(99, 101);
    }

    @Test
    void weightsAreHonoured() {
        TestPool pool =
                TestPool.of(Balance.LEAST_TIME, TestPool.server("a", 3), TestPool.server("b", 1));
        answer(pool, "a", FAST);
        answer(pool, "b", FAST);
        for (int request = 0; request < 100; request++) {
            pool.take(FakeFacts.get("/"));
        }
        assertThat(pool.named("a").current()).isBetween(74, 76);
    }

    /** One slow answer: the peak takes the server out of use at once, the average hardly does. */
    @Test
    void aPeakTakesAServerOutOfUseAtOnce() {
        assertThat(afterOnePeak(Balance.PEAK_EWMA)).isZero();
        assertThat(afterOnePeak(Balance.LEAST_TIME)).isPositive();
    }

    private static int afterOnePeak(Balance balance) {
        TestPool pool = TestPool.of(balance, TestPool.servers(2));
        answer(pool, "s0", FAST);
        answer(pool, "s1", SLOW);
        answer(pool, "s0", 10 * SLOW);
        return pool.spread(100).getOrDefault("s0", 0);
    }

    /** Lets this server answer one request that then stays. */
    private static void hold(TestPool pool, String name) {
        Destination choice = pool.pool.destination(FakeFacts.get("/"));
        for (Server server = choice.next(); server != null; server = choice.next()) {
            choice.answered(server);
            if (server.name().equals(name)) {
                return;
            }
            server.ended();
        }
    }

    /** Lets this server answer one request in that time, whoever is chosen meanwhile. */
    private static void answer(TestPool pool, String name, long nanos) {
        Destination choice = pool.pool.destination(FakeFacts.get("/"));
        for (Server server = choice.next(); server != null; server = choice.next()) {
            if (server.name().equals(name)) {
                pool.nanos.addAndGet(nanos);
                choice.answered(server);
                choice.answered(server); // counts once
            }
            server.ended();
        }
    }
}
