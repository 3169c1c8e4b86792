package proa.chaos.drill;

import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** What is not read anew in that time is not noticed in a drill. */
    private static final String CACHE_SECONDS = "1";

    private static final Duration EXIT = Duration.ofSeconds(45);

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

    private static Optional<Path> library() {
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
            machine.setEnvironment(
                    Map.of(
                            "LD_PRELOAD",
                            library.toString(),
                            "FAKETIME_TIMESTAMP_FILE",
                            file(machine).toString(),
                            "FAKETIME_CACHE_DURATION",
                            CACHE_SECONDS,
                            "FAKETIME_DONT_FAKE_MONOTONIC",
                            "1"));
            List<LabProcess> processes = List.of(machine.node(), machine.vipd());
            processes.forEach(LabProcess::kill);
            processes.forEach(process -> process.await(EXIT));
            machine.start();
            awaitWhole.run();
        }
        prepared = true;
    }

    /** From within a second on its processes read another wall clock. */
    void turn(Machine machine, Duration by) {
        try {
            Path next = machine.folder().resolve(FILE + ".new");
            String sign = by.isNegative() ? "-" : "+";
            Files.writeString(next, sign + by.abs().toSeconds() + "\n");
            Files.move(
                    next,
                    file(machine),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LabException("cannot turn the clock of " + machine, e);
        }
    }

    private static Path file(Machine machine) {
        return machine.folder().resolve(FILE);
    }
}
