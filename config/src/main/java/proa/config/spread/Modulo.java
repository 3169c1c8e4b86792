package proa.config.spread;

import proa.config.spread.Maglev.Entry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The remainder of a division by the sum of the weights. Exactly even; a name that comes or goes
 * moves (N − 1) of N hashes. A hash whose owner cannot be used is hashed again, so that only those
 * move and spread over the others.
 */
public final class Modulo implements KeyTable {

    /** Hashes tried before the others are taken in their order; enough for half of them down. */
    private static final int REHASHES = 32;

    private final List<String> names;
    private final int[] places;

    private Modulo(List<String> names, int[] places) {
        this.names = names;
        this.places = places;
    }

    /**
     * The table of these entries.
     *
     * @param entries in any order; at least one with a weight, no name twice
     */
    public static Modulo of(List<Entry> entries) {
        List<Entry> taking =
                entries.stream()
                        .filter(entry -> entry.weight() > 0)
                        .sorted(Comparator.comparing(Entry::name))
                        .toList();
        int[] places = new int[taking.stream().mapToInt(Entry::weight).sum()];
        if (places.length == 0) {
            throw new IllegalArgumentException("0 names");
        }
        int filled = 0;
        for (int owner = 0; owner < taking.size(); owner++) {
            int end = filled + taking.get(owner).weight();
            Arrays.fill(places, filled, end, owner);
            filled = end;
        }
        return new Modulo(taking.stream().map(Entry::name).toList(), places);
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public int steps() {
        return REHASHES + places.length;
    }

    @Override
    public int owner(long hash, int step) {
        if (step < REHASHES) {
            return places[place(Hash64.mix(hash) + step)];
        }
        return places[(place(hash) + step) % places.length];
    }

    private int place(long hash) {
        return (int) Long.remainderUnsigned(Hash64.mix(hash), places.length);
    }
}
