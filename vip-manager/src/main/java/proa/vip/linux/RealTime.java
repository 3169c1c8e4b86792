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
    private static final int NICE_FIRST = -20;

    /** The loop's priority; threads that serve it run one below. */
    private static final int LOOP_PRIORITY = 50;

    private static volatile boolean granted;

    private RealTime() {}

    /** Locks present and future pages in memory; the reason if it could not. */
    public static Optional<String> lockMemory() {
        return failure("mlockall", Libc.lockMemory(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
    }

    /**
     * Makes the calling thread, the loop, real-time, and one step below it the virtual machine's
     * own thread, for whose safepoints the loop has to wait; the reason if it could not.
     *
     * <p>Not the whole process: while it starts and compiles it would use up what the kernel grants
     * real-time threads (950 ms a second), and a kernel with group scheduling was seen to leave a
     * process that did so without a processor for minutes.
     */
    public static Optional<String> raise() {
        Optional<String> failure = schedule(THIS_THREAD, LOOP_PRIORITY);
        granted = failure.isEmpty();
        if (granted) {
            virtualMachineThread().ifPresent(thread -> schedule(thread, LOOP_PRIORITY - 1));
            beNice();
        }
        return failure;
    }

    /**
     * Puts every other thread first among the ordinary ones. When the process is killed, whichever
     * thread leaves last closes the descriptors: if it has to wait for a processor after the mesh
     * connections and before the TUN device, two nodes answer for the address meanwhile.
     */
    private static void beNice() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            threads.map(thread -> Integer.parseInt(thread.getFileName().toString()))
                    .forEach(thread -> Libc.setNice(thread, NICE_FIRST));
        } catch (IOException _) {
            // As before, then.
        }
    }

    /**
     * Makes the calling thread real-time, below the loop, if the loop is: for threads that carry
     * the news of a death.
     */
    public static void join() {
        if (granted) {
            Optional<String> _ = schedule(THIS_THREAD, LOOP_PRIORITY - 1);
        }
    }

    /**
     * Puts the calling thread before the loop, if it has the right to: one that does nothing but
     * wait, and is to be the first to go when the process is killed.
     */
    static void first() {
        Optional<String> _ = schedule(THIS_THREAD, LOOP_PRIORITY + 1);
    }

    /**
     * Puts a process of one thread first among the ordinary ones, if this one has the right to. Not
     * before them: one that never came to its end would leave them nothing.
     */
    static void hasten(long process) {
        int _ = Libc.setNice((int) process, NICE_FIRST);
    }

    private static Optional<Integer> virtualMachineThread() {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.filter(RealTime::isVirtualMachine)
                    .map(thread -> Integer.parseInt(thread.getFileName().toString()))
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static boolean isVirtualMachine(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip().equals("VM Thread");
        } catch (IOException _) {
            return false;
        }
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
