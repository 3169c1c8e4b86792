package proa.chaos.drill.facts;

import proa.chaos.history.Guilt;

import java.util.Set;

/**
 * A time in which balancers could not hear each other, for which the store promises less.
 *
 * @param what was the cause, in words
 * @param through whom clients may have asked that was cut off: names of balancers, and {@code vip}
 * @param bothGoOn no majority decides, as in a pair: both sides take writes, and the later one wins
 * @param fromMillis since the first fault of the drill
 * @param toMillis the same; infinite if it did not end
 */
public record Separation(
        String what, Set<String> through, boolean bothGoOn, double fromMillis, double toMillis) {

    /** What a pair does not promise. */
    static final String PAIR =
            "a pair that is cut in two goes on on both sides, and of two writes the later one wins";

    /** What a trio does not promise. */
    static final String CUT_OFF =
            "a node that is cut off answers from its copies until it finds out";

    public Separation {
        through = Set.copyOf(through);
    }

    /** The exception of the promise, in words. */
    String exception() {
        return bothGoOn ? PAIR : CUT_OFF;
    }

    /** Whether such a read is to be expected then. A value that nobody wrote never is. */
    boolean excuses(SharedSessions.Breach breach) {
        if (breach.kind() == Guilt.Kind.INVENTED) {
            return false;
        }
        return bothGoOn
                ? covers(breach.fromMillis()) || covers(breach.insteadFromMillis())
                : through.contains(breach.through()) && covers(breach.fromMillis());
    }

    private boolean covers(double millis) {
        return millis >= fromMillis && millis <= toMillis;
    }
}
