package proa.chaos.drill;

import proa.chaos.lab.Await;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.OwnFolder;
import proa.chaos.lab.Trio;
import proa.chaos.report.Console;
import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a run leaves when it is ended by force together with its janitor: namespaces, processes and
 * a folder. The folder says whose they are.
 */
final class Leftovers {

    /** Folders of runs begin with this, below the folder for temporary files. */
    private static final String FOLDER = "proa-drill-";

    private static final String MARK = "drill.json";

    /**
     * Two processes may differ by as much in when a third one started: the kernel tells it from its
     * own start, whose wall-clock time each works out by itself, in whole seconds, while that clock
     * is being set. A number is not another process's so soon.
     */
    private static final long START_MILLIS_APART_MAX = 5_000;

    /** A janitor takes so long for a lab whose process has just been ended. */
    private static final Duration CLEANING = Duration.ofSeconds(5);

    private Leftovers() {}

    /**
     * Whose a folder is.
     *
     * @param lab the namespaces' prefix; empty without any
     * @param pid the process that runs the drills
     * @param startMillis when it started, by the wall clock: a number may be another process's by
     *     now
     */
    record Mark(String lab, long pid, long startMillis) {

        private boolean isAlive() {
            return lives(pid, startMillis);
        }
    }

    /** Whether a process of that number that began at about that time still runs. */
    static boolean lives(long pid, long startMillis) {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(process -> Math.abs(startedMillis(process) - startMillis))
                .filter(apart -> apart <= START_MILLIS_APART_MAX)
                .isPresent();
    }

    /** By the wall clock. */
    static long startedMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /** A new one. */
    static Path folder() throws IOException {
        return Files.createTempDirectory(FOLDER);
    }

    /** This process uses that lab. */
    static void mark(Path folder, String lab) {
        ProcessHandle self = ProcessHandle.current();
        try {
            Files.writeString(
                    folder.resolve(MARK),
                    Json.pretty(new Mark(lab, self.pid(), startedMillis(self))));
        } catch (IOException e) {
            throw new LabException("cannot write " + folder.resolve(MARK), e);
        }
    }

    /** The lab is gone; the folder stays to be looked at. */
    static void release(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(MARK));
        } catch (IOException e) {
            throw new LabException("cannot delete " + folder.resolve(MARK), e);
        }
    }

    /** Removes what runs have left that no longer live. */
    static int clean(Console console) throws IOException {
        int removed = clean(Path.of(System.getProperty("java.io.tmpdir")), console);
        if (removed == 0) {
            console.line("no drill has left anything");
        }
        return 0;
    }

    /** The same below a given folder; how many were removed. */
    static int clean(Path temporary, Console console) throws IOException {
        int removed = 0;
        for (Found found : found(temporary)) {
            Path folder = found.folder();
            Mark mark = found.mark();
            if (mark.isAlive()) {
                console.line("%s belongs to process %d, which runs", folder, mark.pid());
                continue;
            }
            if (!mark.lab().isEmpty()) {
                Lab.remove(mark.lab());
                console.line("removed lab %s", mark.lab());
            }
            Trio.deleteTree(folder);
            console.line("removed %s", folder);
            removed++;
        }
        return removed;
    }

    /**
     * Whether nothing is left that a new lab would have to share the machine with; otherwise it is
     * named. A folder whose lab is gone is named, too, but is in nobody's way, nor is what belongs
     * to a process that runs.
     */
    static boolean isClear(Console console) throws IOException {
        return isClear(Path.of(System.getProperty("java.io.tmpdir")), CLEANING, console);
    }

    /** The same below a given folder, with a time for labs that are just being removed. */
    static boolean isClear(Path temporary, Duration cleaning, Console console) throws IOException {
        boolean clear = true;
        for (Found found : found(temporary)) {
            Mark mark = found.mark();
            if (mark.isAlive()) {
                continue;
            }
            if (stays(mark.lab(), cleaning)) {
                clear = false;
                console.line(
                        "✗ lab %s is left of a drill that was ended by force (process %d, %s):"
                                + " `proa drill clean` removes it",
                        mark.lab(), mark.pid(), found.folder());
            } else {
                console.line(
                        "%s is left of a drill that was ended by force (process %d):"
                                + " `proa drill clean` removes it",
                        found.folder(), mark.pid());
            }
        }
        return clear;
    }

    private static boolean stays(String lab, Duration cleaning) {
        if (lab.isEmpty()) {
            return false;
        }
        try {
            Await.until(cleaning, "lab " + lab + " is gone", () -> !Lab.stands(lab));
            return false;
        } catch (LabException _) {
            return true;
        }
    }

    /** A folder that says whose it is. */
    private record Found(Path folder, Mark mark) {}

    /** This user's, in the order of their names. */
    private static List<Found> found(Path temporary) throws IOException {
        List<Found> all = new ArrayList<>();
        try (var folders = Files.newDirectoryStream(temporary, FOLDER + "*")) {
            for (Path folder : folders) {
                if (OwnFolder.is(folder)) {
                    read(folder.resolve(MARK)).ifPresent(mark -> all.add(new Found(folder, mark)));
                }
            }
        }
        all.sort(Comparator.comparing(Found::folder));
        return all;
    }

    /** Another run may be over meanwhile, or just be writing its own. */
    private static Optional<Mark> read(Path file) {
        try {
            return Optional.of(Json.read(Files.readString(file), Mark.class));
        } catch (IOException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
