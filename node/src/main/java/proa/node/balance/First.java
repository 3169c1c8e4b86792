package proa.node.balance;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The first server in the order written that has room: the others can be switched off while there
 * is little to do.
 */
final class First implements Algorithm {

    private final PooledServer[] servers;

    First(List<PooledServer> usable) {
        servers = usable.toArray(PooledServer[]::new);
    }

    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        for (PooledServer server : servers) {
            if (tried.leaves(server)) {
                return server;
            }
        }
        return null;
    }
}
