package proa.chaos.remote;

import proa.chaos.lab.Balancer;
import proa.chaos.lab.LabException;
import proa.chaos.lab.RemoteBalancer;
import proa.chaos.lab.Shell;
import proa.chaos.remote.deed.Docker;
import proa.config.drill.Targets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A container of this machine's engine. Its sockets are reached through its first process, so this
 * process has to be root of the machine that the engine is on.
 */
final class ContainerHost implements RemoteHost {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Targets.Host host;
    private final String container;
    private final Path folder;
    private long process;

    ContainerHost(Targets.Host host, String container, Path folder) {
        this.host = host;
        this.container = container;
        this.folder = folder.resolve(host.name());
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

    /** A container that was started again has other processes. */
    @Override
    public synchronized void open() {
        long now = firstProcess();
        if (now == process) {
            return;
        }
        if (!Files.isDirectory(Path.of(Docker.socket(now, host, "")))) {
            throw new LabException(
                    "%s: no folder %s in container %s that can be seen from here: its engine has to be on this machine, and `run-directory` that of both processes"
                            .formatted(host.name(), host.runDirectory(), container));
        }
        try {
            for (String name : List.of("node.sock", "vipd.sock")) {
                Path link = folder.resolve(name);
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, Path.of(Docker.socket(now, host, name)));
            }
        } catch (IOException e) {
            throw new LabException("cannot make links in " + folder, e);
        }
        exec(Docker.prepare(), SOON);
        process = now;
    }

    private long firstProcess() {
        String said = ended(Shell.attempt(Docker.process(container), "", SOON), SOON).strip();
        long first = said.matches("\\d{1,10}") ? Long.parseLong(said) : 0;
        if (first <= 0) {
            throw new LabException(
                    "%s: container %s does not run".formatted(host.name(), container));
        }
        return first;
    }

    @Override
    public String run(String script, Duration deadline) {
        open();
        return exec(script, deadline);
    }

    private String exec(String script, Duration deadline) {
        return ended(Shell.attempt(Docker.script(container), script, deadline), deadline);
    }

    private String ended(Shell.Ended ended, Duration deadline) {
        if (ended.hung()) {
            throw new LostException(
                    "%s: no answer of container %s within %d s"
                            .formatted(host.name(), container, deadline.toSeconds()));
        }
        if (ended.code() != 0) {
            throw new LabException(host.name() + ": " + ended.printed().strip());
        }
        return ended.printed();
    }

    @Override
    public void close() {
        // Nothing stays open between two scripts.
    }
}
