package proa.node.probe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Everything that finds out how the servers of all pools are. Safe from any thread. */
public final class Probes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final long seed;
    private final FirstRound firstRound = new FirstRound();

    private final BiConsumer<String, String> told;
    private volatile BiConsumer<String, String> downs = (_, _) -> {};

    /** Guarded by this; by the name of the pool. */
    private final Map<String, PoolProbes> pools = new LinkedHashMap<>();

    private Probes(long seed, BiConsumer<String, String> told) {
        this.seed = seed;
        this.told = told;
    }

    /**
     * Starts probing, every server at once, asking agents, and judging live traffic.
     *
     * @param pools each as it is configured
     * @param seed of the jitter; different on each node
     */
    public static Probes start(List<Pool> pools, long seed) {
        return start(pools, seed, (_, _) -> {});
    }

    /**
     * Likewise.
     *
     * @param told of what changes: the name of a server or backend, and what has happened to it
     */
    public static Probes start(List<Pool> pools, long seed, BiConsumer<String, String> told) {
        Probes probes = new Probes(seed, told);
        try {
            probes.follow(pools);
        } catch (InterruptedException e) {
            throw new IllegalStateException("there is nobody to wait for yet", e);
        }
        return probes;
    }

    /**
     * Goes on with the pools of another configuration. What is the same is not disturbed; what is
     * gone ends.
     *
     * @throws InterruptedException when the calling thread is told to end
     */
    public synchronized void follow(List<Pool> next) throws InterruptedException {
        List<String> names = next.stream().map(Pool::name).toList();
        for (String gone : List.copyOf(pools.keySet())) {
            if (!names.contains(gone)) {
                PoolProbes ended = pools.remove(gone);
                if (ended != null) {
                    ended.close();
                }
            }
        }
        for (Pool pool : next) {
            PoolProbes known = pools.get(pool.name());
            if (known == null) {
                PoolHealth health =
                        new PoolHealth(pool, told, (name, server) -> downs.accept(name, server));
                known = new PoolProbes(health, seed, firstRound);
                pools.put(pool.name(), known);
            }
            known.follow(pool);
        }
        firstRound.begin();
    }

    /** From now on somebody is told the backend and the server that this node finds down. */
    public void tellDowns(BiConsumer<String, String> to) {
        downs = to;
    }

    /** Another member has found a server down: it is probed at once, and nothing else happens. */
    public synchronized void hinted(String backend, String server) {
        PoolProbes probes = pools.get(backend);
        if (probes != null) {
            probes.hinted(server);
        }
    }

    /** Whether every server has been probed once. */
    public boolean firstRoundDone() {
        return firstRound.done();
    }

    /** Waits for the first round; whether it is done. */
    public boolean awaitFirstRound(Duration limit) throws InterruptedException {
        return firstRound.await(limit);
    }

    /** Probes, questions and judges that are running. */
    public synchronized int running() {
        return pools.values().stream().mapToInt(PoolProbes::running).sum();
    }

    @Override
    public synchronized void close() {
        pools.values().forEach(PoolProbes::close);
        pools.clear();
    }

    /** Which servers have still to be probed for the first time. */
    static final class FirstRound {
        private final List<ServerProbe> waiting = new ArrayList<>(); // guarded by this
        private final CountDownLatch over = new CountDownLatch(1);
        private boolean begun; // guarded by this

        synchronized void expect(ServerProbe probe) {
            waiting.add(probe);
        }

        /** The probe has a verdict, or has ended without one. */
        synchronized void passed(ServerProbe probe) {
            if (waiting.remove(probe)) {
                look();
            }
        }

        /** Every probe of the start is expected by now. */
        synchronized void begin() {
            begun = true;
            look();
        }

        private void look() {
            if (begun && waiting.isEmpty()) {
                over.countDown();
                LOG.debug("the first round of probes is done");
            }
        }

        boolean done() {
            return over.getCount() == 0;
        }

        boolean await(Duration limit) throws InterruptedException {
            return over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
