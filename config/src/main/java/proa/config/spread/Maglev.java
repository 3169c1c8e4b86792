package proa.config.spread;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A lookup table from hashes to names: even within about a percent, and with little change when a
 * name comes or goes (Eisenbud et al., Maglev: A Fast and Reliable Software Network Load Balancer,
 * NSDI 2016, §3.4).
 *
 * <p>Each name has its own permutation of the buckets; in turns, each takes the next free bucket of
 * its permutation until none is free. A name of weight w takes part in w of every (largest weight)
 * rounds. Deterministic: depends on names, weights and size only. Immutable, safe from any thread.
 */
public final class Maglev implements KeyTable {

    /** Size for up to a few hundred names; prime, as a permutation by steps needs. */
    public static final int SIZE_DEFAULT = 65_537;

    /**
     * 4 bytes each; beyond this the table no longer fits a processor's cache and nothing gets more
     * even.
     */
    public static final int SIZE_MAX = 1_048_583;

    private static final long OFFSET_SEED = 1;
    private static final long SKIP_SEED = 2;

    private final List<String> names;
    private final int[] table;

    /**
     * One name.
     *
     * @param name unique among the entries
     * @param weight its share of the buckets relative to the others, 0 to 256; 0 takes none
     */
    public record Entry(String name, int weight) {

        /** Largest weight. */
        public static final int WEIGHT_MAX = 256;

        public Entry {
            if (weight < 0 || weight > WEIGHT_MAX) {
                throw new IllegalArgumentException(
                        name + ": weight " + weight + " is not 0 to " + WEIGHT_MAX);
            }
        }
    }

    private Maglev(List<Entry> entries, int[] table) {
        this.names = entries.stream().map(Entry::name).toList();
        this.table = table;
    }

    /**
     * The table of these entries.
     *
     * @param entries in any order; at least one with a weight, fewer than {@code size}, no name
     *     twice
     * @param size number of buckets, a prime of at most {@link #SIZE_MAX}; at least 100 times the
     *     number of names for evenness
     */
    public static Maglev of(List<Entry> entries, int size) {
        List<Entry> taking =
                entries.stream()
                        .filter(entry -> entry.weight() > 0)
                        .sorted(Comparator.comparing(Entry::name))
                        .toList();
        check(taking, size);
        return new Maglev(taking, fill(taking, size));
    }

    private static void check(List<Entry> entries, int size) {
        if (size > SIZE_MAX || !isPrime(size)) {
            throw new IllegalArgumentException(
                    "table size " + size + " is no prime up to " + SIZE_MAX);
        }
        if (entries.isEmpty() || entries.size() >= size) {
            throw new IllegalArgumentException(entries.size() + " names for " + size + " buckets");
        }
        Set<String> names = new HashSet<>();
        for (Entry entry : entries) {
            if (!names.add(entry.name())) {
                throw new IllegalArgumentException(entry.name() + " is there twice");
            }
        }
    }

    private static boolean isPrime(int number) {
        if (number < 2 || (number % 2 == 0 && number != 2)) {
            return false;
        }
        for (int divisor = 3; (long) divisor * divisor <= number; divisor += 2) {
            if (number % divisor == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The paper's "populate", with weights: a name whose credit has reached the largest weight
     * takes a turn.
     */
    private static int[] fill(List<Entry> entries, int size) {
        int[] table = new int[size];
        Arrays.fill(table, -1);
        int most = entries.stream().mapToInt(Entry::weight).max().orElse(1);
        Permutation[] permutations =
                entries.stream()
                        .map(entry -> new Permutation(entry.name(), size))
                        .toArray(Permutation[]::new);
        int[] credit = new int[permutations.length];
        int filled = 0;
        while (true) {
            for (int index = 0; index < permutations.length; index++) {
                credit[index] += entries.get(index).weight();
                if (credit[index] >= most) {
                    credit[index] -= most;
                    table[permutations[index].nextFree(table)] = index;
                    if (++filled == size) {
                        return table;
                    }
                }
            }
        }
    }

    /** Visits every bucket once, in an order of the name's own. */
    private static final class Permutation {
        private final int size;
        private final int skip;
        private int at;

        Permutation(String name, int size) {
            this.size = size;
            this.at = (int) Long.remainderUnsigned(Hash64.of(name, OFFSET_SEED), size);
            this.skip =
                    size == 2
                            ? 1
                            : 1
                                    + (int)
                                            Long.remainderUnsigned(
                                                    Hash64.of(name, SKIP_SEED), size - 1);
        }

        int nextFree(int[] table) {
            while (table[at] >= 0) {
                step();
            }
            int free = at;
            step();
            return free;
        }

        private void step() {
            at += skip;
            at -= at >= size ? size : 0;
        }
    }

    /** Number of buckets. */
    public int size() {
        return table.length;
    }

    /**
     * The bucket of a hash.
     *
     * @param hash any 64 bits; they are mixed first, so that an address or a counter may be used as
     *     it is
     */
    public int bucket(long hash) {
        return (int) Long.remainderUnsigned(Hash64.mix(hash), table.length);
    }

    /** The name in the hash's bucket. */
    public String pick(long hash) {
        return nameAt(bucket(hash));
    }

    /** The name in a bucket, 0 to {@link #size()} − 1. */
    public String nameAt(int bucket) {
        return names.get(table[bucket]);
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public int steps() {
        return table.length;
    }

    /** Neighbouring buckets have unrelated owners, so a walk spreads what one name cannot take. */
    @Override
    public int owner(long hash, int step) {
        return table[(bucket(hash) + step) % table.length];
    }
}
