package proa.node.balance;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Method;

import java.lang.management.ManagementFactory;

/** Choosing a server costs the garbage collector nothing. */
class AllocationTest {

    private static final int CHOICES = 100_000;

    /** The compiler may be late on a busy machine. */
    private static final int ROUNDS_MAX = 50;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(Balance.class)
    void aChoiceAllocatesNothing(Balance balance) {
        TestPool pool =
                balance == Balance.HASH
                        ? TestPool.hashed(
                                new HashKey.Source(false), Method.MAGLEV, TestPool.servers(5))
                        : TestPool.of(balance, TestPool.servers(5));
        Tried tried = new Tried();
        choose(pool, tried);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS_MAX && least >= CHOICES; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            choose(pool, tried);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least / CHOICES).as("bytes for each choice").isZero();
    }

    private static void choose(TestPool pool, Tried tried) {
        for (int choice = 1; choice <= CHOICES; choice++) {
            PooledServer server = pool.pool.choose(tried, RequestKey.NONE, choice);
            server.take();
            server.ended();
        }
    }
}
