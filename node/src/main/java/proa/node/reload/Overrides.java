package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What operators asked of servers beyond the file, on this node. It survives reloads and restarts.
 * Changed by one thread at a time; read by any.
 */
final class Overrides {

    private static final Logger LOG = LoggerFactory.getLogger(Overrides.class);

    private final OverrideFile file;
    private volatile List<ServerOverride> all;

    /** Reads what was asked before the restart. */
    Overrides(OverrideFile file) throws StartException {
        this.file = file;
        all = file.read();
    }

    List<ServerOverride> all() {
        return all;
    }

    Optional<ServerOverride> of(String backend, String server) {
        return all.stream().filter(each -> each.isOf(backend, server)).findFirst();
    }

    /**
     * Remembers one and applies it.
     *
     * @throws IOException when it would not survive a restart; nothing has changed then
     */
    void put(ServerOverride override, Pool pool, PooledServer server) throws IOException {
        List<ServerOverride> next = without(override.backend(), override.server());
        if (override.asksSomething()) {
            next.add(override);
        }
        file.write(next);
        all = List.copyOf(next);
        apply(override, pool, server);
    }

    private List<ServerOverride> without(String backend, String server) {
        List<ServerOverride> others = new ArrayList<>(all);
        others.removeIf(each -> each.isOf(backend, server));
        return others;
    }

    private static void apply(ServerOverride override, Pool pool, PooledServer server) {
        if (server.ordered() != override.order()) {
            pool.order(server, override.order());
        }
        int weight = override.weight().orElseGet(server::configuredWeight);
        if (server.givenWeight() != weight) {
            if (override.weight().isPresent()) {
                pool.weight(server, weight);
            } else {
                pool.weightAsConfigured(server);
            }
        }
    }

    /** Other pools are in use: what still has its server is applied there, the rest forgotten. */
    void follow(Pools pools) {
        List<ServerOverride> next = new ArrayList<>();
        for (ServerOverride override : all) {
            Pool pool = pools.find(override.backend());
            PooledServer server = pool == null ? null : pool.named(override.server());
            if (pool == null || server == null) {
                LOG.info(
                        "what {} asked of server {}/{} is forgotten: the server is gone",
                        override.by(),
                        override.backend(),
                        override.server());
                continue;
            }
            ServerOverride kept =
                    override.fileWeight() == server.configuredWeight()
                            ? override
                            : override.withoutWeight();
            apply(kept, pool, server);
            if (kept.asksSomething()) {
                next.add(kept);
            }
        }
        if (!next.equals(all)) {
            all = List.copyOf(next);
            try {
                file.write(next);
            } catch (IOException e) {
                LOG.error("what operators asked of servers is not on the disk", e);
            }
        }
    }

    /** Ends those whose time is over. */
    void expire(Pools pools, Instant now) {
        for (ServerOverride override : all) {
            if (override.until().map(until -> !until.isAfter(now)).orElse(false)) {
                Pool pool = pools.find(override.backend());
                PooledServer server = pool == null ? null : pool.named(override.server());
                if (pool != null && server != null) {
                    end(override, pool, server);
                }
            }
        }
    }

    private void end(ServerOverride override, Pool pool, PooledServer server) {
        ServerOverride over =
                new ServerOverride(
                        override.backend(),
                        override.server(),
                        Order.READY,
                        Optional.empty(),
                        server.configuredWeight(),
                        override.by(),
                        override.since(),
                        Optional.empty());
        try {
            put(over, pool, server);
            LOG.info(
                    "server {}/{} is as the file says again: the time that {} gave is over",
                    override.backend(),
                    override.server(),
                    override.by());
        } catch (IOException e) {
            LOG.error("server {}/{} stays as it is", override.backend(), override.server(), e);
        }
    }

    /** When the next one ends by itself, from now; {@code most} if that is longer. */
    Duration untilNext(Instant now, Duration most) {
        return all.stream()
                .flatMap(override -> override.until().stream())
                .map(until -> Duration.between(now, until))
                .filter(left -> left.compareTo(most) < 0)
                .min(Duration::compareTo)
                .orElse(most);
    }
}
