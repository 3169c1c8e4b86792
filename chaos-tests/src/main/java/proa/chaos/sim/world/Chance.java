package proa.chaos.sim.world;

import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;

/** The one source of chance of a world. Parts of it take a branch, so that they do not disturb. */
final class Chance {

    private static final long MICRO = 1_000;

    private final SplittableGenerator random;

    private Chance(SplittableGenerator random) {
        this.random = random;
    }

    static Chance of(long seed) {
        return new Chance(
                RandomGeneratorFactory.<SplittableGenerator>of("L64X128MixRandom").create(seed));
    }

    Chance branch() {
        return new Chance(random.split());
    }

    /** A whole number from 0 to one below the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** A whole number between the two, both included. */
    long between(long from, long to) {
        return random.nextLong(from, to + 1);
    }

    /** Nanoseconds between the two, in microseconds and both included. */
    long micros(long from, long to) {
        return between(from, to) * MICRO;
    }

    /** Nanoseconds between the two, in milliseconds and both included. */
    long millis(long from, long to) {
        return micros(from * MICRO, to * MICRO);
    }

    boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
