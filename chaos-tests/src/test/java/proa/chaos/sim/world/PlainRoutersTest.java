package proa.chaos.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.chaos.sim.world.Fault.Strike;
import proa.config.GroupConfig;

import java.time.Duration;

/**
 * Machines that know each other by advertisements alone, as routers of RFC 9568 do, in simulated
 * time: loss, delay, duplication, one-way cuts, stalls and restarts.
 */
class PlainRoutersTest {

    private static final int SEEDS = 40;

    private static Fault fault(Chance chance, int nodes) {
        int host = chance.below(nodes);
        return switch (chance.below(6)) {
            case 0 -> new Fault.KillVipd(host);
            case 1 -> new Fault.Crash(host);
            case 2 -> new Fault.StopVipd(host);
            case 3 -> new Fault.CutCable(host);
            case 4 -> new Fault.Weather(20, 30, 0);
            default -> new Fault.CutOneWay(host, chance.below(nodes), true, false, false);
        };
    }

    private static World run(long seed, int nodes) {
        GroupConfig.Failback failback =
                seed % 2 == 0
                        ? new GroupConfig.Failback.AtOnce()
                        : new GroupConfig.Failback.Never();
        World world = Worlds.booted(seed, Shape.plainRouters(nodes, failback));
        Chance chance = Chance.of(~seed);
        for (int faults = 1 + chance.below(5); faults > 0; faults--) {
            world.faults()
                    .schedule(
                            new Strike(
                                    chance.millis(5_000, 10_000),
                                    chance.millis(20, 2_500),
                                    fault(chance, nodes)));
        }
        world.run(Duration.ofSeconds(15));
        world.faults().mendAll();
        world.run(Duration.ofSeconds(8));
        return world;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void faults_end_with_one_owner_that_stays(int nodes) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            World world = run(seed, nodes);
            world.checkSettled();
            assertThat(world.hosts().stream().filter(host -> host.seat(0).hasAddress()))
                    .as("seed " + seed)
                    .hasSize(1);
        }
    }
}
