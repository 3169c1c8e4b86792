package proa.chaos.drill;

import proa.chaos.lab.LabException;
import proa.chaos.lab.Loopback;
import proa.chaos.lab.Trio;
import proa.chaos.remote.RemoteHost;
import proa.chaos.remote.deed.Switch;
import proa.chaos.report.Console;
import proa.config.drill.Targets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What drills that were ended by force have left on machines of an operator's. */
final class RemoteLeftovers {

    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** As long as undoing a fault may take. */
    private static final Duration UNDOING = Duration.ofSeconds(150);

    private RemoteLeftovers() {}

    /** What this process leaves is marked with this. */
    static Switch.Mark mark() {
        ProcessHandle self = ProcessHandle.current();
        return new Switch.Mark(hostName(), self.pid(), Leftovers.startedMillis(self));
    }

    private static String hostName() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            throw new LabException("cannot read " + HOST_NAME, e);
        }
    }

    /**
     * Undoes what is there of drills that no longer live.
     *
     * @param base folder that file names of the target file are relative to
     * @return whether every host was looked at
     */
    static boolean clean(Targets targets, Path base, Console console) throws IOException {
        Path folder = Leftovers.folder();
        boolean all = true;
        int removed = 0;
        try (Loopback place = Loopback.open()) {
            for (Targets.Host each : targets.hosts()) {
                try (RemoteHost host = RemoteHost.of(each, place, base, folder)) {
                    removed += clean(host, console);
                } catch (LabException e) {
                    console.line("✗ %s", String.valueOf(e.getMessage()));
                    all = false;
                }
            }
        }
        Trio.deleteTree(folder);
        if (removed == 0 && all) {
            console.line("no drill has left anything there");
        }
        return all;
    }

    private static int clean(RemoteHost host, Console console) {
        int removed = 0;
        String printed = host.run(Switch.list(host.name()), UNDOING);
        for (Switch.Left left : Switch.read(printed)) {
            Switch.Mark mark = left.mark();
            if (mark.machine().equals(hostName())
                    && Leftovers.lives(mark.pid(), mark.startMillis())) {
                console.line(
                        "%s: \"%s\" belongs to process %d, which runs",
                        host.name(), left.what(), mark.pid());
                continue;
            }
            String said = host.run(Switch.undo(host.name(), left.id()), UNDOING);
            console.line(
                    "%s: \"%s\" of process %d of %s %s",
                    host.name(),
                    left.what(),
                    mark.pid(),
                    mark.machine(),
                    Switch.hasFired(said)
                            ? "had been undone by the host's own switch"
                            : "is undone");
            removed++;
        }
        return removed;
    }
}
