package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The fewest current requests or connections relative to the weight; equals take turns.
 *
 * <p>Two event loops that choose in the same instant may see the same counts and choose the same
 * server; the next choice makes up for it.
 */
final class LeastConnections implements Algorithm {

    private final PooledServer[] servers;
    private final AtomicLong turn = new AtomicLong();

    LeastConnections(List<PooledServer> usable) {
        servers = usable.toArray(PooledServer[]::new);
    }

    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        int first = servers.length == 0 ? 0 : (int) (turn.getAndIncrement() % servers.length);
        PooledServer best = null;
        for (int step = 0; step < servers.length; step++) {
            PooledServer server = servers[(first + step) % servers.length];
            if (tried.leaves(server) && (best == null || lighter(server, best))) {
                best = server;
            }
        }
        return best;
    }

    /** Whether a's load per weight is below b's, without a division. */
    static boolean lighter(PooledServer a, PooledServer b) {
        return (long) a.current() * b.share() < (long) b.current() * a.share();
    }
}
