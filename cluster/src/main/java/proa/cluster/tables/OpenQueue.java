package proa.cluster.tables;

import java.util.BitSet;

/**
 * Records with something open, in the order in which they are due to be said again, each once: who
 * opens and closes a thousand times a second does not make it grow. Not thread-safe.
 *
 * <p>A record that was closed stays until it would have been due; when it is open again by then, or
 * its number was given to another key that is, that one is said a little early.
 */
final class OpenQueue {

    private final NumberQueue ids = new NumberQueue();

    /** When each is due, in steps of {@link Counts#TICK_SHIFT}; only differences mean something. */
    private final NumberQueue dueTicks = new NumberQueue();

    private final BitSet there = new BitSet();

    private int early;

    /** No later than that; a record that is there already is due before. */
    void add(int id, long dueNanos) {
        if (there.get(id)) {
            return;
        }
        there.set(id);
        ids.add(id);
        dueTicks.add((int) (dueNanos >> Counts.TICK_SHIFT));
    }

    /** Whether the first one is due. */
    boolean due(long nowNanos) {
        if (ids.size() == 0) {
            return false;
        }
        return early > 0 || (int) (nowNanos >> Counts.TICK_SHIFT) - dueTicks.first() >= 0;
    }

    /** All that are there now are due now. */
    void allDue() {
        early = ids.size();
    }

    int take() {
        early = Math.max(0, early - 1);
        dueTicks.take();
        int id = ids.take();
        there.clear(id);
        return id;
    }

    int size() {
        return ids.size();
    }
}
