package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code proa history [N]}: the configurations that were applied, or the text of one of them. */
@Command(
        name = "history",
        description = {
            "Show which configurations were applied to the cluster, newest first.",
            "With N: the text of that one."
        },
        mixinStandardHelpOptions = true)
public final class HistoryCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Parameters(index = "0", arity = "0..1", paramLabel = "N", description = "a version")
    private String version = "";

    /** For picocli and {@link java.util.ServiceLoader}. */
    public HistoryCommand() {}

    @Override
    public Integer call() throws IOException {
        return version.isEmpty()
                ? asking.ask("GET", "/history", this::list)
                : asking.ask(
                        "GET",
                        "/history/" + Asking.encoded(version),
                        said -> asking.out().print(said.document().get("text")));
    }

    private void list(NodeClient.Reply.Said said) {
        if (said.document().get("versions") instanceof List<?> versions) {
            versions.forEach(each -> asking.out().println(line((Map<?, ?>) each)));
        }
    }

    private static String line(Map<?, ?> version) {
        boolean somewhere = !"".equals(version.get("node")); // the file was nobody's command
        return version.get("number")
                + "  "
                + version.get("at")
                + "  "
                + version.get("hash")
                + "  "
                + version.get("by")
                + (somewhere ? " on " + version.get("node") : "")
                + "  "
                + version.get("file");
    }
}
