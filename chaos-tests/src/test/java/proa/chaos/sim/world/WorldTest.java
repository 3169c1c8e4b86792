package proa.chaos.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.chaos.sim.world.Story.Ending;
import proa.cluster.replication.Limits;
import proa.config.Timing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Random faults from many seeds; what is promised is looked at after every event. */
class WorldTest {

    private static final int SEEDS = 80;

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2"})
    void process_faults_never_give_two_owners_and_always_end_with_one(int nodes, int groups) {
        Worlds.hold(
                1,
                SEEDS,
                seed ->
                        Worlds.story(
                                seed,
                                Shape.of(seed, nodes, groups, Timing.LAB, false),
                                new Parts(),
                                false));
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2"})
    void network_faults_too_end_with_one_owner_that_all_know(int nodes, int groups) {
        Worlds.hold(
                1,
                SEEDS,
                seed -> Story.of(seed, Shape.of(seed, nodes, groups, Timing.LAB, false), 1));
    }

    @Test
    void five_routers_keep_the_same_promises_at_every_timing() {
        Worlds.hold(
                1,
                30,
                seed -> {
                    Timing timing = Timing.values()[(int) (seed % Timing.values().length)];
                    return Story.of(seed, Shape.of(seed, 5, 2, timing, false), 1);
                });
    }

    /**
     * Seeds that once failed: an owner that made way for one that only it could hear was followed
     * by every other standby in turn; owners that could talk through a third node alone outgrew
     * each other with every message.
     */
    @ParameterizedTest
    @CsvSource({"711, 3, 1, LAB", "39, 3, 3, LAN", "161, 3, 3, LAN"})
    void seeds_that_once_failed(long seed, int nodes, int groups, Timing timing) {
        boolean tables = timing == Timing.LAN;
        Worlds.hold(
                seed, 1, each -> Story.of(each, Shape.of(each, nodes, groups, timing, tables), 1));
    }

    /**
     * The successor of a planned move hangs, or dies, at any moment while the old owner lingers.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_successor_that_fails_while_the_old_owner_lingers_is_no_gap(boolean dies) {
        Shape shape = Worlds.addresses(2, 1);
        for (int millis = 0; millis <= 240; millis += 6) {
            World world = Worlds.booted(millis + 1, shape);
            world.run(Duration.ofSeconds(4));
            Host owner = world.owner(0);
            int other = 1 - owner.index();
            double now = 4.0;
            Fault fault = dies ? new Fault.KillVipd(other) : new Fault.StopVipd(other);
            world.faults().schedule(Worlds.strike(now, 3, new Fault.LeaveNode(owner.index())));
            world.faults().schedule(Worlds.strike(now + millis / 1e3, 2, fault));
            world.run(Duration.ofSeconds(8));
            world.faults().mendAll();
            world.run(Duration.ofSeconds(9));
            world.checkSettled();
        }
    }

    @Test
    void an_owner_on_a_quiet_network_never_moves() {
        World world = Worlds.booted(7, Worlds.addresses(3, 1));
        world.run(Duration.ofSeconds(4));
        int before = world.owners().takeovers();
        world.run(Duration.ofMinutes(2));
        assertThat(world.owners().takeovers()).isEqualTo(before);
        assertThat(world.owners().longestOverlapNanos()).isLessThan(2 * Agenda.MILLI);
    }

    /** The short form of {@code proa sim}. */
    @Test
    void the_whole_stack_keeps_every_promise() {
        Worlds.hold(1, 200, seed -> Story.of(seed, Shape.of(seed, 3, 2, Timing.LAN, true), 1));
    }

    @Test
    void the_same_seed_is_the_same_world_to_the_last_event() {
        Shape shape = Shape.of(4, 3, 2, Timing.LAN, true);
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();
        Ending one = Story.of(4, shape, 1).tell(first::add);
        Ending other = Story.of(4, shape, 1).tell(second::add);
        assertThat(other).isEqualTo(one);
        assertThat(second).isEqualTo(first);
        assertThat(first).hasSizeGreaterThan(2_000);
        assertThat(Story.of(5, shape, 1).tell()).isNotEqualTo(one);
    }

    @Test
    void a_round_is_told_alone_or_among_others() {
        Shape shape = Shape.of(9, 2, 1, Timing.LAB, false);
        Story long_ = Story.of(9, shape, new Parts(), Limits.DEFAULTS, 3, true);
        Ending ending = long_.tell();
        assertThat(ending.broken()).isNull();
        assertThat(ending.simulatedNanos()).isEqualTo(3 * Story.roundNanos(shape));
        Story short_ = long_.upTo(Story.roundNanos(shape) / 2);
        assertThat(short_.tell().simulatedNanos()).isEqualTo(Story.roundNanos(shape));
        assertThat(short_.strikes()).hasSizeLessThan(long_.strikes().size());
    }
}
