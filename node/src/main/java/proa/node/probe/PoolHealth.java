package proa.node.probe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes findings about the servers of one pool to the pool, and says when they amount to panic.
 * Safe from any thread.
 */
final class PoolHealth {

    /** Where everything about the health of servers is logged. */
    static final Logger LOG = LoggerFactory.getLogger("proa.node.health");

    private final Pool pool;
    private final AtomicBoolean saidPanic = new AtomicBoolean();

    PoolHealth(Pool pool) {
        this.pool = pool;
    }

    Pool pool() {
        return pool;
    }

    /** The name of a server in the log. */
    String name(PooledServer server) {
        return pool.name() + "/" + server.name();
    }

    /** What a server's check says. */
    void checked(PooledServer server, Health health) {
        pool.health(server, health);
        sayPanic();
    }

    /** Whether a server is out because it failed live traffic. */
    void ejected(PooledServer server, boolean ejected) {
        pool.ejected(server, ejected);
        sayPanic();
    }

    /** What a server's agent says. */
    void agent(PooledServer server, Order order, boolean working, int weightPercent) {
        pool.agent(server, order, working, weightPercent);
        sayPanic();
    }

    private void sayPanic() {
        boolean panic = pool.panicking();
        if (saidPanic.getAndSet(panic) == panic) {
            return;
        }
        if (panic) {
            LOG.warn(
                    "backend {} PANIC: less than {}% of its servers are up, all are used",
                    pool.name(), pool.config().health().panicBelowPercent());
        } else {
            LOG.info("backend {} is no longer in panic", pool.name());
        }
    }
}
