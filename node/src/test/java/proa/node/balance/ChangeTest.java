package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Method;
import proa.node.rules.FakeFacts;

import java.util.List;
import java.util.Map;

/** Weights and states that the operator changes while there is traffic. */
class ChangeTest {

    @Test
    void aWeightCountsFromTheNextRequest() {
        TestPool pool =
                TestPool.of(Balance.ROUND_ROBIN, TestPool.server("a", 1), TestPool.server("b", 1));
        assertThat(pool.spread(10)).isEqualTo(Map.of("a", 5, "b", 5));
        pool.pool.weight(pool.named("b"), 49);
        assertThat(pool.spread(100)).isEqualTo(Map.of("a", 2, "b", 98));
        pool.pool.weight(pool.named("a"), 0);
        assertThat(pool.spread(10)).isEqualTo(Map.of("b", 10));
        pool.pool.weight(pool.named("a"), 49);
        assertThat(pool.spread(10)).isEqualTo(Map.of("a", 5, "b", 5));
    }

    @Test
    void aWeightOutOfRangeIsRefused() {
        TestPool pool = TestPool.of(Balance.ROUND_ROBIN, TestPool.servers(1));
        assertThatThrownBy(() -> pool.pool.weight(pool.named("s0"), 257))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.pool.weight(pool.named("s0"), -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDrainingServerKeepsItsClientsAndOneInMaintenanceNobody() {
        TestPool pool =
                new TestPool(
                        Balance.ROUND_ROBIN,
                        new Sticky.Cookie("S"),
                        SpreadingConfig.DEFAULTS,
                        List.of(TestPool.server("a", 1), TestPool.server("b", 1)));
        FakeFacts ofA = FakeFacts.get("/").withCookie("S", "a");
        pool.pool.order(pool.named("a"), Order.DRAIN, "a test");
        assertThat(pool.spread(4)).isEqualTo(Map.of("b", 4));
        assertThat(pool.pick(ofA)).isEqualTo("a");
        pool.pool.order(pool.named("a"), Order.MAINTENANCE, "a test");
        assertThat(pool.pick(ofA)).isEqualTo("b");
        pool.pool.order(pool.named("a"), Order.READY, "a test");
        assertThat(pool.pick(ofA)).isEqualTo("a");
        assertThat(pool.spread(4)).isEqualTo(Map.of("a", 2, "b", 2));
    }

    /** Of 4 equal servers one gets weight 0: a quarter must move, and Maglev moves little more. */
    @Test
    void theShareOfMovedKeysIsMeasured() {
        assertThat(moved(Method.RING)).isBetween(0.2, 0.3);
        assertThat(moved(Method.MAGLEV)).isBetween(0.24, 0.26);
        assertThat(moved(Method.MODULO)).as("(N − 1) of N").isBetween(0.7, 0.8);
    }

    private static double moved(Method method) {
        TestPool pool = TestPool.hashed(new HashKey.Source(false), method, TestPool.servers(4));
        assertThat(pool.pool.keys().orElseThrow().movedShare()).isZero();
        pool.pool.weight(pool.named("s3"), 0);
        return pool.pool.keys().orElseThrow().movedShare();
    }

    @Test
    void aWeightMovesTheKeysItSays() {
        TestPool pool =
                TestPool.hashed(new HashKey.Source(false), Method.MAGLEV, TestPool.servers(3));
        String[] before = new String[10_000];
        for (int client = 0; client < before.length; client++) {
            before[client] = pool.pick(TestPool.client(client));
        }
        pool.pool.weight(pool.named("s1"), 2);
        int moved = 0;
        for (int client = 0; client < before.length; client++) {
            moved += pool.pick(TestPool.client(client)).equals(before[client]) ? 0 : 1;
        }
        double said = pool.pool.keys().orElseThrow().movedShare();
        assertThat(Math.abs(moved / 10_000.0 - said)).isLessThan(0.02);
    }

    @Test
    void whoLosesAllWeightWhileAnOrderIsMadeHasNoPlaceInIt() {
        TestPool pool = TestPool.of(Balance.ROUND_ROBIN, TestPool.servers(2));
        assertThat(SmoothOrder.of(pool.pool.servers(), _ -> 0)).isEmpty();
        PooledServer stays = pool.named("s1");
        assertThat(SmoothOrder.of(pool.pool.servers(), server -> server == stays ? 5 : 0))
                .containsExactly(stays);
    }

    @Test
    void changesFromSeveralThreadsAllArrive() throws Exception {
        TestPool pool = TestPool.of(Balance.ROUND_ROBIN, TestPool.servers(4));
        Thread[] threads = new Thread[4];
        for (int at = 0; at < threads.length; at++) {
            PooledServer server = pool.named("s" + at);
            threads[at] =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int n = 1; n <= 200; n++) {
                                            pool.pool.weight(server, n % 5);
                                        }
                                        pool.pool.weight(server, 3);
                                    });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(pool.spread(8)).isEqualTo(Map.of("s0", 2, "s1", 2, "s2", 2, "s3", 2));
    }
}
