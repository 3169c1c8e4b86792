package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.GroupConfig;

import java.time.Duration;

/**
 * Machines that know each other by advertisements alone, as routers of RFC 9568 do, in simulated
 * time: loss, delay, duplication, one-way cuts, stalls and restarts.
 */
class PlainRoutersTest {

    private static final int SEEDS = 60;

    /** A node that lost three advertisements in a row owns too, until the next one arrives. */
    private static final int OVERLAP_MILLIS_MAX = 1_000;

    /** Three intervals and the skew, a stall forgiven, and a priority 0 that was lost. */
    private static final int GAP_MILLIS_MAX = 1_500;

    private static Simulation run(long seed, int nodes) {
        GroupConfig.Failback failback =
                seed % 2 == 0
                        ? new GroupConfig.Failback.AtOnce()
                        : new GroupConfig.Failback.Never();
        Simulation simulation =
                new Simulation(seed, nodes, failback, OVERLAP_MILLIS_MAX, GAP_MILLIS_MAX, true);
        simulation.run(Duration.ofSeconds(5));
        int faults = simulation.random.nextInt(1, 6);
        for (int fault = 0; fault < faults; fault++) {
            simulation.afterMillis(simulation.random.nextInt(5_000), () -> strike(simulation));
        }
        simulation.run(Duration.ofSeconds(10));
        mend(simulation);
        simulation.run(Duration.ofSeconds(8));
        return simulation;
    }

    private static void strike(Simulation simulation) {
        SimulatedHost host = any(simulation);
        SimulatedHost other = any(simulation);
        SimulatedNetwork network = simulation.network;
        switch (simulation.random.nextInt(6)) {
            case 0 -> {
                host.killVipd();
                later(simulation, host::startVipd);
            }
            case 1 -> {
                host.crash();
                later(simulation, host::boot);
            }
            case 2 -> {
                host.stopVipd();
                later(simulation, host::continueVipd);
            }
            case 3 -> {
                host.link(false);
                later(simulation, () -> host.link(true));
            }
            case 4 -> {
                network.advertLoss = 0.2;
                network.advertEcho = 0.3;
                later(simulation, () -> network.advertLoss = 0);
            }
            default -> {
                network.advertCut[host.index()][other.index()] = true;
                later(simulation, () -> network.advertCut[host.index()][other.index()] = false);
            }
        }
    }

    private static SimulatedHost any(Simulation simulation) {
        return simulation.hosts.get(simulation.random.nextInt(simulation.hosts.size()));
    }

    private static void later(Simulation simulation, Runnable mend) {
        simulation.afterMillis(simulation.random.nextInt(20, 2_500), mend);
    }

    private static void mend(Simulation simulation) {
        simulation.network.advertLoss = 0;
        for (SimulatedHost host : simulation.hosts) {
            for (SimulatedHost other : simulation.hosts) {
                simulation.network.advertCut[host.index()][other.index()] = false;
            }
            host.continueVipd();
            host.boot();
            host.link(true);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void faults_end_with_one_owner_that_stays(int nodes) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation simulation = run(seed, nodes);
            int before = simulation.takeovers;
            simulation.run(Duration.ofSeconds(3));
            if (simulation.takeovers != before
                    || simulation.hosts.stream().filter(SimulatedHost::answers).count() != 1) {
                throw simulation.failure("not settled");
            }
            assertThat(simulation.hosts.stream().filter(SimulatedHost::hasAddress)).hasSize(1);
        }
    }
}
