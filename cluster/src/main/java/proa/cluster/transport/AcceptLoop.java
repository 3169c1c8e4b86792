package proa.cluster.transport;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Accepts until the listener is closed, with a pause after each failure: a process that is out of
 * descriptors fails at once again and again, and would do nothing but that and log it.
 */
public final class AcceptLoop {

    /** Long enough to leave the processor alone, short for a member that waits to be accepted. */
    static final long PAUSE_MILLIS = 100;

    private AcceptLoop() {}

    /** Takes one connection. */
    @FunctionalInterface
    public interface Step {
        void accept() throws IOException;
    }

    /**
     * Returns when the listener is closed or the thread interrupted.
     *
     * @param failed told of each failure, except that the listener was closed
     */
    public static void run(ServerSocket listener, Step step, Consumer<IOException> failed) {
        while (!listener.isClosed()) {
            try {
                step.accept();
            } catch (IOException e) {
                if (listener.isClosed()) {
                    return;
                }
                failed.accept(e);
                pause();
            } catch (RuntimeException | Error e) { // no thread for it, or no memory, for now
                failed.accept(new IOException(e.toString(), e));
                pause();
            }
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
