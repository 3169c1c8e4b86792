package proa.cluster.replication;

/**
 * A request that is repeated until it is answered, at growing intervals, or given up.
 *
 * <p>Giving up is harmless: the next hello of the member that has more starts it again.
 */
final class Pursuit {

    private static final int TRIES_MAX = 5;

    private final int peer;
    private long upTo;
    private long dueNanos;
    private long askedAt = -1;
    private int tries;

    /**
     * @param peer who is asked
     * @param upTo what is asked for
     * @param nowNanos when it is asked first
     */
    Pursuit(int peer, long upTo, long nowNanos) {
        this.peer = peer;
        this.upTo = upTo;
        this.dueNanos = nowNanos;
    }

    int peer() {
        return peer;
    }

    long upTo() {
        return upTo;
    }

    void extend(long to) {
        upTo = Math.max(upTo, to);
    }

    boolean due(long nowNanos) {
        return nowNanos >= dueNanos;
    }

    long dueNanos() {
        return dueNanos;
    }

    /**
     * It has been asked; soon again if there was an answer since the last time, else later and
     * later.
     *
     * @param position how far the asker has come
     */
    void asked(long position, long nowNanos, long retryNanos) {
        tries = position == askedAt ? tries : 0;
        askedAt = position;
        dueNanos = nowNanos + (retryNanos << tries);
        tries++;
    }

    boolean hopeless(long nowNanos) {
        return tries >= TRIES_MAX && due(nowNanos);
    }
}
