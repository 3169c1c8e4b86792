package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig.Balance;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.rules.FakeFacts;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Choices by chance, and the first with room. */
class ChanceTest {

    /** 99.9 % of fair dice with four faces stay below this (three degrees of freedom). */
    private static final double CHI_SQUARE_MAX = 16.27;

    @Test
    void chanceIsFair() {
        TestPool pool = TestPool.of(Balance.RANDOM, TestPool.servers(4));
        assertThat(chiSquare(pool.spread(40_000), Map.of("s0", 1, "s1", 1, "s2", 1, "s3", 1)))
                .isLessThan(CHI_SQUARE_MAX);
    }

    @Test
    void chanceHonoursWeights() {
        TestPool pool =
                TestPool.of(
                        Balance.RANDOM,
                        TestPool.server("a", 4),
                        TestPool.server("b", 3),
                        TestPool.server("c", 2),
                        TestPool.server("d", 1));
        assertThat(chiSquare(pool.spread(40_000), Map.of("a", 4, "b", 3, "c", 2, "d", 1)))
                .isLessThan(CHI_SQUARE_MAX);
    }

    private static double chiSquare(Map<String, Integer> seen, Map<String, Integer> weights) {
        int all = seen.values().stream().mapToInt(Integer::intValue).sum();
        int sum = weights.values().stream().mapToInt(Integer::intValue).sum();
        double chi = 0;
        for (Map.Entry<String, Integer> each : weights.entrySet()) {
            double expected = (double) all * each.getValue() / sum;
            double off = seen.getOrDefault(each.getKey(), 0) - expected;
            chi += off * off / expected;
        }
        return chi;
    }

    @Test
    void diceOfTheSameSeedFallTheSameWay() {
        Dice one = new Dice(7);
        Dice other = new Dice(7);
        Set<Integer> faces = new HashSet<>();
        for (int roll = 0; roll < 1_000; roll++) {
            int face = one.below(6);
            assertThat(face).isBetween(0, 5).isEqualTo(other.below(6));
            faces.add(face);
        }
        assertThat(faces).hasSize(6);
    }

    /** With n held requests on n servers the fullest has few with two choices, many with one. */
    @Test
    void ofTwoByChanceTheLessLoadedIsTaken() {
        assertThat(fullest(Balance.TWO_CHOICES)).isLessThanOrEqualTo(4);
        assertThat(fullest(Balance.RANDOM)).isGreaterThanOrEqualTo(5);
    }

    private static int fullest(Balance balance) {
        TestPool pool = TestPool.of(balance, TestPool.servers(1_000));
        for (int held = 0; held < 1_000; held++) {
            pool.take(FakeFacts.get("/"));
        }
        return pool.pool.servers().stream().mapToInt(PooledServer::current).max().orElseThrow();
    }

    @Test
    void twoServersAreAlwaysBothLookedAt() {
        TestPool pool =
                TestPool.of(Balance.TWO_CHOICES, TestPool.server("a", 9), TestPool.server("b", 1));
        for (int held = 0; held < 100; held++) {
            pool.take(FakeFacts.get("/"));
        }
        assertThat(pool.named("a").current()).isBetween(89, 91);
    }

    @ParameterizedTest
    @EnumSource(
            value = Balance.class,
            names = {"RANDOM", "TWO_CHOICES", "FIRST", "LEAST_TIME", "PEAK_EWMA"})
    void noServerIsOfferedTwiceOrWhenDown(Balance balance) {
        TestPool pool = TestPool.of(balance, TestPool.servers(4));
        pool.down("s2");
        Destination choice = pool.pool.destination(FakeFacts.get("/"));
        Set<String> names = new HashSet<>();
        for (Server next = choice.next(); next != null; next = choice.next()) {
            assertThat(names.add(next.name())).isTrue();
        }
        assertThat(names).containsExactlyInAnyOrder("s0", "s1", "s3");
        for (String name : List.of("s0", "s1", "s3")) {
            pool.down(name);
        }
        assertThat(pool.take(FakeFacts.get("/"))).isNull();
    }

    @Test
    void theFirstIsFilledBeforeTheSecondIsTouched() {
        TestPool pool =
                TestPool.of(
                        Balance.FIRST,
                        TestPool.limited("a", 3),
                        TestPool.limited("b", 2),
                        TestPool.server("c", 1));
        List<String> names = new ArrayList<>();
        for (int held = 0; held < 7; held++) {
            names.add(pool.take(FakeFacts.get("/")).name());
        }
        assertThat(names).containsExactly("a", "a", "a", "b", "b", "c", "c");
        pool.named("a").ended();
        assertThat(pool.pick(FakeFacts.get("/"))).isEqualTo("a");
    }

    /** All event loops choose at once: nothing is lost, nobody is chosen who is down. */
    @ParameterizedTest
    @EnumSource(Balance.class)
    void severalThreadsChooseTogether(Balance balance) throws Exception {
        TestPool pool =
                balance == Balance.HASH
                        ? TestPool.hashed(
                                new proa.config.SpreadingConfig.HashKey.Source(false),
                                proa.config.SpreadingConfig.Method.MAGLEV,
                                TestPool.servers(4))
                        : TestPool.of(balance, TestPool.servers(4));
        pool.down("s3");
        Map<String, Integer> spread = new ConcurrentHashMap<>();
        List<Thread> loops = new ArrayList<>();
        for (int loop = 0; loop < 4; loop++) {
            int own = loop;
            loops.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 0; n < 5_000; n++) {
                                            FakeFacts facts = TestPool.client(own * 5_000 + n);
                                            spread.merge(pool.pick(facts), 1, Integer::sum);
                                        }
                                    }));
        }
        for (Thread loop : loops) {
            loop.join();
        }
        assertThat(spread).doesNotContainKey("s3");
        assertThat(spread.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(20_000);
        assertThat(pool.pool.servers()).allSatisfy(server -> assertThat(server.current()).isZero());
        assertThat(pool.pool.servers().stream().mapToLong(PooledServer::total).sum())
                .isEqualTo(20_000);
    }
}
