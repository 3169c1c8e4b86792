package proa.node.cli;

import proa.config.command.Subcommand;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The commands to a running node, for tests of what they do there. */
public final class NodeCommands {

    private NodeCommands() {}

    /** What a command left behind. */
    public record Done(int code, String out, String err) {}

    /** Runs one against the node with this run directory. */
    public static Done run(Path directory, String... arguments) {
        List<Subcommand> commands =
                List.of(
                        new ReloadCommand(),
                        new ServerCommand(),
                        new BackendCommand(),
                        new StatusCommand(),
                        new ExplainCommand(),
                        new PlanCommand(),
                        new ApplyCommand(),
                        new HistoryCommand(),
                        new RollbackCommand(),
                        new SupportCommand(),
                        new TableCommand(),
                        new SessionsCommand(),
                        new WeightCommand());
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all =
                Stream.concat(Stream.of(arguments), Stream.of("--run-dir", directory.toString()))
                        .toArray(String[]::new);
        int code =
                Proa.run(
                        commands,
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        false,
                        all);
        return new Done(code, out.toString(), err.toString());
    }
}
