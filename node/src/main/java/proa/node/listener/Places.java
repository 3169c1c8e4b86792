package proa.node.listener;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Places for the client connections of the whole node, all listeners together. Safe from any
 * thread.
 */
public final class Places {

    /** Descriptors for everything else: the cluster, probes, files, idle connections to servers. */
    private static final long DESCRIPTORS_KEPT = 512;

    /** A client's, and its server's. */
    private static final long DESCRIPTORS_EACH = 2;

    /** With fewer the node would be of no use. */
    private static final long PLACES_MIN = 64;

    private final int max;
    private final AtomicInteger taken = new AtomicInteger();
    private volatile Runnable changed = () -> {};

    public Places(int max) {
        this.max = max;
    }

    /** As many as a process with that many descriptors can serve. */
    public static int within(long descriptors) {
        long places = (descriptors - DESCRIPTORS_KEPT) / DESCRIPTORS_EACH;
        return (int) Math.clamp(places, PLACES_MIN, Integer.MAX_VALUE);
    }

    /** What is to be done when the last place is taken, and when one is free again. */
    void whenChanged(Runnable action) {
        changed = action;
    }

    /** Takes a place; false when none is left. */
    boolean enter() {
        int now = taken.incrementAndGet();
        if (now > max) {
            leave();
            return false;
        }
        if (now == max) {
            changed.run();
        }
        return true;
    }

    void leave() {
        if (taken.decrementAndGet() == max - 1) {
            changed.run();
        }
    }

    boolean any() {
        return taken.get() < max;
    }

    /** How many are taken. */
    public int taken() {
        return taken.get();
    }

    /** How many there are. */
    public int max() {
        return max;
    }
}
