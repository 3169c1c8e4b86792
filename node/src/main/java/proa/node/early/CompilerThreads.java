package proa.node.early;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Puts the threads of the optimising compiler (C2) behind everything else on the machine. After a
 * takeover they have much to do just when every client comes, and on a machine with few cores they
 * would take half of it. The quick compiler (C1) stays: interpreted code costs more than it does.
 */
public final class CompilerThreads {

    private static final Logger LOG = LoggerFactory.getLogger(CompilerThreads.class);

    /** A tenth of an ordinary thread's share when both want to run, all of an idle core's. */
    static final int NICE = 10;

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int PRIO_PROCESS = 0;

    private CompilerThreads() {}

    /**
     * Lowers the priority of those there are; later ones inherit it from them. Needs no right. Does
     * nothing where there is no {@code /proc}.
     *
     * @return how many there are
     */
    public static int yieldToTraffic() {
        int lowered = 0;
        if (!Files.isDirectory(TASKS)) {
            return lowered;
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            MethodHandle setpriority = setpriority();
            for (Path task : tasks) {
                if (Files.readString(task.resolve("comm")).startsWith("C2 Compiler")) {
                    int thread = Integer.parseInt(task.getFileName().toString());
                    int failed = (int) setpriority.invokeExact(PRIO_PROCESS, thread, NICE);
                    lowered += failed == 0 ? 1 : 0;
                }
            }
        } catch (IOException e) {
            LOG.debug("a thread ended while it was looked at: {}", e.getMessage());
        } catch (Throwable e) {
            throw new IllegalStateException("setpriority could not be called", e);
        }
        return lowered;
    }

    /** {@code setpriority(2)}; for Linux a thread is a process of its own. */
    @SuppressWarnings("restricted") // what this package is for
    private static MethodHandle setpriority() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    }
}
