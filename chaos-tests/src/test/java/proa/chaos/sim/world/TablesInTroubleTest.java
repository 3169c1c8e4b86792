package proa.chaos.sim.world;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.chaos.sim.world.Fault.Strike;
import proa.cluster.replication.Limits;

import java.util.ArrayList;
import java.util.List;

/** Trouble, then quiet: everybody knows the same, nothing is lost and nothing is back. */
class TablesInTroubleTest {

    /** A log so short that it is overrun and everything has to be fetched in small pages. */
    private static final Limits SHORT_LOG =
            new Limits(
                    5 * Agenda.MILLI, Agenda.MILLI, 10, Data.SECOND, 100 * Agenda.MILLI, 5, 7, 300);

    private static Story story(long seed, int nodes, Limits limits, int rounds) {
        return Story.of(seed, Worlds.stack(nodes), new Parts(), limits, rounds, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void after_trouble_all_nodes_agree_and_no_hit_is_lost(int nodes) {
        Worlds.hold(1_000, 6, seed -> story(seed, nodes, Limits.DEFAULTS, 2));
    }

    @Test
    void the_same_when_the_log_is_overrun() {
        Worlds.hold(2_000, 8, seed -> story(seed, 3, SHORT_LOG, 1));
    }

    @Test
    void the_same_with_seven_nodes() {
        Worlds.hold(3_000, 4, seed -> story(seed, 7, Limits.DEFAULTS, 1));
    }

    @Test
    void a_node_is_complete_however_often_it_is_started_again() {
        Story quiet = story(11, 3, Limits.DEFAULTS, 7);
        List<Strike> kills = new ArrayList<>();
        for (int round = 0; round < 7; round++) {
            double at = round * Story.roundNanos(Worlds.stack(3)) / (double) Data.SECOND + 6;
            kills.add(Worlds.strike(at, 0.5, new Fault.KillNode(1)));
        }
        Worlds.hold(11, 1, _ -> quiet.with(kills));
    }

    @Test
    void what_an_origin_counts_after_its_clock_stood_is_counted_everywhere() {
        Story quiet = story(12, 3, Limits.DEFAULTS, 2);
        Worlds.hold(
                12, 1, _ -> quiet.with(Worlds.strikes(Worlds.strike(6, 5.5, new Fault.Pause(0)))));
    }
}
