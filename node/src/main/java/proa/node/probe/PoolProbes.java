package proa.node.probe;

import org.jspecify.annotations.Nullable;

import proa.config.BackendConfig.Check;
import proa.config.HealthConfig.Agent;
import proa.config.HealthConfig.Passive;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What finds out how the servers of one pool are. Guarded by {@link Probes}. */
final class PoolProbes {

    private final PoolHealth health;
    private final long seed;
    private final Probes.FirstRound firstRound;
    private List<ServerProbe> checks = List.of();
    private List<AgentProbe> agents = List.of();
    private @Nullable Ejector ejector;

    PoolProbes(PoolHealth health, long seed, Probes.FirstRound firstRound) {
        this.health = health;
        this.seed = seed;
        this.firstRound = firstRound;
    }

    /** Goes on as the pool is configured now. */
    void follow(Pool pool) throws InterruptedException {
        health.follow(pool);
        checks = checks(pool);
        agents = agents(pool);
        ejector = ejector(pool);
    }

    private List<ServerProbe> checks(Pool pool) throws InterruptedException {
        Optional<Check> check = pool.config().check();
        List<ServerProbe> kept = new ArrayList<>();
        List<ServerProbe> gone = new ArrayList<>(checks);
        List<ServerProbe> begun = new ArrayList<>();
        for (PooledServer server : check.isPresent() ? pool.servers() : List.<PooledServer>of()) {
            ServerProbe known = find(gone, server, check.orElseThrow());
            if (known == null) {
                known = probe(server, check.orElseThrow());
                begun.add(known);
            }
            gone.remove(known);
            kept.add(known);
        }
        gone.forEach(this::end);
        for (ServerProbe one : gone) {
            one.join();
        }
        begun.forEach(probe -> probe.follow(gone));
        begun.forEach(firstRound::expect);
        begun.forEach(ServerProbe::start);
        return kept;
    }

    private static @Nullable ServerProbe find(
            List<ServerProbe> among, PooledServer server, Check check) {
        for (ServerProbe probe : among) {
            if (probe.isOf(server, check)) {
                return probe;
            }
        }
        return null;
    }

    private ServerProbe probe(PooledServer server, Check check) {
        return new ServerProbe(
                health, server, check, new Random(seed ^ server.index()), firstRound::passed);
    }

    private void end(ServerProbe probe) {
        probe.close();
        firstRound.passed(probe);
    }

    private List<AgentProbe> agents(Pool pool) throws InterruptedException {
        Optional<Agent> agent = pool.config().health().agent();
        List<AgentProbe> kept = new ArrayList<>();
        List<AgentProbe> gone = new ArrayList<>(agents);
        List<AgentProbe> begun = new ArrayList<>();
        for (PooledServer server : agent.isPresent() ? pool.servers() : List.<PooledServer>of()) {
            AgentProbe known = find(gone, server, agent.orElseThrow());
            if (known == null) {
                known =
                        new AgentProbe(
                                health,
                                server,
                                agent.orElseThrow(),
                                new Random(seed ^ server.index()));
                begun.add(known);
            }
            gone.remove(known);
            kept.add(known);
        }
        gone.forEach(AgentProbe::close);
        for (AgentProbe one : gone) {
            one.join();
        }
        begun.forEach(probe -> probe.follow(gone));
        begun.forEach(AgentProbe::start);
        return kept;
    }

    private static @Nullable AgentProbe find(
            List<AgentProbe> among, PooledServer server, Agent agent) {
        for (AgentProbe probe : among) {
            if (probe.isOf(server, agent)) {
                return probe;
            }
        }
        return null;
    }

    private @Nullable Ejector ejector(Pool pool) throws InterruptedException {
        Ejector known = ejector;
        Optional<Passive> passive = pool.config().health().passive();
        if (passive.isEmpty()) {
            if (known != null) {
                known.close();
            }
            return null;
        }
        if (known != null && known.isOf(pool.servers(), passive.get())) {
            return known;
        }
        Ejector next =
                known == null ? new Ejector(health, passive.get()) : known.successor(passive.get());
        next.start();
        return next;
    }

    /** Another member has found that server down. */
    void hinted(String server) {
        checks.stream().filter(probe -> probe.isOf(server)).forEach(ServerProbe::hinted);
    }

    /** How many threads it has. */
    int running() {
        return checks.size() + agents.size() + (ejector == null ? 0 : 1);
    }

    void close() {
        checks.forEach(this::end);
        agents.forEach(AgentProbe::close);
        Ejector running = ejector;
        if (running != null) {
            running.close();
        }
    }
}
