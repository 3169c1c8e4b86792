package proa.chaos.sim;

import proa.chaos.sim.world.Shape;
import proa.chaos.sim.world.Story;
import proa.chaos.sim.world.Story.Ending;
import proa.config.Timing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many worlds, each on one thread, as many at a time as there are processors.
 *
 * @param first first seed
 * @param seeds how many, at least 1
 * @param rounds rounds of faults of each
 * @param nodes hosts of each
 * @param groups traffic groups of each
 * @param timing profile of each
 * @param tables whether the whole stack is simulated, or addresses alone
 */
record Campaign(
        long first, int seeds, int rounds, int nodes, int groups, Timing timing, boolean tables) {

    /** The story of one of its seeds. */
    Story story(long seed) {
        return Story.of(seed, shape(seed), rounds);
    }

    private Shape shape(long seed) {
        return Shape.of(seed, nodes, groups, timing, tables);
    }

    /** How long a round of its worlds is, in nanoseconds. */
    long roundNanos() {
        return Story.roundNanos(shape(first));
    }

    /** How every seed ended, in their order. */
    List<Ending> run() throws InterruptedException {
        int threads = Math.min(seeds, Runtime.getRuntime().availableProcessors());
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Ending>> futures = new ArrayList<>();
            for (long seed = first; seed < first + seeds; seed++) {
                Story story = story(seed);
                futures.add(pool.submit(() -> story.tell()));
            }
            List<Ending> endings = new ArrayList<>();
            for (Future<Ending> future : futures) {
                endings.add(future.get());
            }
            return endings;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a world could not be told", e.getCause());
        }
    }
}
