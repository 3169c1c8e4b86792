package proa.node;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions, never for time. */
public final class Await {

    private static final long LOOK_NANOS = 1_000_000;

    private Await() {}

    /** Waits until it holds; half a minute is enough on the busiest machine. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, Duration.ofSeconds(30), condition);
    }

    /** Waits until it holds. */
    public static void until(String what, Duration limit, Callable<Boolean> condition)
            throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
