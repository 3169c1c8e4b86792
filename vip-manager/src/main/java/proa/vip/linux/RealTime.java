package proa.vip.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Real-time scheduling and locked memory for this process. Stateless. */
public final class RealTime {

    private static final int SCHED_FIFO = 1;
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;

    /** Only pages that are touched: without it a small JVM locks 280 MB. */
    private static final int MCL_ONFAULT = 4;

    private static final int THIS_THREAD = 0;

    /** The loop's priority; every other thread of the process runs one below. */
    private static final int LOOP_PRIORITY = 50;

    private RealTime() {}

    /** Locks present and future pages in memory; the reason if it could not. */
    public static Optional<String> lockMemory() {
        return failure("mlockall", Libc.lockMemory(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
    }

    /**
     * Makes every thread of this process real-time and the calling thread one step more so; the
     * reason if it could not. Threads started later inherit from the thread that starts them.
     */
    public static Optional<String> raise() {
        Optional<String> failure = Optional.empty();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                Optional<String> one =
                        schedule(
                                Integer.parseInt(thread.getFileName().toString()),
                                LOOP_PRIORITY - 1);
                failure = failure.isPresent() ? failure : one;
            }
        } catch (IOException e) {
            failure = Optional.of("/proc/self/task: " + e.getMessage());
        }
        Optional<String> own = schedule(THIS_THREAD, LOOP_PRIORITY);
        return failure.isPresent() ? failure : own;
    }

    private static Optional<String> schedule(int thread, int priority) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment parameter = arena.allocateFrom(ValueLayout.JAVA_INT, priority);
            return failure("sched_setscheduler", Libc.setScheduler(thread, SCHED_FIFO, parameter));
        }
    }

    private static Optional<String> failure(String call, int result) {
        return result >= 0 ? Optional.empty() : Optional.of(call + ": " + Libc.errorText(-result));
    }
}
