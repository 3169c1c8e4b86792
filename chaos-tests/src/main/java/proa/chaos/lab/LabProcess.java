package proa.chaos.lab;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the lab, and what may be done to it. Safe from any thread. */
public final class LabProcess {

    private final String label;
    private final Process process;
    private final Path log;

    LabProcess(String label, Process process, Path log) {
        this.label = label;
        this.process = process;
        this.log = log;
    }

    BufferedReader reader() {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    BufferedWriter writer() {
        return process.outputWriter(StandardCharsets.UTF_8);
    }

    /** Host and role, for messages. */
    public String label() {
        return label;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether it runs; a stopped one does. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@code SIGKILL}, at once; does not wait. */
    public void kill() {
        process.destroyForcibly();
    }

    /**
     * It began when everything had to end, and ends at once.
     *
     * @throws LabException always: who started it is to start no more
     */
    void endedBefore() {
        kill();
        throw new LabException(label + " was started when everything had been ended");
    }

    /** {@code SIGTERM}; does not wait. */
    public void terminate() {
        process.destroy();
    }

    /** {@code SIGSTOP}: it keeps its memory, sockets and addresses, and does nothing. */
    public void hang() {
        signal("STOP");
    }

    /** {@code SIGCONT}. */
    public void resume() {
        signal("CONT");
    }

    /**
     * Its soft limit of a resource, as prlimit(1) calls it; the hard one stays.
     *
     * @param value a number, or {@code unlimited} as far as the hard one goes
     */
    public void limit(String resource, String value) {
        Shell.run(List.of("prlimit", "--pid=" + pid(), "--" + resource + "=" + value + ":"));
    }

    private void signal(String signal) {
        Shell.run(List.of("kill", "-" + signal, Long.toString(pid())));
    }

    /**
     * Waits for its end.
     *
     * @return its exit code; 128 + signal number when it was killed
     * @throws LabException when it is still there after the timeout
     */
    public int await(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(
                        label + " still runs after " + timeout + "\n" + lastLines(20));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + label, e);
        }
    }

    /** Everything it has printed so far. */
    public String printed() {
        try {
            return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new LabException("cannot read " + log + ": " + e.getMessage(), e);
        }
    }

    /** The end of what it printed, for messages. */
    public String lastLines(int count) {
        List<String> lines = printed().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
