package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.config.AdminConfig;
import proa.config.command.Subcommand;
import proa.config.text.Outcome;
import proa.config.text.Violation;
import proa.node.apply.OwnFile;
import proa.node.apply.VersionFiles;
import proa.node.reload.ClusterEngines;
import proa.node.reload.NodeRuntime;
import proa.node.reload.ServiceReports;
import proa.node.reload.Setup;
import proa.node.reload.StartException;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * {@code proa node}: the process that carries the traffic. Runs until SIGTERM or SIGINT, then hands
 * over, drains and exits with 0; SIGHUP takes in the file anew. Exit code 2: the configuration, or
 * a file of members' certificates or of users that it names, was refused; 1: it cannot start.
 */
@Command(
        name = "node",
        description = "Carry the traffic of this host; vipd is a process of its own.",
        mixinStandardHelpOptions = true)
public final class NodeCommand implements Subcommand {

    /** Options that {@link #plain} knows. */
    private static final Set<String> PLAIN = Set.of("-c", "--node", "--run-dir", "--state-dir");

    @Mixin private ConfigFile config = new ConfigFile();

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "Sockets of node and vipd; /run/proa/CLUSTER/NODE.")
    private @Nullable Path runDirectory;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "What survives a restart; /var/lib/proa/CLUSTER/NODE.")
    private @Nullable Path stateDirectory;

    @Option(
            names = "--drain",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long a planned stop waits for connections: 30s.")
    private Duration drain = Setup.DRAIN_DEFAULT;

    @Mixin private StatsOptions stats = new StatsOptions();

    @Spec private @Nullable CommandSpec spec;

    /**
     * The arguments that a unit has, each an option and its value, read without the library for
     * commands: its classes are too old for a cache of classes and cost a sixth of a start.
     *
     * @return empty when there are others
     */
    static Optional<NodeCommand> plain(List<String> arguments) {
        Map<String, String> values = new HashMap<>();
        for (int at = 0; at + 1 < arguments.size(); at += 2) {
            String name = arguments.get(at).equals("--config") ? "-c" : arguments.get(at);
            values.put(name, arguments.get(at + 1));
        }
        boolean plain =
                values.size() * 2 == arguments.size()
                        && values.containsKey("-c")
                        && PLAIN.containsAll(values.keySet());
        if (!plain) {
            return Optional.empty();
        }
        NodeCommand command = new NodeCommand();
        command.config =
                new ConfigFile(
                        Path.of(values.get("-c")), Optional.ofNullable(values.get("--node")));
        command.runDirectory = path(values.get("--run-dir"));
        command.stateDirectory = path(values.get("--state-dir"));
        return Optional.of(command);
    }

    private static @Nullable Path path(@Nullable String name) {
        return name == null ? null : Path.of(name);
    }

    @Override
    public Integer call() throws InterruptedException, StartException, IOException {
        String node = config.self();
        return switch (config.read(Optional.of(node))) {
            case Outcome.Refused(var violations) -> refused(violations);
            case Outcome.Ok sound -> {
                String directories = sound.config().cluster().name() + "/" + node;
                Path state = directory(stateDirectory, "/var/lib/proa", directories);
                // Whole, so that it says the same as when another program names it: `proa plan`.
                Path whole = config.file().toAbsolutePath().normalize();
                OwnFile own = new OwnFile(whole, node, new VersionFiles(state));
                yield start(node, directory(runDirectory, "/run/proa", directories), state, own);
            }
        };
    }

    /** By the file, or by what was applied since it was changed. */
    private int start(String node, Path run, Path state, OwnFile own)
            throws StartException, InterruptedException {
        return switch (own.read()) {
            case Outcome.Refused(var violations) -> refused(violations);
            case Outcome.Ok(var file, var warnings, var hash) -> {
                warnings.forEach(warning -> err().println("warning: " + warning));
                yield run(
                        new Setup(
                                file,
                                hash,
                                node,
                                run,
                                state,
                                drain,
                                own::read,
                                stats.stats(file.admin().flatMap(AdminConfig::haproxy)),
                                Optional.of(own)));
            }
        };
    }

    private int refused(List<Violation> violations) {
        ConfigFile.print(violations, err());
        return CheckCommand.REFUSED;
    }

    private static Path directory(@Nullable Path chosen, String root, String own) {
        return chosen == null ? Path.of(root, own) : chosen;
    }

    private int run(Setup setup) throws StartException, InterruptedException {
        NodeRuntime running;
        try {
            running =
                    NodeRuntime.start(
                            setup, ClusterEngines.of(setup.config(), setup.node()), began());
        } catch (StartException e) {
            if (!e.isRefusal()) {
                throw e;
            }
            err().println("proa: " + e.getMessage());
            return CheckCommand.REFUSED;
        }
        Optional<ServiceReports> reports = ServiceReports.start(System.getenv(), running);
        Hangup.then(() -> Thread.ofVirtual().name("reload").start(() -> running.reload("SIGHUP")));
        Hangup.at("USR1", running::reopenLogs);
        Thread stop = new Thread(() -> stop(running, reports), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        new CountDownLatch(1).await(); // until the hook ends the process
        return CommandLine.ExitCode.OK;
    }

    /** A signal that is obeyed is a success, not "ended by a signal". */
    private static void stop(NodeRuntime running, Optional<ServiceReports> reports) {
        reports.ifPresent(ServiceReports::stopping);
        running.close();
        Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    }

    private static Instant began() {
        return ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }

    private PrintWriter err() {
        return spec == null
                ? new PrintWriter(System.err, true, StandardCharsets.UTF_8)
                : spec.commandLine().getErr();
    }
}
