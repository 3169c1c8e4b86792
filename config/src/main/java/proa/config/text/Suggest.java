package proa.config.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody probably meant. */
public final class Suggest {

    /** Longer names are not compared: the work grows with the square. */
    private static final int LENGTH_MAX = 64;

    private Suggest() {}

    /**
     * {@code did you mean "x"?} for the nearest name within a third of its length, if there is one.
     */
    public static Optional<String> nearest(String written, Collection<String> known) {
        return known.stream()
                .filter(name -> close(written, name))
                .min(
                        Comparator.comparingInt((String name) -> distance(written, name))
                                .thenComparing(Comparator.naturalOrder()))
                .map(name -> "did you mean \"" + name + "\"?");
    }

    private static boolean close(String written, String name) {
        return written.length() <= LENGTH_MAX
                && name.length() <= LENGTH_MAX
                && distance(written, name) <= Math.max(1, (name.length() + 1) / 3);
    }

    /**
     * Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), case
     * ignored.
     */
    static int distance(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[] before = new int[to.length() + 1];
        int[] last = new int[to.length() + 1];
        Arrays.setAll(last, at -> at);
        for (int row = 1; row <= from.length(); row++) {
            int[] now = new int[to.length() + 1];
            now[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replace = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
                int best = Math.min(now[column - 1], last[column]) + 1;
                best = Math.min(best, last[column - 1] + replace);
                if (swapped(from, to, row, column)) {
                    best = Math.min(best, before[column - 2] + 1);
                }
                now[column] = best;
            }
            before = last;
            last = now;
        }
        return last[to.length()];
    }

    private static boolean swapped(String from, String to, int row, int column) {
        return row > 1
                && column > 1
                && from.charAt(row - 1) == to.charAt(column - 2)
                && from.charAt(row - 2) == to.charAt(column - 1);
    }
}
