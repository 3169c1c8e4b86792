package proa.chaos.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true. */
public final class Await {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /**
     * Returns as soon as the condition holds.
     *
     * @param what for the message: "the owner answers"
     * @throws LabException when it does not hold in time
     */
    public static void until(Duration timeout, String what, BooleanSupplier condition) {
        until(timeout, () -> what, condition);
    }

    /** The same with a message that is made when it is needed. */
    public static void until(Duration timeout, Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new LabException("not within " + timeout.toSeconds() + " s: " + what.get());
            }
            pause(POLL_NANOS);
        }
    }

    /** Returns what is there, as soon as it is: it may be gone when somebody looks once more. */
    public static <T> T found(Duration timeout, String what, Supplier<Optional<T>> look) {
        List<T> found = new ArrayList<>();
        until(timeout, what, () -> look.get().map(found::add).orElse(false));
        return found.getFirst();
    }

    /** Lets time pass, for a period in which something else happens. */
    public static void pass(Duration time) {
        pause(time.toNanos());
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted");
            }
            LockSupport.parkNanos(left);
        }
    }
}
