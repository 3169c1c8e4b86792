package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig.Balance;
import proa.node.rules.FakeFacts;

import java.time.Duration;

/** A server that has come back gets its share little by little. */
class SlowStartTest {

    private static final Duration WINDOW = Duration.ofSeconds(30);
    private static final long STEP = WINDOW.toNanos() / 10;

    private static TestPool pool(Balance balance) {
        return TestPool.of(
                balance,
                TestPool.slowStart(WINDOW),
                TestPool.server("back", 1),
                TestPool.server("other", 1));
    }

    /** Its share of all requests is w ÷ (w + 1) with w from a tenth to one. */
    @Test
    void theShareGrowsInTenthsOverTheWindow() {
        TestPool pool = pool(Balance.ROUND_ROBIN);
        pool.down("back");
        pool.nanos.addAndGet(100 * TestPool.SECOND);
        pool.up("back");
        for (int tenth = 1; tenth <= 10; tenth++) {
            int round = 10 + tenth;
            assertThat(pool.spread(100 * round).get("back"))
                    .as("step %d", tenth)
                    .isEqualTo(100 * tenth);
            pool.nanos.addAndGet(STEP + 2);
        }
        assertThat(pool.spread(100).get("back")).isEqualTo(50);
    }

    @ParameterizedTest
    @EnumSource(
            value = Balance.class,
            names = {"RANDOM", "TWO_CHOICES", "LEAST_CONNECTIONS"})
    void everyAlgorithmWithSharesHonoursIt(Balance balance) {
        TestPool pool = pool(balance);
        pool.down("back");
        pool.up("back");
        pool.nanos.addAndGet(4 * STEP + 10); // the fifth step: half its weight
        for (int held = 0; held < 3_000; held++) {
            pool.take(FakeFacts.get("/"));
        }
        double share = pool.named("back").current() / 3_000.0;
        assertThat(share).isCloseTo(1 / 3.0, within(0.03));
    }

    @Test
    void aServerThatWasNeverDownHasItsShareAtOnce() {
        TestPool pool = pool(Balance.ROUND_ROBIN);
        pool.up("back"); // the first probe
        assertThat(pool.spread(10).get("back")).isEqualTo(5);
    }

    @Test
    void aServerTheOperatorGivesBackGrowsToo() {
        TestPool pool = pool(Balance.ROUND_ROBIN);
        pool.pool.order(pool.named("back"), Order.MAINTENANCE, "a test");
        pool.pool.order(pool.named("back"), Order.READY, "a test");
        assertThat(pool.spread(110).get("back")).isEqualTo(10);
        pool.pool.weight(pool.named("other"), 2);
        assertThat(pool.spread(210).get("back"))
                .as("other changes do not start it anew")
                .isEqualTo(10);
    }

    @Test
    void fallingAgainStartsAnew() {
        TestPool pool = pool(Balance.ROUND_ROBIN);
        pool.down("back");
        pool.up("back");
        pool.nanos.addAndGet(20 * TestPool.SECOND);
        pool.down("back");
        pool.up("back");
        assertThat(pool.spread(110).get("back")).isEqualTo(10);
    }

    @Test
    void theOnlyServerGetsEverythingFromTheStart() {
        TestPool pool =
                TestPool.of(
                        Balance.ROUND_ROBIN,
                        TestPool.slowStart(WINDOW),
                        TestPool.server("back", 1));
        pool.down("back");
        pool.up("back");
        assertThat(pool.spread(10).get("back")).isEqualTo(10);
    }
}
