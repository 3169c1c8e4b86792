package proa.node.reload;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.overrides.Registers;
import proa.node.overrides.ServerOverride;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What operators asked of servers beyond the file, on any node. It survives reloads and restarts.
 * Changed by one thread at a time; read by any.
 *
 * <p>What was asked of a server that the file does not have any more is forgotten on this node, and
 * not learned from others again before the file has the server: they may still have it. What others
 * ask of a server that the file does not have yet is kept until the next reload.
 */
final class Overrides {

    private static final Logger LOG = LoggerFactory.getLogger(Overrides.class);

    private final OverrideFile file;
    private final InstantSource time;

    /** Since when what was forgotten had been asked. */
    private final Map<ServerOverride.Name, Instant> forgotten = new HashMap<>();

    private volatile Registers registers;
    private volatile Map<ServerOverride.Name, ServerOverride> inForce = Map.of();

    /** Reads what was asked before the restart. */
    Overrides(OverrideFile file, InstantSource time) throws StartException {
        this.file = file;
        this.time = time;
        registers = file.read();
    }

    /** Everything that this node knows of, what was taken back included. */
    Registers registers() {
        return registers;
    }

    /** What differs from the file in use, in the order of names. */
    List<ServerOverride> all() {
        return List.copyOf(inForce.values());
    }

    Optional<ServerOverride> of(String backend, String server) {
        return Optional.ofNullable(inForce.get(new ServerOverride.Name(backend, server)));
    }

    /** Whether there is room for it. */
    boolean takes(ServerOverride override) {
        return registers.takes(override, time.instant());
    }

    /** When something is asked now: after everything that was asked before. */
    Instant next() {
        return registers.next(time.instant());
    }

    /**
     * Remembers one and applies it.
     *
     * @throws IOException when it would not survive a restart; nothing has changed then
     */
    void put(ServerOverride override, Pools pools) throws IOException {
        Instant now = time.instant();
        Registers next = registers.with(override).trimmed(now);
        file.write(next);
        registers = next;
        settle(pools, now);
    }

    /**
     * Other members have these; the later one of each server counts.
     *
     * @param from who says so, for the log
     */
    void merge(Registers theirs, String from, Pools pools) {
        Instant now = time.instant();
        List<ServerOverride> fresh =
                theirs.all().stream().filter(each -> !isForgotten(each)).toList();
        Registers next = registers.merge(Registers.of(fresh)).trimmed(now);
        if (next.equals(registers)) {
            return;
        }
        Registers known = registers;
        keep(next);
        settle(pools, now);
        for (ServerOverride each : next.all()) {
            if (!known.of(each.of()).equals(Optional.of(each)) && !each.isOver(now)) {
                LOG.info("server {}: {} (from {})", each.of(), each.text(), from);
            }
        }
    }

    private boolean isForgotten(ServerOverride override) {
        Instant since = forgotten.get(override.of());
        return since != null && !override.since().isAfter(since);
    }

    /** Other pools are in use: what still has its server is applied there, the rest forgotten. */
    void follow(Pools pools) {
        Instant now = time.instant();
        forgotten.keySet().removeIf(name -> server(name, pools).isPresent());
        List<ServerOverride.Name> gone = new ArrayList<>();
        for (ServerOverride override : registers.all()) {
            Optional<PooledServer> server = server(override.of(), pools);
            boolean counts =
                    server.flatMap(is -> override.inForce(is.configuredWeight(), now)).isPresent();
            if (!counts && override.asks(now)) {
                LOG.info(
                        "what {} asked of server {} is forgotten: {}",
                        override.by(),
                        override.of(),
                        server.isEmpty() ? "it is gone" : "the file gives it another weight");
                gone.add(override.of());
                if (forgotten.size() >= Registers.ASKED_MAX) {
                    forgotten.clear(); // of servers that are gone for long
                }
                forgotten.put(override.of(), override.since());
            }
        }
        if (!gone.isEmpty()) {
            keep(registers.without(gone));
        }
        settle(pools, now);
    }

    private static Optional<PooledServer> server(ServerOverride.Name name, Pools pools) {
        return Optional.ofNullable(pools.find(name.backend()))
                .map(pool -> pool.named(name.server()));
    }

    /** Ends those whose time is over, or that of a part of them. */
    void expire(Pools pools) {
        Instant now = time.instant();
        List<ServerOverride> over =
                all().stream()
                        .filter(each -> each.ends().anyMatch(end -> !end.isAfter(now)))
                        .toList();
        if (over.isEmpty()) {
            return;
        }
        settle(pools, now);
        for (ServerOverride override : over) {
            LOG.info(
                    "server {} is {}: a time that {} gave is over",
                    override.of(),
                    of(override.of().backend(), override.of().server())
                            .map(ServerOverride::text)
                            .orElse("as the file says again"),
                    override.by());
        }
    }

    /** When the next one ends by itself, from now; {@code most} if that is longer. */
    Duration untilNext(Duration most) {
        Instant now = time.instant();
        return all().stream()
                .flatMap(ServerOverride::ends)
                .map(until -> Duration.between(now, until))
                .filter(left -> left.compareTo(most) < 0)
                .min(Duration::compareTo)
                .orElse(most);
    }

    /** What has happened on other nodes counts here too, on the disk or not. */
    private void keep(Registers next) {
        registers = next;
        try {
            file.write(next);
        } catch (IOException e) {
            LOG.error("what operators asked of servers is not on the disk", e);
        }
    }

    /** Every server is as it was asked to be, or as the file says. */
    private void settle(Pools pools, Instant now) {
        List<Pool> configured =
                pools.all().stream().filter(pool -> !pool.name().equals(OwnTraffic.NAME)).toList();
        Map<ServerOverride.Name, ServerOverride> next = new TreeMap<>();
        for (Pool pool : configured) {
            for (PooledServer server : pool.servers()) {
                ServerOverride.Name name = new ServerOverride.Name(pool.name(), server.name());
                registers
                        .of(name)
                        .flatMap(each -> each.inForce(server.configuredWeight(), now))
                        .ifPresent(each -> next.put(name, each));
            }
        }
        inForce = next; // first: whoever sees that a server is drained sees who asked for it
        for (Pool pool : configured) {
            for (PooledServer server : pool.servers()) {
                apply(of(pool.name(), server.name()), pool, server);
            }
        }
    }

    private static void apply(Optional<ServerOverride> override, Pool pool, PooledServer server) {
        Order order = override.map(ServerOverride::order).orElse(Order.READY);
        if (server.ordered() != order) {
            pool.order(
                    server, order, override.map(ServerOverride::text).orElse("as the file says"));
        }
        Optional<Integer> own = override.flatMap(ServerOverride::weight);
        int weight = own.orElseGet(server::configuredWeight);
        if (server.givenWeight() != weight) {
            if (own.isPresent()) {
                pool.weight(server, weight);
            } else {
                pool.weightAsConfigured(server);
            }
        }
    }
}
