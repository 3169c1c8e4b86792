package proa.config.spread;

import proa.config.spread.Maglev.Entry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Consistent hashing on a circle (Karger et al., Consistent Hashing and Random Trees, STOC 1997):
 * each name has points on it, and a hash belongs to the next point. A name that comes or goes moves
 * only what it takes or leaves. Even within about ten percent.
 */
public final class Ring implements KeyTable {

    /** Points of a name for each unit of its weight, at most: a standard deviation of 9 percent. */
    public static final int POINTS_PER_WEIGHT = 128;

    /** All points, unless the weights come to more: 12 bytes each, and a search of 20 steps. */
    public static final int POINTS_MAX = 1 << 20;

    private static final long POINT_SEED = 3;

    private final List<String> names;
    private final long[] points;
    private final int[] owners;

    private record Point(long at, int owner) {}

    private Ring(List<String> names, Point[] sorted) {
        this.names = names;
        points = Arrays.stream(sorted).mapToLong(Point::at).toArray();
        owners = Arrays.stream(sorted).mapToInt(Point::owner).toArray();
    }

    /**
     * The ring of these entries. It has fewer points for a unit of weight when there would be too
     * many, by the weights alone: whoever knows them makes the same ring.
     *
     * @param entries in any order, no name twice; at least one weight is not zero
     */
    public static Ring of(List<Entry> entries) {
        List<Entry> taking =
                entries.stream()
                        .filter(entry -> entry.weight() > 0)
                        .sorted(Comparator.comparing(Entry::name))
                        .toList();
        int weights = taking.stream().mapToInt(Entry::weight).sum();
        if (weights == 0) {
            throw new IllegalArgumentException("no name has a weight");
        }
        int each = Math.clamp(POINTS_MAX / weights, 1, POINTS_PER_WEIGHT);
        Point[] sorted = new Point[weights * each];
        int filled = 0;
        for (int owner = 0; owner < taking.size(); owner++) {
            long start = Hash64.of(taking.get(owner).name(), POINT_SEED);
            for (int point = taking.get(owner).weight() * each; point > 0; point--) {
                sorted[filled++] = new Point(Hash64.mix(start + point), owner);
            }
        }
        Arrays.sort(sorted, Comparator.comparingLong(Point::at).thenComparingInt(Point::owner));
        return new Ring(taking.stream().map(Entry::name).toList(), sorted);
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public int steps() {
        return points.length;
    }

    @Override
    public int owner(long hash, int step) {
        return owners[(next(Hash64.mix(hash)) + step) % points.length];
    }

    /** The first point that is not before this place. */
    private int next(long place) {
        int found = Arrays.binarySearch(points, place);
        return found >= 0 ? found : (-found - 1) % points.length;
    }
}
