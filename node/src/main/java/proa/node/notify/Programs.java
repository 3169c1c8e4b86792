package proa.node.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tells by starting a program: no shell, an empty environment but for the path. */
final class Programs {

    private static final String PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Programs() {}

    /** Why it did not work; empty: it did. */
    static String tell(Path file, Hook.Word word, Duration timeout) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(file.toString(), word.kind(), word.subject());
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return "the program cannot be started: " + e.getMessage();
        }
        try {
            try (OutputStream input = process.getOutputStream()) {
                // Shorter than a pipe holds, so that a program that does not read cannot block us.
                input.write((word.json() + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                // A program may well not read it.
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return "the program took longer than " + timeout.toSeconds() + " s and was killed";
            }
            int code = process.exitValue();
            return code == 0 ? "" : "the program ended with code " + code;
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }
}
