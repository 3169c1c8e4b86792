package proa.chaos.kernel;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import proa.chaos.lab.Conversation;
import proa.config.command.Subcommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code proa lab-stop-loop}: one event loop of a node stands still, all its other threads run,
 * until standard input ends or this process dies.
 */
@Command(
        name = "lab-stop-loop",
        hidden = true,
        description = "Stops one event loop of a process until standard input ends.")
public final class StopLoopCommand implements Subcommand {

    /** As the node calls its event loops. */
    private static final String LOOP = "loop-";

    @Parameters(paramLabel = "PID", description = "The process.")
    private long pid;

    /** Its answer to any line. */
    public record Stopped(int thread) {}

    @Override
    public Integer call() throws IOException {
        int thread = loops(pid).getFirst();
        Kernel.stopThread(thread);
        Conversation.answer(_ -> new Stopped(thread));
        return 0;
    }

    /** The kernel's numbers of the process's event loops. */
    static List<Integer> loops(long pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            List<Integer> loops =
                    tasks.filter(StopLoopCommand::isLoop)
                            .map(task -> Integer.parseInt(String.valueOf(task.getFileName())))
                            .sorted(Comparator.naturalOrder())
                            .toList();
            if (loops.isEmpty()) {
                throw new IOException("process " + pid + " has no thread " + LOOP + "*");
            }
            return loops;
        }
    }

    private static boolean isLoop(Path task) {
        try {
            return Files.readString(task.resolve("comm")).startsWith(LOOP);
        } catch (IOException _) {
            return false;
        }
    }
}
