package proa.chaos.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short command to its end. Blocks; safe from any thread. */
public final class Shell {

    /** A configuration command that takes longer has hung. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private Shell() {}

    /**
     * Runs the command.
     *
     * @return what it printed
     * @throws LabException when it cannot be started, fails or hangs; the message carries its
     *     output
     */
    public static String run(List<String> command) {
        return run(command, "");
    }

    /** Runs the command with this text on its standard input. */
    public static String run(List<String> command, String input) {
        Ended ended = attempt(command, input, TIMEOUT);
        if (ended.code() != 0) {
            throw new LabException(
                    String.join(" ", command)
                            + (ended.hung() ? " hung: " : " failed: ")
                            + ended.printed().strip());
        }
        return ended.printed();
    }

    /**
     * How a command ended.
     *
     * @param code its exit code; negative: it was ended because it took too long
     * @param printed on both its outputs
     */
    public record Ended(int code, String printed) {

        /** Whether it took too long. */
        public boolean hung() {
            return code < 0;
        }
    }

    /**
     * Runs the command, whatever comes of it.
     *
     * @param timeout after this it is ended
     * @throws LabException when it cannot be started
     */
    public static Ended attempt(List<String> command, String input, Duration timeout) {
        try {
            Path in = Files.createTempFile("proa-lab", ".in");
            Path out = Files.createTempFile("proa-lab", ".out");
            try {
                Files.writeString(in, input);
                Process process =
                        new ProcessBuilder(command)
                                .redirectInput(in.toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(out.toFile())
                                .start();
                boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
                String printed = Files.readString(out, StandardCharsets.UTF_8);
                if (!ended) {
                    process.destroyForcibly();
                }
                return new Ended(ended ? process.exitValue() : -1, printed);
            } finally {
                Files.delete(in);
                Files.delete(out);
            }
        } catch (IOException e) {
            throw new LabException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + command.getFirst(), e);
        }
    }
}
