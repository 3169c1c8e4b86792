package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import proa.config.ProaConfig;
import proa.config.command.Subcommand;
import proa.config.file.RunFolders;
import proa.config.text.Outcome;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code proa check}: every violation of a file, and with {@code --host} of this machine. */
@Command(
        name = "check",
        description = "Check a configuration file: every violation as file:line: message.",
        mixinStandardHelpOptions = true)
public final class CheckCommand implements Subcommand {

    /** Input that is wrong. */
    static final int REFUSED = 2;

    @Mixin private ConfigFile config = new ConfigFile();

    @Option(
            names = "--host",
            description =
                    "also check this machine: interfaces, rights, kernel settings, ports,"
                            + " certificates")
    private boolean host;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            description =
                    "with --host: the run directory of the node that runs here, whose ports are"
                            + " its own; /run/proa/CLUSTER/NODE unless said")
    private @Nullable Path runDirectory;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        PrintWriter out = spec.commandLine().getOut();
        Optional<String> self = host ? Optional.of(config.self()) : config.named();
        return switch (config.inspect(self, host)) {
            case Outcome.Refused refused -> {
                ConfigFile.print(refused.violations(), out);
                yield REFUSED;
            }
            case Outcome.Ok sound -> accepted(sound, self, out);
        };
    }

    private int accepted(Outcome.Ok sound, Optional<String> self, PrintWriter out)
            throws IOException {
        sound.warnings().forEach(warning -> out.println("warning: " + warning));
        if (host && self.isPresent() && !fits(sound.config(), self.get(), out)) {
            return REFUSED;
        }
        out.println(summary(sound));
        return 0;
    }

    /** Prints what this machine lacks; whether it can carry the configuration. */
    private boolean fits(ProaConfig config, String self, PrintWriter out) throws IOException {
        Path run =
                runDirectory == null
                        ? RunFolders.ROOT.resolve(config.cluster().name()).resolve(self)
                        : runDirectory;
        Host machine = Host.read(config, Instant.now()).without(OwnSockets.of(run));
        List<Preflight.Finding> findings = Preflight.of(config, self, machine);
        findings.forEach(out::println);
        return findings.stream().noneMatch(Preflight.Finding::fatal);
    }

    private static String summary(Outcome.Ok sound) {
        ProaConfig config = sound.config();
        return "ok: cluster "
                + config.cluster().name()
                + ", "
                + number(config.cluster().nodes().size(), "node")
                + ", "
                + number(config.groups().size(), "group")
                + ", "
                + number(config.frontends().size(), "frontend")
                + ", "
                + number(config.backends().size(), "backend")
                + ", "
                + number(sound.warnings().size(), "warning")
                + ", hash "
                + sound.hash();
    }

    private static String number(int count, String thing) {
        return count + " " + thing + (count == 1 ? "" : "s");
    }
}
