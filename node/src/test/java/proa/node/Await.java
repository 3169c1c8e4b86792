package proa.node;

import proa.testing.Patience;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, never for time. */
public final class Await {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 1_000_000;

    private Await() {}

    /** Waits until it holds; half a minute is enough on the busiest machine. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, LONG, condition);
    }

    /** Waits until it holds. */
    public static void until(String what, Duration limit, Callable<Boolean> condition)
            throws Exception {
        until(() -> what, limit, condition);
    }

    /** The same of what is told as it is in the end. */
    public static void until(Callable<String> what, Callable<Boolean> condition) throws Exception {
        until(what, LONG, condition);
    }

    /**
     * Waits until the thread has ended: the kernel has the port of a socket that was closed until
     * the last call that waits for a datagram has returned.
     */
    public static void endOf(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void until(Callable<String> what, Duration limit, Callable<Boolean> condition)
            throws Exception {
        Patience patience = new Patience(limit);
        while (!condition.call()) {
            if (patience.isOver()) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.call());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
