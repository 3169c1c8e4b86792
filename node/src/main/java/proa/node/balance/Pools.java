package proa.node.balance;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Sticky;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every backend of one configuration at run time; numbers their servers densely. Immutable.
 *
 * <p>One configuration follows another by {@link #next}, {@link #takeOver} and, when what was under
 * way has ended, {@link #retire}; by one thread at a time.
 */
public final class Pools {

    private final Map<String, Pool> byName = new LinkedHashMap<>();
    private final Function<String, StickyEntries> stickyTables;
    private final LongSupplier nanoTime;
    private final long seed;
    private final InstantSource time;
    private final Allowance.Source allowances;

    /** The indexes in use, by any configuration that is not over yet. */
    private final BitSet indexes;

    /**
     * Sets them up, servers with a check as unknown and the others as up.
     *
     * @param backends as configured
     * @param stickyTables the table of a name; asked only for those that a backend sticks by
     * @param nanoTime the clock of response times and slow starts; any thread
     * @param seed of the choices by chance; different on each node
     * @param time the clock of cookies whose life is limited; the same on every node
     * @param allowances what servers with a rate need
     */
    public Pools(
            List<BackendConfig> backends,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            long seed,
            InstantSource time,
            Allowance.Source allowances) {
        this(backends, stickyTables, nanoTime, seed, time, allowances, new BitSet(), Map.of());
    }

    /** Like the other one, without servers that have a rate. */
    public Pools(
            List<BackendConfig> backends,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            long seed,
            InstantSource time) {
        this(backends, stickyTables, nanoTime, seed, time, Allowance.Source.NONE);
    }

    private Pools(
            List<BackendConfig> backends,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            long seed,
            InstantSource time,
            Allowance.Source allowances,
            BitSet indexes,
            Map<String, Pool> before) {
        this.stickyTables = stickyTables;
        this.nanoTime = nanoTime;
        this.seed = seed;
        this.time = time;
        this.allowances = allowances;
        this.indexes = indexes;
        for (BackendConfig backend : backends) {
            Pool same = before.get(backend.name());
            Set<String> elsewhere = elsewhere(backend, backends);
            boolean stays =
                    same != null
                            && same.config().equals(backend)
                            && same.elsewhere().equals(elsewhere);
            byName.put(backend.name(), stays ? same : pool(backend, same, elsewhere));
        }
    }

    /** Like the other one, at a time that stands still: without cookies whose life is limited. */
    public Pools(
            List<BackendConfig> backends,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            long seed) {
        this(backends, stickyTables, nanoTime, seed, InstantSource.fixed(Instant.EPOCH));
    }

    /**
     * The pools of another configuration. A backend that is the same keeps its pool; a server that
     * is the same keeps its health, its counters, its index and what the operator wants of it.
     * Nothing is different for anybody before {@link #takeOver}.
     */
    public Pools next(List<BackendConfig> backends) {
        return new Pools(backends, stickyTables, nanoTime, seed, time, allowances, indexes, byName);
    }

    /**
     * From now on requests come here; health and orders are to be told here too.
     *
     * @param before the pools whose place these take
     */
    public void takeOver(Pools before) {
        byName.values().stream()
                .filter(pool -> before.byName.get(pool.name()) != pool)
                .forEach(Pool::takeOver);
    }

    /**
     * These are over, or were never used: indexes that only they have are free again.
     *
     * @param others the pools that follow, or that go on
     */
    public void retire(Pools others) {
        Set<ServerState> kept =
                others.all().stream().flatMap(Pools::states).collect(Collectors.toSet());
        for (Pool pool : byName.values()) {
            if (others.byName.get(pool.name()) == pool) {
                continue;
            }
            pool.retire();
            states(pool)
                    .filter(state -> !kept.contains(state))
                    .forEach(state -> indexes.clear(state.index()));
        }
    }

    /** The servers that the others do not have. */
    public List<PooledServer> serversBeyond(Pools others) {
        Set<ServerState> kept =
                others.all().stream().flatMap(Pools::states).collect(Collectors.toSet());
        return all().stream()
                .flatMap(pool -> pool.servers().stream())
                .filter(server -> !kept.contains(server.state()))
                .toList();
    }

    /** The pools that the next configuration does not go on with; some may still wait by them. */
    public List<Pool> replacedBy(Pools next) {
        return all().stream().filter(pool -> next.byName.get(pool.name()) != pool).toList();
    }

    private static Stream<ServerState> states(Pool pool) {
        return pool.servers().stream().map(PooledServer::state);
    }

    /** Servers of other backends that share its table, but those it has too. */
    private static Set<String> elsewhere(BackendConfig backend, List<BackendConfig> all) {
        String table = table(backend.sticky());
        Set<String> names = new HashSet<>();
        for (BackendConfig other : all) {
            if (table != null && table.equals(table(other.sticky()))) {
                other.servers().forEach(server -> names.add(server.name()));
            }
        }
        backend.servers().forEach(server -> names.remove(server.name()));
        return Set.copyOf(names);
    }

    private static @Nullable String table(Sticky sticky) {
        return switch (sticky) {
            case Sticky.Table(String table, _, _) -> table;
            case Sticky.Learn(String table, _, _, _) -> table;
            case Sticky.Off _, Sticky.Cookie _, Sticky.Route _ -> null;
        };
    }

    private Pool pool(BackendConfig backend, @Nullable Pool before, Set<String> elsewhere) {
        List<PooledServer> servers = new ArrayList<>();
        for (BackendConfig.Server server : backend.servers()) {
            ServerState known = before == null ? null : known(server, backend, before);
            ServerState state = known == null ? fresh(backend, before) : known;
            Allowance often =
                    Allowance.of(backend.name(), server, allowances, state.due(), nanoTime);
            SourceTurn from = SourceTurn.of(backend.sources(), server.address().getAddress());
            servers.add(new PooledServer(server, state, often, from));
        }
        Dice dice = new Dice(seed + indexes.cardinality());
        return new Pool(
                backend,
                servers,
                stickyTables,
                nanoTime,
                time,
                dice,
                before,
                allowances,
                elsewhere);
    }

    /** What is known of the server, if it is the same one, spoken to in the same way. */
    private static @Nullable ServerState known(
            BackendConfig.Server server, BackendConfig backend, Pool before) {
        PooledServer was = before.named(server.name());
        return was != null
                        && was.address().equals(server.address())
                        && before.config().proxyProtocol() == backend.proxyProtocol()
                        && before.config().tls().equals(backend.tls())
                        && before.config().protocol() == backend.protocol()
                        && before.config().sources().equals(backend.sources())
                ? was.state()
                : null;
    }

    /** A server that joins others which do serve gets nothing before its check has passed. */
    private ServerState fresh(BackendConfig backend, @Nullable Pool before) {
        Health health = Health.UP;
        if (backend.check().isPresent()) {
            health = before != null && servesWith(backend, before) ? Health.DOWN : Health.UNKNOWN;
        }
        int index = indexes.nextClearBit(0);
        indexes.set(index);
        return new ServerState(index, health, nanoTime.getAsLong());
    }

    private static boolean servesWith(BackendConfig backend, Pool before) {
        return backend.servers().stream()
                .filter(server -> known(server, backend, before) != null)
                .map(server -> before.named(server.name()))
                .anyMatch(was -> was != null && was.usable());
    }

    /** The pool of that name, or null. */
    public @Nullable Pool find(String name) {
        return byName.get(name);
    }

    /** The pool of that name; the configuration has it. */
    public Pool pool(String name) {
        Pool pool = byName.get(name);
        if (pool == null) {
            throw new IllegalStateException("no backend " + name);
        }
        return pool;
    }

    public List<Pool> all() {
        return List.copyOf(byName.values());
    }
}
