package proa.chaos.drill;

import org.jspecify.annotations.Nullable;

import proa.chaos.drill.facts.RunFacts;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.report.Console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a run ends: by itself, or by Ctrl-C; either way every fault is gone. Safe from any thread.
 */
final class Ending {

    private final Console console;
    private final Path folder;
    private final Thread hook;
    private @Nullable Carrier carrier;
    private @Nullable Run run;
    private @Nullable Outputs outputs;
    private volatile boolean interrupted;

    private Ending(Console console, Path folder) {
        this.console = console;
        this.folder = folder;
        this.hook = new Thread(this::interrupt, "drill-ending");
    }

    static Ending begin(Console console) throws IOException {
        Ending ending = new Ending(console, Leftovers.folder());
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    /** For every file and log of the run. */
    Path folder() {
        return folder;
    }

    /**
     * There is something to end.
     *
     * @param lab the namespaces' prefix; empty without any
     */
    synchronized void opened(Carrier opened, String lab) {
        carrier = opened;
        Leftovers.mark(folder, lab);
    }

    /**
     * Closes what was opened, for something else in its place.
     *
     * @throws LabException when somebody has had enough
     */
    synchronized void closed() {
        if (interrupted) {
            throw new LabException("interrupted");
        }
        end();
    }

    /** There are facts to keep. */
    synchronized void running(Run running, Outputs writing) {
        run = running;
        outputs = writing;
    }

    /** Whether somebody has had enough; what then breaks is no finding. */
    boolean interrupted() {
        return interrupted;
    }

    private synchronized void interrupt() {
        interrupted = true;
        console.line("interrupted: every fault is undone, everything is ended");
        // What breaks from now on is no finding.
        Optional<RunFacts> facts = Optional.ofNullable(run).map(Run::interrupted);
        try {
            end(); // first: whoever is interrupted once more has that at least
        } finally {
            facts.ifPresent(this::write);
            delete();
        }
    }

    private void write(RunFacts facts) {
        try {
            if (outputs != null) {
                outputs.write(facts);
            }
        } catch (IOException e) {
            console.line("✗ %s", String.valueOf(e.getMessage()));
        }
    }

    /**
     * It is over.
     *
     * @param clean whether there is nothing to look at: then the logs go, too
     */
    synchronized void over(boolean clean) {
        Runtime.getRuntime().removeShutdownHook(hook);
        end();
        if (clean) {
            delete();
        } else {
            Leftovers.release(folder);
            console.line("Logs of all processes: %s", folder);
        }
    }

    private void end() {
        Carrier ended = carrier;
        if (ended != null) {
            carrier = null;
            ended.close();
        }
    }

    private void delete() {
        if (Files.exists(folder)) {
            Trio.deleteTree(folder);
        }
    }
}
