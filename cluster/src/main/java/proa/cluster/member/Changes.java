package proa.cluster.member;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How the data path tells the replicator that there is something to send: the first change wakes
 * it, the ones that follow cost an increment. Safe from any thread.
 */
final class Changes {

    private final AtomicInteger count = new AtomicInteger();
    private final int wakeAt;
    private final Runnable wake;

    private volatile long sinceNanos;
    private volatile boolean urgent;

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

    boolean any() {
        return count.get() > 0;
    }

    boolean full() {
        return count.get() >= wakeAt;
    }

    boolean urgent() {
        return urgent;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Everything noted so far is about to be sent. */
    void clear() {
        urgent = false;
        count.set(0);
    }
}
