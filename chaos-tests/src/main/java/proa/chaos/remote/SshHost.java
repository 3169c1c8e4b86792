package proa.chaos.remote;

import org.jspecify.annotations.Nullable;

import proa.chaos.lab.Await;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Place;
import proa.chaos.lab.RemoteBalancer;
import proa.chaos.lab.Shell;
import proa.chaos.remote.deed.Ssh;
import proa.config.drill.Targets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One machine over one SSH connection, which is opened anew when it has gone. Safe from any thread.
 */
final class SshHost implements RemoteHost {

    /** Of ssh(1): it failed itself, not what it ran. */
    private static final int SSH_FAILED = 255;

    private static final Duration OPENING = Duration.ofSeconds(10);
    private static final Duration GLANCE = Duration.ofMillis(50);

    private final Targets.Host host;
    private final Place place;
    private final Path folder;
    private final Path control;
    private final Ssh ssh;
    private @Nullable LabProcess connection;
    private int opened;
    private boolean closed;

    SshHost(Targets.Host host, Place place, Path base, Path folder) {
        this.host = host;
        this.place = place;
        this.folder = folder.resolve(host.name());
        this.control = folder.resolve(host.name() + ".ssh");
        this.ssh = new Ssh(host, base, control);
        try {
            Files.createDirectories(this.folder);
        } catch (IOException e) {
            throw new LabException("cannot make " + this.folder, e);
        }
    }

    @Override
    public Targets.Host host() {
        return host;
    }

    @Override
    public Balancer balancer() {
        return new RemoteBalancer(host.name(), folder);
    }

    /**
     * {@inheritDoc}
     *
     * @throws LostException with what ssh says when it cannot
     */
    @Override
    public synchronized void open() {
        if (closed) {
            throw new LabException(host.name() + ": the drill has let go of it");
        }
        LabProcess current = connection;
        if (current != null && current.isAlive()) {
            return;
        }
        Path log = folder.resolve("ssh-" + ++opened + ".log");
        delete(control);
        LabProcess fresh = place.start("ssh-" + host.name(), ssh.connection(folder), log, Map.of());
        connection = fresh;
        long end = System.nanoTime() + OPENING.toNanos();
        while (!Files.exists(control)) {
            if (!fresh.isAlive() || System.nanoTime() > end) {
                fresh.kill();
                throw new LostException(unreachable(fresh.printed()));
            }
            Await.pass(GLANCE);
        }
    }

    private String unreachable(String said) {
        String why =
                said.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("@"))
                        .map(String::strip)
                        .collect(Collectors.joining(" "));
        return "%s: no SSH to %s@%s port %d: %s"
                .formatted(
                        host.name(),
                        host.ssh().user(),
                        host.ssh().address(),
                        host.ssh().port(),
                        why.isEmpty() ? "no answer" : why);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LabException("cannot delete " + file, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws LostException when SSH does not reach the machine, or the script does not end in time
     * @throws LabException when the script fails; the message is what it printed
     */
    @Override
    public String run(String script, Duration deadline) {
        open();
        Shell.Ended ended = Shell.attempt(ssh.script(), script, deadline);
        if (ended.hung()) {
            throw new LostException(
                    host.name() + ": no answer within " + deadline.toSeconds() + " s");
        }
        if (ended.code() == SSH_FAILED) {
            throw new LostException(unreachable(ended.printed()));
        }
        if (ended.code() != 0) {
            throw new LabException(host.name() + ": " + ended.printed().strip());
        }
        return ended.printed();
    }

    /** For good: who still asks for it gets no connection, which nobody would end. */
    @Override
    public synchronized void close() {
        closed = true;
        LabProcess current = connection;
        if (current != null) {
            current.kill();
            connection = null;
        }
    }
}
