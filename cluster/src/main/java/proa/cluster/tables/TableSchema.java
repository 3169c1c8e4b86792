package proa.cluster.tables;

import java.util.List;

/**
 * What a table keeps for a key besides the server. Nodes exchange entries of a table only if their
 * schemas of it agree.
 *
 * @param counters at most {@link #COUNTERS_MAX}; their places are what they are called by
 * @param tags names of the general-purpose tags, at most {@link #TAGS_MAX}
 */
public record TableSchema(List<CounterShape> counters, List<String> tags) {

    /** Most counters of one table: with all of them a key takes about three kilobytes. */
    public static final int COUNTERS_MAX = 16;

    /** Most tags of one table. */
    public static final int TAGS_MAX = 16;

    /** A table that only sticks. */
    public static final TableSchema STICKS = new TableSchema(List.of(), List.of());

    public TableSchema {
        counters = List.copyOf(counters);
        tags = List.copyOf(tags);
        if (counters.size() > COUNTERS_MAX || tags.size() > TAGS_MAX) {
            throw new IllegalArgumentException(counters.size() + " counters, " + tags.size());
        }
    }

    /** A table that counts requests over a window; with none it only sticks. */
    public static TableSchema requestsOver(long windowNanos) {
        return windowNanos == 0
                ? STICKS
                : new TableSchema(List.of(CounterShape.requestsOver(windowNanos)), List.of());
    }

    /** Whether anything is kept besides the server. */
    public boolean counts() {
        return !counters.isEmpty() || !tags.isEmpty();
    }

    /** Place of a counter, or -1. */
    public int counter(String name) {
        for (int at = 0; at < counters.size(); at++) {
            if (counters.get(at).name().equals(name)) {
                return at;
            }
        }
        return -1;
    }

    /** Place of a tag, or -1. */
    public int tag(String name) {
        return tags.indexOf(name);
    }

    /** The longest window of a rate; 0 without one. */
    long windowNanosMax() {
        return counters.stream().mapToLong(CounterShape::windowNanos).max().orElse(0);
    }
}
