package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.config.ProaConfig;
import proa.config.command.Subcommand;
import proa.config.text.Outcome;
import proa.node.reload.Setup;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code proa run}: this host's node, and its vipd when the file has groups. Says what is wrong
 * with the machine first, and goes on all the same: a process that cannot work now may after the
 * operator's next command.
 */
@Command(
        name = "run",
        description = "Run this host's node, and its vipd when the file has groups.",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Subcommand {

    /** vipd hands over within its own limits, far below this. */
    private static final Duration VIPD_GRACE = Duration.ofSeconds(10);

    /** What a node needs beyond draining: asking vipd, closing listeners, leaving the cluster. */
    private static final Duration NODE_EXTRA = Duration.ofSeconds(15);

    private static final Duration RELOAD_MAX = Duration.ofMinutes(1);

    @Mixin private ConfigFile config = new ConfigFile();

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description = "sockets (/run/proa/CLUSTER/NODE)")
    private @Nullable Path runDirectory;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "state (/var/lib/proa/CLUSTER/NODE)")
    private @Nullable Path stateDirectory;

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "how long connections may finish at a stop (30s)")
    private @Nullable Duration drain;

    @Mixin private StatsOptions stats = new StatsOptions();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        PrintWriter err = spec.commandLine().getErr();
        String self = config.self();
        return switch (config.read(Optional.of(self))) {
            case Outcome.Refused refused -> {
                ConfigFile.print(refused.violations(), err);
                yield CheckCommand.REFUSED;
            }
            case Outcome.Ok sound -> {
                sound.warnings().forEach(warning -> err.println("run | warning: " + warning));
                Preflight.of(sound.config(), self, Host.read(sound.config(), Instant.now()))
                        .forEach(finding -> err.println("run | " + finding));
                Path directory =
                        runDirectory == null
                                ? Path.of("/run/proa", sound.config().cluster().name(), self)
                                : runDirectory;
                Hangup.then(() -> Thread.ofVirtual().start(() -> reload(directory, err)));
                yield supervise(children(sound.config(), self), err);
            }
        };
    }

    /** Has the node take in the file; it tells what it makes of it in its log. */
    private static void reload(Path directory, PrintWriter err) {
        switch (NodeClient.ask(directory, "POST", "/reload", "", RELOAD_MAX)) {
            case NodeClient.Reply.Said said ->
                    err.println("run | reloaded: generation " + said.document().get("generation"));
            case NodeClient.Reply.Refused(var reasons) ->
                    reasons.forEach(reason -> err.println("run | not reloaded: " + reason));
            case NodeClient.Reply.Unable(var why) ->
                    err.println("run | not reloaded: node: " + why);
        }
    }

    /** Runs until SIGTERM or SIGINT; the hook keeps the JVM alive until every child has ended. */
    private static int supervise(List<Child.Spec> children, PrintWriter err)
            throws InterruptedException {
        Supervisor supervisor = new Supervisor(children, err);
        Runnable end =
                () -> {
                    int code = supervisor.stopAndAwait();
                    err.flush();
                    Runtime.getRuntime().halt(code);
                };
        Runtime.getRuntime().addShutdownHook(new Thread(end, "stop"));
        return supervisor.run();
    }

    /** vipd first: it holds no address before the node is ready, and the node finds its socket. */
    private List<Child.Spec> children(ProaConfig file, String self) {
        List<String> common =
                new ArrayList<>(List.of("-c", config.file().toString(), "--node", self));
        if (runDirectory != null) {
            common.addAll(List.of("--run-dir", runDirectory.toString()));
        }
        if (stateDirectory != null) {
            common.addAll(List.of("--state-dir", stateDirectory.toString()));
        }
        List<String> node = new ArrayList<>(common);
        if (drain != null) {
            node.addAll(List.of("--drain", drain.toSeconds() + "s"));
        }
        node.addAll(stats.arguments());
        Duration grace = (drain == null ? Setup.DRAIN_DEFAULT : drain).plus(NODE_EXTRA);
        List<Child.Spec> specs = new ArrayList<>();
        if (!file.groups().isEmpty()) {
            specs.add(new Child.Spec("vipd", Programs.vipd(common), VIPD_GRACE));
        }
        specs.add(new Child.Spec("node", Programs.node(node), grace));
        return specs;
    }
}
