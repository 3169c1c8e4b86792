package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;

/** Smooth weighted round robin: {@link SmoothOrder} walked by all event loops together. */
final class RoundRobin implements Algorithm {

    private final PooledServer[] order;
    private final AtomicLong turn = new AtomicLong();

    RoundRobin(List<PooledServer> usable) {
        this(usable, PooledServer::share);
    }

    /** By other shares than those of the moment, all above zero. */
    RoundRobin(List<PooledServer> usable, ToIntFunction<PooledServer> share) {
        order = SmoothOrder.of(usable, share);
    }

    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        if (order.length == 0) {
            return null;
        }
        int first = (int) (turn.getAndIncrement() % order.length);
        for (int step = 0; step < order.length; step++) {
            PooledServer server = order[(first + step) % order.length];
            if (tried.leaves(server)) {
                return server;
            }
        }
        return null;
    }
}
