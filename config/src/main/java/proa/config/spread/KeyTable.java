package proa.config.spread;

import java.util.List;

/**
 * From hashes to names: the same on every node that has the same names and weights. A walk leads
 * past names that cannot be used at the moment. Immutable, safe from any thread.
 */
public sealed interface KeyTable permits Maglev, Ring, Modulo {

    /** Hashes that {@link #moved} looks at. */
    int SAMPLES = 1 << 16;

    /** The names that own something; {@link #owner} tells indexes of this list. */
    List<String> names();

    /** Steps after which a walk has met every name. */
    int steps();

    /**
     * The owner of a hash.
     *
     * @param hash any 64 bits; they are mixed first
     * @param step 0: the hash's own; 1 to {@link #steps()} − 1: who is next when those before
     *     cannot be used
     * @return index in {@link #names()}
     */
    int owner(long hash, int step);

    /** The share of all hashes, 0 to 1, that belong to another name in the second table. */
    static double moved(KeyTable before, KeyTable after) {
        int moved = 0;
        for (int sample = 0; sample < SAMPLES; sample++) {
            String was = before.names().get(before.owner(sample, 0));
            moved += was.equals(after.names().get(after.owner(sample, 0))) ? 0 : 1;
        }
        return (double) moved / SAMPLES;
    }
}
