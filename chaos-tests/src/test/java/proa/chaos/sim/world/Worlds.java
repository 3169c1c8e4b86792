package proa.chaos.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import proa.chaos.sim.world.Fault.Strike;
import proa.chaos.sim.world.Story.Ending;
import proa.cluster.replication.Limits;
import proa.config.GroupConfig;
import proa.config.Timing;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Worlds for tests. */
final class Worlds {

    static final long SECOND = Data.SECOND;

    private Worlds() {}

    /** Addresses alone, advertised every 100 ms, that stay where they are. */
    static Shape addresses(int nodes, int groups) {
        return new Shape(nodes, groups, Timing.LAB, new GroupConfig.Failback.Never(), true, false);
    }

    /** The whole stack. */
    static Shape stack(int nodes) {
        return new Shape(nodes, 1, Timing.LAN, new GroupConfig.Failback.Never(), true, true);
    }

    static World booted(long seed, Shape shape) {
        return new World(shape, new Parts(), Chance.of(seed), Limits.DEFAULTS, null);
    }

    static Strike strike(double atSeconds, double forSeconds, Fault fault) {
        return new Strike(Math.round(atSeconds * SECOND), Math.round(forSeconds * SECOND), fault);
    }

    /** The story of a seed, in a world of these parts. */
    static Story story(long seed, Shape shape, Parts parts, boolean networkToo) {
        return Story.of(seed, shape, parts, Limits.DEFAULTS, 1, networkToo);
    }

    /** Tells the stories of seeds and requires that every promise holds in them. */
    static void hold(long from, int seeds, LongFunction<Story> stories) {
        AtomicLong events = new AtomicLong();
        for (long seed = from; seed < from + seeds; seed++) {
            Ending ending = stories.apply(seed).tell();
            events.addAndGet(ending.events());
            assertThat(ending.broken()).as("seed %d%n%s", seed, told(ending)).isNull();
        }
        assertThat(events.get()).isGreaterThan(seeds * 1_000L);
    }

    /** The first seed in which a promise is broken; null: none. */
    static String firstBroken(int seeds, LongFunction<Story> stories) {
        for (long seed = 1; seed <= seeds; seed++) {
            String broken = stories.apply(seed).tell().broken();
            if (broken != null) {
                return "seed " + seed + ": " + broken;
            }
        }
        return "nothing";
    }

    static String told(Ending ending) {
        return String.join("\n", ending.last())
                + "\n"
                + String.join("\n", ending.strikes().stream().map(Strike::toString).toList());
    }

    static List<Strike> strikes(Strike... strikes) {
        return List.of(strikes);
    }
}
