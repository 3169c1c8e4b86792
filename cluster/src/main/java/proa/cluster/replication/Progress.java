package proa.cluster.replication;

import java.util.TreeSet;

/** Which batches of one origin have arrived. */
final class Progress {

    /** Numbers remembered beyond a gap; one that is forgotten is merely fetched again. */
    static final int AHEAD_MAX = 4_096;

    private final TreeSet<Long> ahead = new TreeSet<>();
    private long reached;

    /** The last number up to which nothing is missing; 0 at first. */
    long reached() {
        return reached;
    }

    /** Marks a batch as arrived; whether it is new. */
    boolean arrived(long number) {
        if (number <= reached || !ahead.add(number)) {
            return false;
        }
        closeGap();
        if (ahead.size() > AHEAD_MAX) {
            ahead.pollLast();
        }
        return true;
    }

    /** Everything up to a number is here by other means. */
    void reach(long number) {
        if (number > reached) {
            reached = number;
            ahead.headSet(number, true).clear();
            closeGap();
        }
    }

    /** The largest number known to exist. */
    long highest() {
        return ahead.isEmpty() ? reached : ahead.last();
    }

    /** The end of the first gap, given that numbers up to {@code to} exist. */
    long gapEnd(long to) {
        return ahead.isEmpty() ? to : Math.min(to, ahead.first() - 1);
    }

    private void closeGap() {
        while (!ahead.isEmpty() && ahead.first() == reached + 1) {
            reached = ahead.pollFirst();
        }
    }
}
