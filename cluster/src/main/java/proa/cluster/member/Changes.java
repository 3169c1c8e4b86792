package proa.cluster.member;

import proa.cluster.replication.Outgoing;
import proa.cluster.replication.Replicator;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How the data path tells the replicator that there is something to send: the first change wakes
 * it, the ones that follow cost an increment. Safe from any thread.
 */
final class Changes {

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final AtomicInteger count = new AtomicInteger();
    private final int wakeAt;
    private final Runnable wake;

    /** Of the first change; {@link #UNKNOWN} from when they are taken until then. */
    private volatile long sinceNanos = UNKNOWN;

    private volatile boolean urgent;

    /** How many of them, and whether in a hurry, the replicator knows of. On its thread only. */
    private int seen;

    private boolean seenUrgent;

    /**
     * @param wakeAt so many changes wake the replicator again, since they fill a batch
     * @param wake wakes it; cheap and never blocks
     */
    Changes(int wakeAt, Runnable wake) {
        this.wakeAt = wakeAt;
        this.wake = wake;
    }

    void note(long nowNanos) {
        int before = count.getAndIncrement();
        if (before == 0) {
            sinceNanos = nowNanos;
        }
        if (before == 0 || before == wakeAt) {
            wake.run();
        }
    }

    /** A key nears its limit: the next batch should not wait for company. */
    void hurry() {
        if (!urgent) {
            urgent = true;
            wake.run();
        }
    }

    boolean full() {
        return count.get() >= wakeAt;
    }

    boolean urgent() {
        return urgent;
    }

    /** Whether there is something that would wake the replicator. On its thread only. */
    boolean unseen() {
        int noted = count.get();
        return noted > 0 && seen == 0 || noted > wakeAt && seen <= wakeAt || urgent && !seenUrgent;
    }

    /**
     * What a replicator sends now, told of what was noted before. On its thread only.
     *
     * <p>Noting goes on meanwhile. What nobody tells the replicator of would stay here for good:
     * the record waits already, so that no further change of it would be noted.
     */
    List<Outgoing> due(Replicator replicator, long nowNanos) {
        seen = count.get();
        seenUrgent = urgent;
        if (seen > 0) {
            replicator.changed(sinceNanos == UNKNOWN ? nowNanos : sinceNanos, seenUrgent);
        }
        if (replicator.dueNanos() > nowNanos && !full()) {
            return List.of();
        }
        boolean hurried = urgent;
        urgent = false;
        seen = 0;
        seenUrgent = false;
        sinceNanos = UNKNOWN;
        if (count.getAndSet(0) > 0) {
            replicator.changed(nowNanos, hurried); // noted since the look above, perhaps
        }
        return replicator.tick(nowNanos);
    }
}
