package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.spread.KeyTable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The same server for the same key on every node: a table over all configured servers, past those
 * that cannot be used, so that a server that goes down moves only its own keys. A request without
 * the key is balanced round robin.
 *
 * <p>With a bound (Mirrokni, Thorup, Zadimoghaddam, Consistent Hashing with Bounded Loads, SODA
 * 2018) servers are passed over while they have more than so much of the average load, as this node
 * sees it.
 */
final class Hashed implements Algorithm {

    static final int UNBOUNDED = 0;

    private static final long PERCENT = 100;

    private final @Nullable KeyTable table;
    private final PooledServer[] owners;
    private final RoundRobin keyless;
    private final int loadPercentMax;

    /**
     * Hashes over the servers of a tier.
     *
     * @param table of their names; null when none has a weight
     * @param members usable or not
     * @param loadPercentMax percent of the average load; {@link #UNBOUNDED}: no bound
     */
    Hashed(
            @Nullable KeyTable table,
            List<PooledServer> members,
            RoundRobin keyless,
            int loadPercentMax) {
        this.table = table;
        this.owners = table == null ? new PooledServer[0] : owners(table, members);
        this.keyless = keyless;
        this.loadPercentMax = loadPercentMax;
    }

    private static PooledServer[] owners(KeyTable table, List<PooledServer> members) {
        Map<String, PooledServer> byName =
                members.stream().collect(Collectors.toMap(PooledServer::name, Function.identity()));
        return table.names().stream()
                .map(name -> Objects.requireNonNull(byName.get(name)))
                .toArray(PooledServer[]::new);
    }

    @Override
    public @Nullable PooledServer choose(Tried tried, long key) {
        if (key == RequestKey.NONE) {
            return keyless.choose(tried, key);
        }
        if (table == null || !isOneLeft(tried)) {
            return null;
        }
        return loadPercentMax == UNBOUNDED ? walk(table, tried, key) : bounded(table, tried, key);
    }

    private boolean isOneLeft(Tried tried) {
        for (PooledServer owner : owners) {
            if (tried.leaves(owner)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable PooledServer walk(KeyTable keys, Tried tried, long key) {
        for (int step = 0; step < keys.steps(); step++) {
            PooledServer server = owners[keys.owner(key, step)];
            if (tried.leaves(server)) {
                return server;
            }
        }
        return null; // the last one went down meanwhile
    }

    private @Nullable PooledServer bounded(KeyTable keys, Tried tried, long key) {
        long load = 1;
        long weights = 0;
        for (PooledServer owner : owners) {
            if (owner.usable()) {
                load += owner.current();
                weights += owner.weight();
            }
        }
        if (!isOneBelow(tried, load, weights)) {
            return walk(keys, tried, key);
        }
        for (int step = 0; step < keys.steps(); step++) {
            PooledServer server = owners[keys.owner(key, step)];
            if (tried.leaves(server) && isBelow(server, load, weights)) {
                return server;
            }
        }
        return walk(keys, tried, key); // it was filled meanwhile
    }

    private boolean isOneBelow(Tried tried, long load, long weights) {
        for (PooledServer owner : owners) {
            if (tried.leaves(owner) && isBelow(owner, load, weights)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether one more keeps it within the bound, rounded up: current &lt; percent × load × its
     * part of the weights.
     */
    private boolean isBelow(PooledServer server, long load, long weights) {
        return PERCENT * server.current() * weights < loadPercentMax * load * server.weight();
    }

    /** Who the keys belong to; null when no server has a weight. */
    @Nullable KeyTable table() {
        return table;
    }

    /** The share of all keys, 0 to 1, whose own server cannot be used now. */
    double away() {
        if (table == null) {
            return 0;
        }
        int away = 0;
        for (int sample = 0; sample < KeyTable.SAMPLES; sample++) {
            away += owners[table.owner(sample, 0)].usable() ? 0 : 1;
        }
        return (double) away / KeyTable.SAMPLES;
    }
}
