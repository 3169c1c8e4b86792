package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.GroupConfig;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Simulated time from a single fault of the owner until another node answers, at advertisements of
 * 100 ms.
 */
class FailoverBudgetTest {

    private static final int SEEDS = 50;

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_killed_node_process_costs_a_notice_and_a_message(int nodes) {
        assertThat(worst(nodes, 6, SimulatedHost::killNode)).isLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_killed_vipd_costs_a_notice_and_a_confirmation_however_long_it_dies(int nodes) {
        assertThat(worst(nodes, 6, SimulatedHost::killVipd)).isLessThanOrEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_dead_host_costs_three_adverts_and_the_skew(int nodes) {
        assertThat(worst(nodes, 6, SimulatedHost::crash)).isBetween(200L, 330L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_cut_cable_costs_three_adverts_and_the_skew(int nodes) {
        assertThat(worst(nodes, 6, host -> host.link(false))).isBetween(200L, 330L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_stopped_node_process_is_noticed_by_its_state(int nodes) {
        assertThat(worst(nodes, 6, host -> host.become(SimulatedHost.NodeProcess.STOPPED)))
                .isBetween(100L, 190L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_stopped_vipd_loses_its_lease_before_another_takes_over(int nodes) {
        assertThat(worst(nodes, 1, SimulatedHost::stopVipd)).isBetween(200L, 330L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_stuck_node_process_has_a_second(int nodes) {
        assertThat(worst(nodes, 6, host -> host.become(SimulatedHost.NodeProcess.STUCK)))
                .isBetween(900L, 1_100L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_leaving_node_is_followed_within_two_milliseconds(int nodes) {
        assertThat(worst(nodes, 1, SimulatedHost::leaveNode)).isLessThanOrEqualTo(2);
    }

    private static long worst(int nodes, int overlapMillisMax, Consumer<SimulatedHost> fault) {
        long worst = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Simulation simulation =
                    new Simulation(
                            seed, nodes, new GroupConfig.Failback.Never(), overlapMillisMax, 450);
            simulation.run(Duration.ofMillis(10_000 + seed * 13));
            SimulatedHost owner = simulation.owner();
            fault.accept(owner);
            long millis =
                    simulation.millisUntil(
                            Duration.ofSeconds(5), () -> simulation.someoneElseAnswers(owner));
            worst = Math.max(worst, millis);
            simulation.run(Duration.ofSeconds(1));
        }
        return worst;
    }
}
