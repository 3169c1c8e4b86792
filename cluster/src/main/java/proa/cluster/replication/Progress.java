package proa.cluster.replication;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Which batches of one origin have arrived. */
final class Progress {

    /** Numbers remembered beyond a gap; one that is forgotten is merely fetched again. */
    static final int AHEAD_MAX = 4_096;

    /** Of a batch that cannot be taken in. */
    static final int TRIES_MAX = 10;

    private final TreeSet<Long> ahead = new TreeSet<>();

    /** How often what has not arrived was tried. */
    private final Map<Long, Integer> tries = new HashMap<>();

    private long reached;

    /** The last number up to which nothing is missing; 0 at first. */
    long reached() {
        return reached;
    }

    /** The numbers that are here although one before them is missing. */
    List<Long> beyondGap() {
        return List.copyOf(ahead);
    }

    boolean has(long number) {
        return number <= reached || ahead.contains(number);
    }

    /**
     * A batch is about to be taken in, which may fail. One that has failed {@link #TRIES_MAX} times
     * counts as arrived, as it would be fetched, and make this node call itself behind, for ever.
     *
     * @return whether it does from now on: what is in it has to come by other means
     */
    boolean trying(long number) {
        boolean enough = tries.merge(number, 1, Integer::sum) >= TRIES_MAX;
        if (enough) {
            arrived(number);
        }
        return enough;
    }

    /** Marks a batch as arrived. */
    void arrived(long number) {
        tries.remove(number);
        if (number > reached && ahead.add(number)) {
            closeGap();
            if (ahead.size() > AHEAD_MAX) {
                ahead.pollLast();
            }
        }
    }

    /** Everything up to a number is here by other means. */
    void reach(long number) {
        if (number > reached) {
            reached = number;
            tries.clear();
            ahead.headSet(number, true).clear();
            closeGap();
        }
    }

    /** The first gaps, given that numbers up to {@code to} exist. */
    List<Gap> gaps(long to, int max) {
        List<Gap> gaps = new ArrayList<>();
        long from = reached + 1;
        while (from <= to && gaps.size() < max) {
            Long next = ahead.ceiling(from);
            long end = next == null ? to : Math.min(to, next - 1);
            if (from <= end) {
                gaps.add(new Gap(from, end));
            }
            from = next == null ? to + 1 : next + 1;
        }
        return gaps;
    }

    /**
     * Numbers that are missing.
     *
     * @param from the first
     * @param to the last
     */
    record Gap(long from, long to) {}

    private void closeGap() {
        while (!ahead.isEmpty() && ahead.first() == reached + 1) {
            reached = ahead.pollFirst();
        }
    }
}
