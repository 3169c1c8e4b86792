package proa.node.balance;

import proa.config.BackendConfig;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Every backend of one configuration at run time; numbers their servers densely. Immutable. */
public final class Pools {

    private final Map<String, Pool> byName = new LinkedHashMap<>();

    /**
     * Sets them up, servers with a check as unknown and the others as up.
     *
     * @param backends as configured
     * @param stickyTables the table of a name; asked only for those that a backend sticks by
     * @param nanoTime the clock of response times and slow starts; any thread
     * @param seed of the choices by chance; different on each node
     * @param time the clock of cookies whose life is limited; the same on every node
     */
    public Pools(
            List<BackendConfig> backends,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            long seed,
            InstantSource time) {
        int index = 0;
        for (BackendConfig backend : backends) {
            Health health = backend.check().isPresent() ? Health.UNKNOWN : Health.UP;
            List<PooledServer> servers = new ArrayList<>();
            for (BackendConfig.Server server : backend.servers()) {
                servers.add(new PooledServer(server, index++, health));
            }
            Dice dice = new Dice(seed + index);
            byName.put(
                    backend.name(), new Pool(backend, servers, stickyTables, nanoTime, time, dice));
        }
    }

    /** Like the other one, without cookies whose life is limited. */
    public Pools(
            List<BackendConfig> backends,
            Function<String, StickyEntries> stickyTables,
            LongSupplier nanoTime,
            long seed) {
        this(backends, stickyTables, nanoTime, seed, Pools::timeless);
    }

    private static Instant timeless() {
        throw new IllegalStateException("these pools have no calendar");
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
