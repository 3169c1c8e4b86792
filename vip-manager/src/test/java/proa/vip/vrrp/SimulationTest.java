package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.GroupConfig;

import java.time.Duration;

/**
 * Random faults from many seeds; a failing seed prints itself and what happened, and becomes a test
 * of its own.
 */
class SimulationTest {

    /**
     * On a network that works, an overlap is the time a killed vipd's TUN device outlives its
     * connections, 4.5 ms here.
     */
    private static final int OVERLAP_MILLIS_PROCESS_FAULTS = 6;

    /**
     * While the network is at fault: until an advertisement or a new mesh connection tells one of
     * the two.
     */
    private static final int OVERLAP_MILLIS_NETWORK_FAULTS = 1_000;

    /** Three advertisements, the skew, the lateness of a loop. */
    private static final int GAP_MILLIS_PROCESS_FAULTS = 450;

    private static final int GAP_MILLIS_NETWORK_FAULTS = 1_000;

    static Simulation runSeed(long seed, int nodes, boolean networkToo) {
        GroupConfig.Failback failback =
                seed % 3 == 0
                        ? new GroupConfig.Failback.AtOnce()
                        : new GroupConfig.Failback.Never();
        int overlap = networkToo ? OVERLAP_MILLIS_NETWORK_FAULTS : OVERLAP_MILLIS_PROCESS_FAULTS;
        int gap = networkToo ? GAP_MILLIS_NETWORK_FAULTS : GAP_MILLIS_PROCESS_FAULTS;
        Simulation simulation = new Simulation(seed, nodes, failback, overlap, gap);
        simulation.run(Duration.ofSeconds(4));
        SimulatedFaults faults = new SimulatedFaults(simulation, networkToo);
        faults.schedule(simulation.random.nextInt(1, 8), 5_000);
        simulation.run(Duration.ofSeconds(8));
        faults.mendAll();
        simulation.run(Duration.ofSeconds(9));
        simulation.checkSettled();
        if (simulation.takeovers > 2 + 4 * faults.count) {
            throw simulation.failure(
                    simulation.takeovers + " takeovers after " + faults.count + " faults");
        }
        return simulation;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void process_faults_never_give_two_owners_and_always_end_with_one(int nodes) {
        for (long seed = 1; seed <= 600; seed++) {
            runSeed(seed, nodes, false);
        }
    }

    @Test
    void five_routers_keep_the_same_promises() {
        for (long seed = 1; seed <= 60; seed++) {
            runSeed(seed, 5, seed % 2 == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void what_is_tracked_may_come_and_go_meanwhile(int nodes) {
        for (long seed = 1; seed <= 60; seed++) {
            Simulation simulation =
                    new Simulation(
                            seed,
                            nodes,
                            new GroupConfig.Failback.AtOnce(),
                            OVERLAP_MILLIS_NETWORK_FAULTS,
                            GAP_MILLIS_NETWORK_FAULTS);
            simulation.run(Duration.ofSeconds(4));
            SimulatedFaults faults = new SimulatedFaults(simulation, true);
            faults.schedule(simulation.random.nextInt(1, 4), 5_000);
            faults.track(simulation.added.nextInt(1, 6), 5_000);
            simulation.run(Duration.ofSeconds(8));
            faults.mendAll();
            simulation.run(Duration.ofSeconds(9));
            simulation.checkSettled();
            if (simulation.takeovers > 2 + 4 * faults.count) {
                throw simulation.failure(simulation.takeovers + " takeovers");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void network_faults_too_end_with_one_owner_that_all_know(int nodes) {
        for (long seed = 1; seed <= 600; seed++) {
            runSeed(seed, nodes, true);
        }
    }

    /**
     * Seeds that once failed: a successor that hung, and one that died, while the old owner
     * lingered.
     */
    @ParameterizedTest
    @ValueSource(longs = {146, 2091})
    void seeds_that_once_failed(long seed) {
        runSeed(seed, 2, false);
    }

    @Test
    void an_owner_on_a_quiet_network_never_moves() {
        Simulation simulation = new Simulation(7, 3, new GroupConfig.Failback.Never(), 1, 450);
        simulation.run(Duration.ofSeconds(4));
        simulation.run(Duration.ofMinutes(2));
        assertThat(simulation.takeovers).isEqualTo(1);
    }
}
