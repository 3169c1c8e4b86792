package proa.node.explain;

import org.jspecify.annotations.Nullable;

import proa.cluster.tables.TableKey;
import proa.config.BackendConfig;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.balance.Standing;
import proa.node.balance.StickyEntries;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/** Pools to try things with: as real ones stand now, and nobody is sent to them. */
public final class Twin {

    private static final long SEED = 1;
    private static final String AS_IT_STANDS = "as it stands";

    private Twin() {}

    /** A backend as the file has it: no check has been made, and nobody sticks to anything. */
    public static Pool of(BackendConfig backend, InstantSource time) {
        return pool(backend, _ -> new Nobody(), time);
    }

    /**
     * A backend as it stands.
     *
     * @param real states and weights of its servers
     * @param entries the table of a name; asking must renew nothing, and sticking do nothing
     */
    public static Pool of(Pool real, Function<String, StickyEntries> entries, InstantSource time) {
        Pool twin = pool(real.config(), entries, time);
        for (PooledServer server : twin.servers()) {
            PooledServer own = real.named(server.name());
            if (own != null) {
                stand(twin, server, own);
            }
        }
        return twin;
    }

    private static Pool pool(
            BackendConfig backend, Function<String, StickyEntries> entries, InstantSource time) {
        return new Pools(List.of(backend), entries, () -> 0, SEED, time).pool(backend.name());
    }

    private static void stand(Pool twin, PooledServer server, PooledServer real) {
        Standing standing = real.standing();
        twin.health(server, standing.health(), AS_IT_STANDS);
        twin.ejected(server, standing.ejected(), AS_IT_STANDS);
        twin.agent(server, standing.order(), standing.working(), standing.weightPercent());
        twin.order(server, real.ordered(), AS_IT_STANDS);
        twin.weight(server, real.givenWeight());
    }

    /** A table that nobody is in. */
    private static final class Nobody implements StickyEntries {
        @Override
        public @Nullable String server(TableKey key) {
            return null;
        }

        @Override
        public String stick(TableKey key, String server) {
            return server;
        }
    }
}
