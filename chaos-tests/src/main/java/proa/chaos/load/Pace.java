package proa.chaos.load;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs clients at a fixed rate each, a virtual thread for each, until it is closed. */
final class Pace implements AutoCloseable {

    private volatile boolean open = true;

    /**
     * Starts a client.
     *
     * @param perSecond how often it acts; when it falls behind it does not catch up
     * @param offsetSeconds its first action from now
     */
    void run(String name, double perSecond, double offsetSeconds, Runnable action) {
        long period = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
        long first = System.nanoTime() + (long) (offsetSeconds * TimeUnit.SECONDS.toNanos(1));
        Thread.ofVirtual().name(name).start(() -> loop(name, period, first, action));
    }

    private void loop(String name, long period, long first, Runnable action) {
        long due = first;
        while (open) {
            long now = System.nanoTime();
            if (now < due) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            try {
                action.run();
            } catch (RuntimeException e) {
                // A client that ended unseen would be missed by nobody.
                System.err.println(name + ": " + e); // the log of the process
            }
            due = Math.max(due + period, System.nanoTime() - period);
        }
    }

    boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        open = false;
    }

    /** A failure in a few words. */
    static String why(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
