package proa.vip.loop;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Brings to the disk what keeps this node out of service, on a thread of its own: a disk that
 * flushes for longer than a lease lasts, or for good, holds up no address. Only the latest is
 * written. {@link #keep} is for one thread and never waits.
 */
final class MaintenanceMemory implements AutoCloseable {

    /** How long a stop waits for what is not written yet. */
    private static final long CLOSE_MILLIS = 1_000;

    private static final String LOST = "a restart will not remember it: ";

    private final MaintenanceFiles files;
    private final Journal journal;
    private final AtomicReference<MaintenanceMarks> latest =
            new AtomicReference<>(MaintenanceMarks.NONE);
    private final ThreadPoolExecutor writer;

    /** Starts the thread, so make it before its maker is real-time. */
    MaintenanceMemory(MaintenanceFiles files, Journal journal) {
        this.files = files;
        this.journal = journal;
        // One that is being written and one that waits: it takes what is the latest by then.
        writer =
                new ThreadPoolExecutor(
                        1,
                        1,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(1),
                        Thread.ofPlatform().daemon().name("maintenance").factory(),
                        new ThreadPoolExecutor.DiscardPolicy());
        writer.prestartAllCoreThreads();
    }

    /** What an earlier process has kept; before the first {@link #keep}. */
    MaintenanceMarks read() {
        return files.read();
    }

    /** On the disk soon; a line of the log if that fails. */
    void keep(MaintenanceMarks marks) {
        latest.set(marks);
        writer.execute(this::write);
    }

    private void write() {
        try {
            files.keep(latest.get());
        } catch (IOException e) {
            journal.warn(LOST + e);
        }
    }

    /** Waits until all is written, for a second at most. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
                journal.warn(LOST + "not written within " + CLOSE_MILLIS + " ms");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
