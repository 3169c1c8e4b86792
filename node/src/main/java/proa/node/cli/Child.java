package proa.node.cli;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One process that the supervisor keeps. Started and asked about by the supervisor's thread only;
 * {@link #stop} by any.
 *
 * <p>Where {@code setpriv} is installed (util-linux), the kernel sends the child SIGTERM when the
 * supervisor's thread dies, so that even {@code kill -9} of the supervisor leaves no orphan. That
 * thread must therefore live as long as the child.
 */
final class Child {

    /** Backoff between restarts doubles from the first to the last. */
    static final Duration BACKOFF_FIRST = Duration.ofSeconds(1);

    static final Duration BACKOFF_LAST = Duration.ofSeconds(30);

    /** A child that lived this long has recovered: the next restart is quick again. */
    static final Duration SOUND_AFTER = Duration.ofMinutes(1);

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Spec spec;
    private final PrintWriter out;
    private volatile @Nullable Process process;
    private Duration backoff = BACKOFF_FIRST;
    private long startedNanos;
    private long restartAtNanos;
    private boolean waiting;

    /**
     * What to run.
     *
     * @param name in front of each line of its output
     * @param command program and arguments
     * @param grace how long it has to end after SIGTERM before it is killed
     */
    record Spec(String name, List<String> command, Duration grace) {
        Spec {
            command = List.copyOf(command);
        }
    }

    Child(Spec spec, PrintWriter out) {
        this.spec = spec;
        this.out = out;
    }

    String name() {
        return spec.name();
    }

    long pid() {
        Process running = process;
        return running == null ? -1 : running.pid();
    }

    /** Starts it; {@code ended} hears of its end on a thread of the JDK's. */
    void start(long nowNanos, Consumer<Child> ended) throws IOException {
        waiting = false;
        startedNanos = nowNanos;
        Process started = new ProcessBuilder(command()).redirectErrorStream(true).start();
        process = started;
        started.getOutputStream().close();
        Thread.ofPlatform().daemon().name(spec.name() + "-output").start(() -> copy(started));
        started.onExit().thenAccept(_ -> ended.accept(this));
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            command.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "TERM", "--"));
        }
        command.addAll(spec.command());
        return command;
    }

    private void copy(Process started) {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(spec.name() + " | " + line);
            }
        } catch (IOException closed) {
            out.println(spec.name() + " | (output ended: " + closed.getMessage() + ")");
        }
    }

    boolean runs() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** Exit code, or −1 while it runs. */
    int exitCode() {
        Process running = process;
        return running == null || running.isAlive() ? -1 : running.exitValue();
    }

    /** Notes that it ended by itself; returns how long to wait before the next start. */
    Duration scheduleRestart(long nowNanos) {
        if (nowNanos - startedNanos >= SOUND_AFTER.toNanos()) {
            backoff = BACKOFF_FIRST;
        }
        Duration wait = backoff;
        Duration doubled = backoff.multipliedBy(2);
        backoff = doubled.compareTo(BACKOFF_LAST) < 0 ? doubled : BACKOFF_LAST;
        restartAtNanos = nowNanos + wait.toNanos();
        waiting = true;
        return wait;
    }

    /**
     * Nanoseconds until it is to be started again; {@link Long#MAX_VALUE} when it is not waiting.
     */
    long restartIn(long nowNanos) {
        return waiting ? Math.max(0, restartAtNanos - nowNanos) : Long.MAX_VALUE;
    }

    /**
     * Asks it to end and waits; kills it when its grace is over. Returns whether it ended by
     * itself.
     */
    boolean stop() throws InterruptedException {
        Process running = process;
        if (running == null || !running.isAlive()) {
            return true;
        }
        // Not Process.destroy(): that closes our end of its output, and what it says while it
        // drains would be lost, or kill it by SIGPIPE.
        running.toHandle().destroy();
        if (running.waitFor(spec.grace().toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        running.destroyForcibly().waitFor();
        return false;
    }
}
