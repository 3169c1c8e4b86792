package proa.cluster.tables;

/**
 * Records with something open, in the order in which they are due to be said again. Not
 * thread-safe.
 *
 * <p>A record may be there twice for a while, when its number was given to another key: then it is
 * said a little too often.
 */
final class OpenQueue {

    private final NumberQueue ids = new NumberQueue();

    /** When each is due, in steps of {@link Counts#TICK_SHIFT}; only differences mean something. */
    private final NumberQueue dueTicks = new NumberQueue();

    private int early;

    void add(int id, long dueNanos) {
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
        return ids.take();
    }
}
