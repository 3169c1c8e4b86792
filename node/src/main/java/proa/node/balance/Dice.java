package proa.node.balance;

import proa.config.spread.Hash64;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Random numbers for all event loops together: SplitMix64, one atomic step each, nothing allocated.
 * The same seed gives the same numbers.
 */
final class Dice {

    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final AtomicLong state;

    Dice(long seed) {
        state = new AtomicLong(seed);
    }

    /** A number from 0 to {@code bound} − 1, all equally likely; {@code bound} above zero. */
    int below(int bound) {
        long bits = Hash64.mix(state.getAndAdd(STEP)) >>> Integer.SIZE;
        return (int) (bits * bound >>> Integer.SIZE);
    }
}
