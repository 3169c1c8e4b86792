package proa.chaos.load;

import java.util.concurrent.ThreadLocalRandom;

/**
 * How the keys of a run's sessions begin. Those of a run before last for an hour where the
 * balancers are not the run's own: what it wrote would look like something that nobody has written.
 */
final class RunKeys {

    private static final long RUNS = 1L << 40;
    private static final int RADIX = 36;

    private RunKeys() {}

    /** A beginning that no other has. */
    static String prefix() {
        return "load:" + Long.toString(ThreadLocalRandom.current().nextLong(RUNS), RADIX) + ":";
    }
}
