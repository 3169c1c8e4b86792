package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import proa.config.command.Subcommand;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.text.Violation;
import proa.node.reload.ClusterEngines;
import proa.node.reload.NodeRuntime;
import proa.node.reload.Setup;
import proa.node.reload.StartException;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * {@code proa node}: the process that carries the traffic. Runs until SIGTERM or SIGINT, then hands
 * over, drains and exits with 0. Exit code 2: the configuration was refused; 1: it cannot start.
 */
@Command(
        name = "node",
        description = "Carry the traffic of this host; vipd is a process of its own.",
        mixinStandardHelpOptions = true)
public final class NodeCommand implements Subcommand {

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration of the whole cluster.")
    private Path file = Path.of("proa.conf");

    @Option(
            names = "--node",
            required = true,
            paramLabel = "NAME",
            description = "Which of its nodes this is.")
    private String node = "";

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
            converter = Seconds.class,
            description = "How long a planned stop waits for connections: 30s.")
    private Duration drain = Setup.DRAIN_DEFAULT;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, StartException {
        return switch (ConfigReader.read(file, node)) {
            case Outcome.Refused(var violations) -> refuse(violations);
            case Outcome.Ok(var config, var warnings, var hash) -> {
                warnings.forEach(warning -> err().println("warning: " + warning));
                String cluster = config.cluster().name();
                Setup setup =
                        new Setup(
                                config,
                                hash,
                                node,
                                directory(runDirectory, "/run/proa", cluster),
                                directory(stateDirectory, "/var/lib/proa", cluster),
                                drain);
                yield run(setup);
            }
        };
    }

    private Path directory(@Nullable Path chosen, String root, String cluster) {
        return chosen == null ? Path.of(root, cluster, node) : chosen;
    }

    private int refuse(List<Violation> violations) {
        violations.forEach(err()::println);
        return CommandLine.ExitCode.USAGE;
    }

    private static int run(Setup setup) throws StartException, InterruptedException {
        NodeRuntime running =
                NodeRuntime.start(setup, ClusterEngines.of(setup.config(), setup.node()), began());
        Thread stop = new Thread(() -> stop(running), "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        new CountDownLatch(1).await(); // until the hook ends the process
        return CommandLine.ExitCode.OK;
    }

    /** A signal that is obeyed is a success, not "ended by a signal". */
    private static void stop(NodeRuntime running) {
        running.close();
        Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
    }

    private static Instant began() {
        return ProcessHandle.current().info().startInstant().orElseGet(Instant::now);
    }

    private PrintWriter err() {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        return spec.commandLine().getErr();
    }

    /** {@code 30s}, {@code 5m}, {@code 1h}. */
    static final class Seconds implements ITypeConverter<Duration> {
        private static final Duration MAX = Duration.ofHours(1);

        @Override
        public Duration convert(String text) {
            try {
                Duration duration = Duration.parse("PT" + text);
                if (!duration.isNegative() && duration.compareTo(MAX) <= 0) {
                    return duration;
                }
            } catch (DateTimeParseException _) {
                // said below
            }
            throw new TypeConversionException(
                    "'" + text + "' is not a time such as 30s, at most 1h");
        }
    }
}
