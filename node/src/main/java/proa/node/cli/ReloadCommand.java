package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import proa.config.command.Subcommand;
import proa.node.cli.NodeClient.Reply;

import java.io.IOException;
import java.util.List;

/**
 * {@code proa reload}: has this host's node take in its configuration file anew. Exit code 2: the
 * file is refused, every violation on standard error, and nothing has changed.
 */
@Command(
        name = "reload",
        description = "Have the running node take in its configuration file anew.",
        mixinStandardHelpOptions = true)
public final class ReloadCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Override
    public Integer call() throws IOException {
        return asking.ask("POST", "/reload", this::show);
    }

    private void show(Reply.Said said) {
        lines(said, "warnings").forEach(warning -> asking.out().println("warning: " + warning));
        List<String> changes = lines(said, "changes");
        asking.out()
                .println(
                        "generation "
                                + said.document().get("generation")
                                + (changes.isEmpty() ? ": nothing differs" : ""));
        changes.forEach(change -> asking.out().println("  " + change));
    }

    private static List<String> lines(Reply.Said said, String key) {
        return said.document().get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
