package proa.chaos.drill;

import proa.chaos.lab.Await;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Wall clocks of balancers that can be turned one by one, although namespaces share the machine's:
 * libfaketime in their processes adds the difference that a file says. The time that passes, by
 * which leases and timeouts are measured, stays as it is. Used by one thread at a time.
 */
final class WallClocks {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    private static final String FILE = "clock";

    /** What the library leaves there of each process that is killed. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Pattern OF_PROCESS = Pattern.compile("(sem\\.)?faketime_(shm|sem)_(\\d+)");

    /** What is not read anew in that time is not noticed in a drill. */
    private static final String CACHE_SECONDS = "1";

    private static final Duration EXIT = Duration.ofSeconds(45);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final int LOOKS_MAX = 30;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Trio trio;
    private boolean prepared;

    WallClocks(Trio trio) {
        this.trio = trio;
    }

    /** Why no clock can be turned here, or empty. */
    static Optional<String> missing() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("clocks of single balancers need the package libfaketime");
    }

    static Optional<Path> library() {
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve(LIBRARY))
                    .filter(Files::isReadable)
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Starts one balancer after the other anew, with a clock that is right but can be turned. */
    void prepare(Runnable awaitWhole) {
        if (prepared) {
            return;
        }
        Path library = library().orElseThrow(() -> new LabException(missing().orElse("")));
        for (Machine machine : trio.machines()) {
            turn(machine, Duration.ZERO);
            machine.setEnvironment(environment(library, file(machine)));
            List<LabProcess> processes = List.of(machine.node(), machine.vipd());
            processes.forEach(LabProcess::kill);
            processes.forEach(process -> process.await(EXIT));
            machine.start();
            awaitWhole.run();
        }
        prepared = true;
    }

    /**
     * Of a process that reads its wall clock's difference from a file.
     *
     * <p>Waits with a timeout go by the other clock and are left alone: what the library does about
     * them for certain libraries of C has each of them end at once.
     */
    static Map<String, String> environment(Path library, Path file) {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                CACHE_SECONDS,
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** From within a second on its processes read another wall clock. */
    void turn(Machine machine, Duration by) {
        try {
            turn(file(machine), by);
        } catch (IOException e) {
            throw new LabException("cannot turn the clock of " + machine, e);
        }
    }

    static void turn(Path file, Duration by) throws IOException {
        Path next = file.resolveSibling(FILE + ".new");
        String sign = by.isNegative() ? "-" : "+";
        Files.writeString(next, sign + by.abs().toSeconds() + "\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The same, and it has been seen to. */
    void turnSeen(Machine machine, Duration by) {
        long before =
                upMillis(machine)
                        .orElseThrow(
                                () -> new LabException(machine + " does not say how long it runs"));
        turn(machine, by);
        Await.until(
                SOON,
                () -> machine + " reads a clock that was turned",
                () ->
                        upMillis(machine)
                                .filter(now -> Math.abs(now - before) > by.abs().toMillis() / 2)
                                .isPresent());
    }

    /** By its wall clock; empty while it does not answer. */
    private static Optional<Long> upMillis(Machine machine) {
        return machine.status().map(Machine.Status::uptimeMillis);
    }

    /** All processes have ended, or are just about to. */
    void forget() {
        for (int looks = 0; prepared && looks < LOOKS_MAX && !tidy(); looks++) {
            Await.pass(LOOK_AGAIN);
        }
    }

    /** Whether nobody has anything there any more. */
    static boolean tidy() {
        try (Stream<Path> files = Files.list(MEMORY)) {
            boolean all = true;
            for (Path file : files.toList()) {
                Matcher name = OF_PROCESS.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    boolean ended = ProcessHandle.of(Long.parseLong(name.group(3))).isEmpty();
                    all &= ended;
                    if (ended && Files.isWritable(file)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
            return all;
        } catch (IOException e) {
            throw new LabException("cannot tidy " + MEMORY, e);
        }
    }

    private static Path file(Machine machine) {
        return machine.folder().resolve(FILE);
    }
}
