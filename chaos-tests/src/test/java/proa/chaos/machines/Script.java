package proa.chaos.machines;

import static org.assertj.core.api.Assertions.assertThat;

import proa.chaos.lab.Launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A script of {@code vagrant/} that runs; what it prints goes to a file. Ended early, it takes away
 * what it has made.
 */
final class Script implements AutoCloseable {

    static final Path HOME = Path.of(System.getProperty("proa.home"));

    /** The longest one, on a machine with much else to do. */
    private static final long MINUTES_MAX = 25;

    /** What it needs to clean up. */
    private static final long CLEANING_SECONDS_MAX = 60;

    private final Path log;
    private final Process process;

    private Script(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Starts a command; its first word is a path below the home folder. */
    static Script start(Path log, String program, String... arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(HOME.resolve(program).toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(Launcher.ENVIRONMENT);
        return new Script(log, builder.start());
    }

    /** Runs one to its end; what it printed, which goes to the log of the tests as well. */
    static String run(String name, String program, String... arguments)
            throws IOException, InterruptedException {
        try (Script script = start(Built.folder().resolve(name + ".log"), program, arguments)) {
            String output = script.output();
            System.out.println(output);
            return output;
        }
    }

    /** Its name below the home folder. */
    static String path(String program) {
        return HOME.resolve(program).toString();
    }

    /** Waits for its success. */
    String output() throws InterruptedException, IOException {
        boolean ended = process.waitFor(MINUTES_MAX, TimeUnit.MINUTES);
        String output = Files.readString(log);
        assertThat(ended).as("ends in time: " + output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        // The script of a shell waits for what it runs.
        process.descendants().forEach(ProcessHandle::destroy);
        try {
            if (process.waitFor(CLEANING_SECONDS_MAX, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
