package proa.node.rules;

import java.time.InstantSource;

/**
 * What rules ask besides the request. Safe from any event loop.
 *
 * @param time what time it is
 * @param chance random numbers
 */
public record Surroundings(InstantSource time, Chance chance) {

    /** Random numbers. */
    @FunctionalInterface
    public interface Chance {
        /** One of 0 to {@code bound} − 1, each as likely. */
        int below(int bound);
    }
}
