package proa.node.probe;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.SourceTurn;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/**
 * Takes findings about the servers of one pool to the pool, and says when they amount to panic.
 * Safe from any thread.
 */
final class PoolHealth {

    /** Where everything about the health of servers is logged. */
    static final Logger LOG = LoggerFactory.getLogger("proa.node.health");

    private final BiConsumer<String, String> told;
    private final BiConsumer<String, String> downs;
    private volatile Pool pool;
    private final AtomicBoolean saidPanic = new AtomicBoolean();

    PoolHealth(Pool pool, BiConsumer<String, String> told) {
        this(pool, told, (_, _) -> {});
    }

    /** Likewise; {@code downs} is told the backend and the server that this node finds down. */
    PoolHealth(Pool pool, BiConsumer<String, String> told, BiConsumer<String, String> downs) {
        this.pool = pool;
        this.told = told;
        this.downs = downs;
    }

    /** The checks of this node have found a server down by themselves. */
    void foundDown(PooledServer server) {
        downs.accept(pool.name(), server.name());
    }

    Pool pool() {
        return pool;
    }

    /** Findings go to the same backend's pool of another configuration from now on. */
    void follow(Pool next) {
        pool = next;
    }

    /** Where questions to a server come from; null: the kernel chooses. */
    @Nullable SourceTurn sources(PooledServer server) {
        return SourceTurn.of(pool.config().sources(), server.address().getAddress());
    }

    /** The name of a server in the log. */
    String name(PooledServer server) {
        return pool.name() + "/" + server.name();
    }

    /**
     * What a server's check says.
     *
     * @param why after how many passes or failures, and the last reason
     */
    void checked(PooledServer server, Health health, String why) {
        String words = "its check says " + health.name().toLowerCase(Locale.ROOT);
        tell(server, (to, here) -> to.health(here, health, "after " + why));
        told.accept(name(server), words + " after " + why);
    }

    /**
     * A server is out because it failed live traffic.
     *
     * @param last what of it failed last, to be appended; empty: not known
     */
    void ejected(PooledServer server, String last) {
        tell(server, (to, here) -> to.ejected(here, true, "it failed live traffic" + last));
        told.accept(name(server), "ejected: it failed live traffic" + last);
    }

    /** That has had its time. */
    void returned(PooledServer server) {
        tell(server, (to, here) -> to.ejected(here, false, "on trial"));
        told.accept(name(server), "back, on trial");
    }

    /** What a server's agent says. */
    void agent(PooledServer server, Order order, boolean working, int weightPercent) {
        tell(server, (to, here) -> to.agent(here, order, working, weightPercent));
    }

    /** The server as the pool of now has it; one that it does not have any more is no matter. */
    private void tell(PooledServer server, BiConsumer<Pool, PooledServer> finding) {
        Pool to = pool;
        PooledServer here = in(to, server);
        if (here != null) {
            finding.accept(to, here);
            sayPanic();
        }
    }

    private static @Nullable PooledServer in(Pool pool, PooledServer server) {
        PooledServer here = pool.named(server.name());
        return here != null && here.isSameAs(server) ? here : null;
    }

    /** A server with the weight that it has now; one that is gone, as it was. */
    PooledServer asOfNow(PooledServer server) {
        PooledServer here = in(pool, server);
        return here == null ? server : here;
    }

    private void sayPanic() {
        boolean panic = pool.panicking();
        if (saidPanic.getAndSet(panic) == panic) {
            return;
        }
        told.accept(pool.name(), panic ? "panic: too few servers are up" : "no longer in panic");
        if (panic) {
            LOG.warn(
                    "backend {} PANIC: less than {}% of its servers are up, all are used",
                    pool.name(), pool.config().health().panicBelowPercent());
        } else {
            LOG.info("backend {} is no longer in panic", pool.name());
        }
    }
}
