package proa.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that serves while a test runs; what it prints is not kept. */
public final class ServerProcess implements AutoCloseable {

    private static final int END_SECONDS_MAX = 10;

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Starts it. */
    public static ServerProcess start(List<String> command) throws IOException {
        return new ServerProcess(begin(command));
    }

    /** Runs what comes to an end by itself; its exit code. */
    public static int run(List<String> command) throws IOException, InterruptedException {
        return begin(command).waitFor();
    }

    private static Process begin(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Override
    public void close() {
        end();
    }

    /** Ends it, in order at first: it may have children. */
    public void end() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
