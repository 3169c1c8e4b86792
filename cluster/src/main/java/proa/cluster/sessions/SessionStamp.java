package proa.cluster.sessions;

/**
 * When a write happened, by a hybrid logical clock: wall-clock milliseconds in the upper 48 bits, a
 * counter in the lower 16, then the writer. Unique for each write, and the order in which writes
 * win: the later stamp stays, whichever arrives last.
 *
 * <p>Source: Kulkarni et al., "Logical Physical Clocks", 2014.
 *
 * @param time milliseconds since 1970 shifted left by 16, plus a counter
 * @param node identifier of the writing node, 1 to 255; decides between equal times
 */
public record SessionStamp(long time, int node) implements Comparable<SessionStamp> {

    private static final int COUNTER_BITS = 16;
    private static final int NODE_BITS = 8;

    /**
     * The next time of a clock.
     *
     * @param last the latest time it has given or seen
     * @param wallMillis what the wall shows; a wall that stands or steps back only costs counters
     */
    public static long timeAfter(long last, long wallMillis) {
        return Math.max(wallMillis << COUNTER_BITS, last + 1);
    }

    /** The wall-clock part, in milliseconds since 1970. */
    public long millis() {
        return time >>> COUNTER_BITS;
    }

    /** The whole stamp as one number: of any two within 34 years another one, and never 0. */
    long number() {
        return time << NODE_BITS | node;
    }

    @Override
    public int compareTo(SessionStamp other) {
        int byTime = Long.compare(time, other.time);
        return byTime != 0 ? byTime : Integer.compare(node, other.node);
    }
}
