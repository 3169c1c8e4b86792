package proa.chaos.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        assertThat(worst(nodes, 6, host -> host.node().kill())).isLessThanOrEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_killed_vipd_costs_a_notice_and_a_confirmation_however_long_it_dies(int nodes) {
        assertThat(worst(nodes, 6, Host::killVipd)).isLessThanOrEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_dead_host_costs_three_adverts_and_the_skew(int nodes) {
        assertThat(worst(nodes, 6, Host::crash)).isBetween(200L, 330L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_cut_cable_costs_three_adverts_and_the_skew(int nodes) {
        assertThat(worst(nodes, 6, host -> host.link(false))).isBetween(200L, 330L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_stopped_node_process_is_noticed_by_its_state(int nodes) {
        assertThat(worst(nodes, 6, host -> host.node().become(NodeProcess.State.STOPPED)))
                .isBetween(100L, 190L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_stopped_vipd_loses_its_lease_before_another_takes_over(int nodes) {
        assertThat(worst(nodes, 1, Host::stopVipd)).isBetween(200L, 330L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_stuck_node_process_has_a_second(int nodes) {
        assertThat(worst(nodes, 6, host -> host.node().become(NodeProcess.State.STUCK)))
                .isBetween(900L, 1_100L);
    }

    @ParameterizedTest
    @CsvSource({"2", "3"})
    void a_leaving_node_is_followed_within_two_milliseconds(int nodes) {
        assertThat(worst(nodes, 1, host -> host.node().leave())).isLessThanOrEqualTo(2);
    }

    private static long worst(int nodes, int overlapMillisMax, Consumer<Host> fault) {
        long worst = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            World world = Worlds.booted(seed, Worlds.addresses(nodes, 1));
            world.run(Duration.ofMillis(10_000 + seed * 13));
            Host owner = world.owner(0);
            world.owners().fault();
            fault.accept(owner);
            long millis =
                    world.millisUntil(
                            Duration.ofSeconds(5), () -> world.someoneElseAnswers(0, owner));
            worst = Math.max(worst, millis);
            world.run(Duration.ofSeconds(1));
            assertThat(world.owners().longestOverlapNanos() / Agenda.MILLI)
                    .as("overlap, seed " + seed)
                    .isLessThanOrEqualTo(overlapMillisMax);
        }
        return worst;
    }
}
