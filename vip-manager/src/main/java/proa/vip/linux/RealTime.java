package proa.vip.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Real-time scheduling and locked memory for this process. */
public final class RealTime {

    private static final int SCHED_FIFO = 1;
    private static final int MCL_CURRENT = 1;
    private static final int MCL_FUTURE = 2;

    /** Only pages that are touched: without it a small JVM locks 280 MB. */
    private static final int MCL_ONFAULT = 4;

    private static final Path TASKS = Path.of("/proc/self/task");

    private static final int THIS_THREAD = 0;
    private static final int NICE_FIRST = -20;

    /** The loop's priority; threads that serve it run one below. */
    private static final int LOOP_PRIORITY = 50;

    /** The virtual machine's own thread: the loop has to wait for its safepoints. */
    private static final String VIRTUAL_MACHINE = "VM Thread";

    /** Who is to join when the loop does. Guards itself and the two below. */
    private static final Set<Integer> EARLY = new HashSet<>();

    private static boolean asked;
    private static boolean granted;

    private RealTime() {}

    /** Locks present and future pages in memory; the reason if it could not. */
    public static Optional<String> lockMemory() {
        return failure("mlockall", Libc.lockMemory(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
    }

    /**
     * Puts every thread of this process first among the ordinary ones, and so those that they
     * start. When the process is killed, whichever thread leaves last closes the descriptors: if it
     * has to wait for a processor after the mesh connections and before the TUN device, two nodes
     * answer for the address meanwhile. Without the right to it nothing changes.
     */
    public static void beFirst() {
        threads().forEach(thread -> Libc.setNice(thread, NICE_FIRST));
        synchronized (EARLY) {
            threads().filter(thread -> name(thread).equals(VIRTUAL_MACHINE)).forEach(EARLY::add);
        }
    }

    /**
     * Makes the calling thread, the loop, real-time, and one step below it the threads that asked
     * for it before and the virtual machine's own, which {@link #beFirst} has found; the reason if
     * it could not.
     *
     * <p>To be called when the process has settled. What runs for the first time loads classes and
     * links call sites; the virtual machine's tables of symbols and methods have who adds to them
     * wait for all who read them just then, by sleeps of a microsecond, which real-time threads do
     * without a pause. Two of them kept both processors of a host from every ordinary thread, the
     * reader included, until the kernel gave it the 50 ms of each second that real-time threads do
     * not get.
     *
     * <p>Not the whole process: it would use up what the kernel grants real-time threads whenever
     * it compiles, and a kernel with group scheduling was seen to leave a process that did so
     * without a processor for minutes.
     */
    public static Optional<String> raise() {
        synchronized (EARLY) {
            // Itself last: what is done here is done for the first time, too.
            threads()
                    .filter(EARLY::contains)
                    .forEach(thread -> schedule(thread, LOOP_PRIORITY - 1));
            EARLY.clear();
            Optional<String> failure = schedule(THIS_THREAD, LOOP_PRIORITY);
            asked = true;
            granted = failure.isEmpty();
            return failure;
        }
    }

    /**
     * Makes the calling thread real-time, below the loop, if the loop is or as soon as it is: for
     * threads that carry the news of a death, when they have done once what they do.
     */
    public static void join() {
        synchronized (EARLY) {
            if (granted) {
                Optional<String> _ = schedule(THIS_THREAD, LOOP_PRIORITY - 1);
            } else if (!asked) {
                EARLY.add(Libc.thread());
            }
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

    /** Of this process, those that there are now; none where the kernel does not say. */
    private static Stream<Integer> threads() {
        try (Stream<Path> threads = Files.list(TASKS)) {
            return threads
                    .map(thread -> Integer.parseInt(thread.getFileName().toString()))
                    .toList()
                    .stream();
        } catch (IOException _) {
            return Stream.empty();
        }
    }

    private static String name(int thread) {
        try {
            return Files.readString(TASKS.resolve(thread + "/comm")).strip();
        } catch (IOException _) {
            return ""; // it has ended
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
