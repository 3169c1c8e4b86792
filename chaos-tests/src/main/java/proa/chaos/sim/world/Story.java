package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.chaos.sim.world.Fault.Strike;
import proa.cluster.replication.Limits;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What happens in the world of one seed, and how it ends. Rounds follow each other: time to settle,
 * faults, everything mended, time to settle, and then what must hold.
 */
public final class Story {

    private static final long SECOND = 1_000 * Agenda.MILLI;
    private static final int FAULTS_MAX = 7;

    /** At advertisements of 100 ms; a slower profile needs as much more. */
    private static final long FAULTS_SECONDS = 5;

    private static final long LEAD_SECONDS = 4;
    private static final long STAYING_SECONDS = 3;
    private static final long SETTLING_SECONDS = 9;
    private static final long CHECK_SECONDS = 3;

    /** Two hellos of the replicators, some repetitions, and a view. */
    private static final long RESTING_SECONDS = 5;

    private final long seed;
    private final Shape shape;
    private final Parts parts;
    private final Limits limits;
    private final int rounds;
    private final List<Strike> strikes;

    /**
     * How it ended.
     *
     * @param seed of the world
     * @param broken what did not hold; null: everything did
     * @param brokenNanos when, since the world began
     * @param strikes the faults that were committed
     * @param simulatedNanos how much time passed in it
     * @param events how many things happened
     * @param takeovers how often a group was taken
     * @param gapNanos longest time that nobody answered though one could
     * @param overlapNanos longest time that two answered though they could talk
     * @param last the last notable lines before the end
     */
    public record Ending(
            long seed,
            @Nullable String broken,
            long brokenNanos,
            List<Strike> strikes,
            long simulatedNanos,
            long events,
            int takeovers,
            long gapNanos,
            long overlapNanos,
            List<String> last) {
        public Ending {
            strikes = List.copyOf(strikes);
            last = List.copyOf(last);
        }
    }

    private Story(
            long seed, Shape shape, Parts parts, Limits limits, int rounds, List<Strike> strikes) {
        this.seed = seed;
        this.shape = shape;
        this.parts = parts;
        this.limits = limits;
        this.rounds = rounds;
        this.strikes = List.copyOf(strikes);
    }

    /**
     * The story of a seed.
     *
     * @param rounds how many rounds of faults, at least 1
     */
    public static Story of(long seed, Shape shape, int rounds) {
        return of(seed, shape, new Parts(), Limits.DEFAULTS, rounds, true);
    }

    static Story of(
            long seed, Shape shape, Parts parts, Limits limits, int rounds, boolean networkToo) {
        Chance chance = Chance.of(seed).branch();
        FaultPlan plan = new FaultPlan(chance, shape, networkToo);
        List<Strike> strikes = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            long from = begin(shape, round) + scaled(shape, LEAD_SECONDS);
            int count = 1 + chance.below(FAULTS_MAX);
            strikes.addAll(plan.draw(count, from, FAULTS_SECONDS * SECOND));
        }
        return new Story(seed, shape, parts, limits, rounds, strikes);
    }

    /** The same world with other faults. */
    public Story with(List<Strike> others) {
        return new Story(seed, shape, parts, limits, rounds, others);
    }

    /** The same up to the round in which that moment is. */
    public Story upTo(long nanos) {
        int needed = (int) Math.min(rounds, nanos / roundNanos(shape) + 1);
        List<Strike> earlier =
                strikes.stream().filter(strike -> strike.atNanos() <= nanos).toList();
        return new Story(seed, shape, parts, limits, needed, earlier);
    }

    /** The faults that will be committed. */
    public List<Strike> strikes() {
        return strikes;
    }

    /** How long a round of such a world is, in nanoseconds. */
    public static long roundNanos(Shape shape) {
        return scaled(shape, LEAD_SECONDS + SETTLING_SECONDS)
                + (FAULTS_SECONDS + STAYING_SECONDS + CHECK_SECONDS) * SECOND;
    }

    private static long begin(Shape shape, int round) {
        return round * roundNanos(shape);
    }

    /** Longer where advertisements are rarer than every 200 ms. */
    private static long scaled(Shape shape, long seconds) {
        return seconds * SECOND * Math.max(1, shape.advertInterval().toMillis() / 200);
    }

    /** Lets it happen. */
    public Ending tell() {
        return tell(null);
    }

    /**
     * The same, with somebody who reads every event along.
     *
     * @param reader gets each line as it is written; null: nobody reads
     */
    public Ending tell(@Nullable Consumer<String> reader) {
        Chance root = Chance.of(seed);
        root.branch(); // The one that drew the faults.
        World world = new World(shape, parts, root, limits, reader);
        strikes.forEach(world.faults()::schedule);
        @Nullable String broken = null;
        try {
            for (int round = 0; round < rounds; round++) {
                round(world, begin(shape, round));
            }
        } catch (BrokenPromise promise) {
            broken = String.valueOf(promise.getMessage());
            world.trace().note("world", "BROKEN: " + broken);
        } catch (RuntimeException defect) { // of a rule, which ends its process or connection
            broken = described(defect);
            world.trace().note("world", "BROKEN: " + broken);
        }
        return new Ending(
                seed,
                broken,
                broken == null ? 0 : world.now(),
                strikes,
                world.now(),
                world.agenda().events(),
                world.owners().takeovers(),
                world.owners().longestGapNanos(),
                world.owners().longestOverlapNanos(),
                world.trace().last());
    }

    private static String described(RuntimeException defect) {
        StackTraceElement[] at = defect.getStackTrace();
        return "a rule threw " + defect + (at.length == 0 ? "" : " at " + at[0]);
    }

    private static void round(World world, long begin) {
        long lead = scaled(world.shape(), LEAD_SECONDS);
        long trouble = (FAULTS_SECONDS + STAYING_SECONDS) * SECOND;
        long faultsEnd = begin + lead + trouble;
        world.round(lead, trouble);
        world.runUntil(faultsEnd);
        world.faults().mendAll();
        long check = begin + roundNanos(world.shape()) - CHECK_SECONDS * SECOND;
        world.runUntil(check - RESTING_SECONDS * SECOND);
        world.clients().rest();
        world.runUntil(check);
        world.checkSettled();
    }
}
