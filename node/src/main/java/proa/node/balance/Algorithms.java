package proa.node.balance;

import proa.config.BackendConfig.Balance;
import proa.config.SpreadingConfig;

import java.util.List;
import java.util.function.LongSupplier;

/** Makes the algorithms of one pool, anew whenever a server has changed. Any thread. */
final class Algorithms {

    private final Balance balance;
    private final int loadPercentMax;
    private final KeyTables tables;
    private final LongSupplier nanoTime;
    private final Dice dice;

    /**
     * Makes those of one pool.
     *
     * @param hash of a pool with {@code balance = hash}
     * @param tables made by its method
     */
    Algorithms(
            Balance balance,
            SpreadingConfig.Hash hash,
            KeyTables tables,
            LongSupplier nanoTime,
            Dice dice) {
        this.balance = balance;
        this.loadPercentMax = hash.loadPercentMax().orElse(Hashed.UNBOUNDED);
        this.tables = tables;
        this.nanoTime = nanoTime;
        this.dice = dice;
    }

    /** The pool's algorithm for the servers of a tier, usable or not. */
    Algorithm of(List<PooledServer> members) {
        return switch (balance) {
            case ROUND_ROBIN -> new RoundRobin(usable(members));
            case STATIC_ROUND_ROBIN ->
                    new RoundRobin(configured(members), PooledServer::configuredWeight);
            case LEAST_CONNECTIONS -> new LeastConnections(usable(members));
            case HASH -> hashed(members, loadPercentMax);
            case RANDOM -> new RandomChoice(usable(members), dice);
            case TWO_CHOICES -> new TwoChoices(usable(members), dice);
            case LEAST_TIME, PEAK_EWMA -> new LeastTime(usable(members), nanoTime);
            case FIRST -> new First(usable(members));
        };
    }

    /** Consistent hashing over the servers of a tier, whatever the pool's algorithm is. */
    Algorithm hashed(List<PooledServer> members) {
        return hashed(members, Hashed.UNBOUNDED);
    }

    private Hashed hashed(List<PooledServer> members, int percentMax) {
        return new Hashed(tables.of(members), members, new RoundRobin(usable(members)), percentMax);
    }

    private static List<PooledServer> configured(List<PooledServer> members) {
        return usable(members).stream().filter(server -> server.configuredWeight() > 0).toList();
    }

    private static List<PooledServer> usable(List<PooledServer> members) {
        return members.stream().filter(PooledServer::usable).toList();
    }
}
