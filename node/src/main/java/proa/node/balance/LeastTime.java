package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The lowest expected response time: the average of the server's recent ones, times the requests it
 * would then have, relative to the weight (as Finagle's and Envoy's peak EWMA balancers). Equals
 * take turns.
 *
 * <p>A server of which nothing is known yet gets one request, and no other until that is answered
 * or has been waited for long enough.
 */
final class LeastTime implements Algorithm {

    /** What is not known and has been asked already costs more than any time that was measured. */
    private static final double UNKNOWN_MICROS = 1e12;

    private final PooledServer[] servers;
    private final LongSupplier nanoTime;
    private final AtomicLong turn = new AtomicLong();

    LeastTime(List<PooledServer> usable, LongSupplier nanoTime) {
        this.servers = usable.toArray(PooledServer[]::new);
        this.nanoTime = nanoTime;
    }

    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        int first = servers.length == 0 ? 0 : (int) (turn.getAndIncrement() % servers.length);
        long now = nanoTime.getAsLong();
        PooledServer best = null;
        double lowest = Double.POSITIVE_INFINITY;
        for (int step = 0; step < servers.length; step++) {
            PooledServer server = servers[(first + step) % servers.length];
            if (tried.leaves(server)) {
                double cost = cost(server, now);
                if (best == null || cost < lowest) {
                    best = server;
                    lowest = cost;
                }
            }
        }
        return best;
    }

    private static double cost(PooledServer server, long nowNanos) {
        int current = server.current();
        ResponseTime time = server.responseTime();
        double micros = time.expectedMicros(nowNanos);
        if (micros == ResponseTime.UNKNOWN) {
            // What it has may all be answered: long connections of before tell nothing any more.
            micros = current > 0 && time.isAsked(nowNanos) ? UNKNOWN_MICROS : 0;
        }
        return micros * (current + 1) / server.share();
    }
}
