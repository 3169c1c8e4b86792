package proa.node.probe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.BackendConfig;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Everything that finds out how the servers of all pools are. Safe from any thread. */
public final class Probes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final List<ServerProbe> running = new ArrayList<>();
    private final List<AgentProbe> agents = new ArrayList<>();
    private final List<Ejector> ejectors = new ArrayList<>();
    private final CountDownLatch firstRound;

    private Probes(List<Pool> pools, long seed) {
        for (Pool pool : pools) {
            PoolHealth health = new PoolHealth(pool);
            for (PooledServer server : pool.servers()) {
                add(health, server, new Random(seed ^ server.index()));
            }
            pool.config()
                    .health()
                    .passive()
                    .ifPresent(passive -> ejectors.add(new Ejector(health, passive)));
        }
        firstRound = new CountDownLatch(running.size());
    }

    private void add(PoolHealth health, PooledServer server, Random random) {
        BackendConfig config = health.pool().config();
        config.check()
                .ifPresent(
                        check ->
                                running.add(
                                        new ServerProbe(
                                                health, server, check, random, this::first)));
        config.health()
                .agent()
                .ifPresent(agent -> agents.add(new AgentProbe(health, server, agent, random)));
    }

    /**
     * Starts probing, every server at once, asking agents, and judging live traffic.
     *
     * @param pools each as it is configured
     * @param seed of the jitter; different on each node
     */
    public static Probes start(List<Pool> pools, long seed) {
        Probes probes = new Probes(pools, seed);
        probes.running.forEach(ServerProbe::start);
        probes.agents.forEach(AgentProbe::start);
        probes.ejectors.forEach(Ejector::start);
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
        agents.forEach(AgentProbe::close);
        ejectors.forEach(Ejector::close);
    }

    private void first() {
        firstRound.countDown();
        if (firstRoundDone()) {
            LOG.debug("first round of {} probes done", running.size());
        }
    }
}
