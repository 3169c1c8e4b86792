package proa.chaos.drill;

import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.report.Console;
import proa.chaos.report.Json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a run leaves when it is ended by force together with its janitor: namespaces, processes and
 * a folder. The folder says whose they are.
 */
final class Leftovers {

    /** Folders of runs begin with this, below the folder for temporary files. */
    private static final String FOLDER = "proa-drill-";

    private static final String MARK = "drill.json";

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

    /** Whether a process of that number that began at that time still runs. */
    static boolean lives(long pid, long startMillis) {
        return ProcessHandle.of(pid)
                .filter(process -> process.isAlive() && startedMillis(process) == startMillis)
                .isPresent();
    }

    /** By the wall clock. */
    static long startedMillis(ProcessHandle process) {
        return process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
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
        try (var folders = Files.newDirectoryStream(temporary, FOLDER + "*")) {
            for (Path folder : folders) {
                Path file = folder.resolve(MARK);
                if (!Files.isReadable(file)) {
                    continue;
                }
                Mark mark = Json.read(Files.readString(file), Mark.class);
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
        }
        return removed;
    }
}
