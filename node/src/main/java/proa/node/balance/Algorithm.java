package proa.node.balance;

import org.jspecify.annotations.Nullable;

/** Chooses among the servers of one tier. Safe from any event loop; allocates nothing. */
sealed interface Algorithm
        permits RoundRobin, LeastConnections, LeastTime, RandomChoice, TwoChoices, First, Hashed {

    /**
     * A usable server with room that has not been tried, or null.
     *
     * @param key hash of what the request is balanced by, or {@link RequestKey#NONE}
     */
    @Nullable PooledServer choose(Tried tried, long key);
}
