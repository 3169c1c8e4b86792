package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Balance;

import java.util.List;

/** Chooses among the servers of one tier. Safe from any event loop. */
sealed interface Algorithm permits RoundRobin, LeastConnections {

    /** A usable server that has not been tried, or null. */
    @Nullable PooledServer choose(Tried tried);

    static Algorithm of(Balance balance, List<PooledServer> usable) {
        return switch (balance) {
            case ROUND_ROBIN -> new RoundRobin(usable);
            case LEAST_CONNECTIONS -> new LeastConnections(usable);
        };
    }
}
