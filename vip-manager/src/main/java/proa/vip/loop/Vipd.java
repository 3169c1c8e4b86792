package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.config.ProaConfig;
import proa.config.command.Subcommand;
import proa.config.file.KernelFiles;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.text.Violation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code proa vipd}: the process that owns this host's floating addresses. */
@Command(
        name = "vipd",
        description = "Owns this host's floating addresses: decides, announces, hands over.",
        mixinStandardHelpOptions = true)
public final class Vipd implements Subcommand {

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration file, the same on every node.")
    private Path file = Path.of("");

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "Which of the file's nodes this host is; default: the host name.")
    private @Nullable String node;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "Where vipd.sock is; default: /run/proa/CLUSTER/NODE.")
    private @Nullable Path runDirectory;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where a drained node is remembered when the host boots; default: that of"
                            + " --run-dir, else /var/lib/proa/CLUSTER/NODE.")
    private @Nullable Path stateDirectory;

    @Option(
            names = "--node-user",
            paramLabel = "NAME",
            description =
                    "The user that the node runs as, which may give orders as root may; default:"
                            + " vipd's own.")
    private String nodeUser = "";

    /** For picocli and {@link java.util.ServiceLoader}. */
    public Vipd() {}

    /** The small process of its own: the same as {@code proa vipd}. */
    public static void main(String[] arguments) {
        System.exit(plain(arguments).map(Vipd::execute).orElseGet(() -> parsed(arguments)));
    }

    /**
     * The arguments that a unit has, each an option and its value, read without the library for
     * commands, which takes a tenth of a second to load; empty when they are others.
     */
    static Optional<Vipd> plain(String... arguments) {
        Vipd vipd = new Vipd();
        boolean known = arguments.length % 2 == 0;
        boolean named = false;
        for (int at = 0; known && at < arguments.length; at += 2) {
            String value = arguments[at + 1];
            switch (arguments[at]) {
                case "-c", "--config" -> {
                    vipd.file = Path.of(value);
                    named = true;
                }
                case "--node" -> vipd.node = value;
                case "--node-user" -> vipd.nodeUser = value;
                case "--run-dir" -> vipd.runDirectory = Path.of(value);
                case "--state-dir" -> vipd.stateDirectory = Path.of(value);
                default -> known = false;
            }
        }
        return known && named ? Optional.of(vipd) : Optional.empty();
    }

    private int execute() {
        try {
            return call();
        } catch (IOException | RuntimeException failure) {
            return complain(failure);
        }
    }

    private static int parsed(String... arguments) {
        return new CommandLine(new Vipd())
                .setExecutionExceptionHandler((failure, _, _) -> complain(failure))
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException {
        String name = node == null ? KernelFiles.nodeName() : node;
        try {
            return switch (ConfigReader.read(file, name)) {
                case Outcome.Refused refused -> refuse(refused.violations());
                case Outcome.Ok ok -> run(ok.config(), name);
            };
        } catch (Refusal refusal) {
            refusal.reasons().forEach(reason -> System.err.println("vipd: " + reason));
            return refusal.exitCode();
        }
    }

    private int run(ProaConfig config, String name) throws IOException {
        Path directory =
                Optional.ofNullable(runDirectory)
                        .orElse(Path.of("/run/proa", config.cluster().name(), name));
        Path state =
                Optional.ofNullable(stateDirectory)
                        .or(() -> Optional.ofNullable(runDirectory))
                        .orElse(Path.of("/var/lib/proa", config.cluster().name(), name));
        return Daemon.run(config, name, directory, state, nodeUser);
    }

    private static int refuse(List<Violation> violations) {
        violations.forEach(System.err::println);
        return CommandLine.ExitCode.USAGE;
    }

    private static int complain(Exception failure) {
        System.err.println("vipd: " + failure.getMessage());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
