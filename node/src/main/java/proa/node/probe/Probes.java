package proa.node.probe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.balance.Pool;
import proa.node.balance.PooledServer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The running probes of all pools that have a check. Safe from any thread. */
public final class Probes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final List<ServerProbe> running = new ArrayList<>();
    private final CountDownLatch firstRound;

    private Probes(List<Pool> pools, long seed) {
        for (Pool pool : pools) {
            pool.config()
                    .check()
                    .ifPresent(
                            check -> {
                                for (PooledServer server : pool.servers()) {
                                    Random random = new Random(seed ^ server.index());
                                    running.add(
                                            new ServerProbe(
                                                    pool, server, check, random, this::first));
                                }
                            });
        }
        firstRound = new CountDownLatch(running.size());
    }

    /**
     * Starts probing, every server at once.
     *
     * @param pools those with a check are probed
     * @param seed of the jitter; different on each node
     */
    public static Probes start(List<Pool> pools, long seed) {
        Probes probes = new Probes(pools, seed);
        probes.running.forEach(ServerProbe::start);
        return probes;
    }

    /** Whether every server has been probed once. */
    public boolean firstRoundDone() {
        return firstRound.getCount() == 0;
    }

    /** Waits for the first round; whether it is done. */
    public boolean awaitFirstRound(Duration limit) throws InterruptedException {
        return firstRound.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        running.forEach(ServerProbe::close);
    }

    private void first() {
        firstRound.countDown();
        if (firstRoundDone()) {
            LOG.debug("first round of {} probes done", running.size());
        }
    }
}
