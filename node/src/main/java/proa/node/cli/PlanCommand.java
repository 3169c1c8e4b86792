package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;
import proa.config.text.ConfigReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code proa plan FILE}: what a configuration would change on the running node, which keys and
 * clients would move, and what would need a restart. Exit code 0: a reload would take it in; 2: it
 * would be refused.
 */
@Command(
        name = "plan",
        description = {
            "Show what a configuration would change on the running node. Nothing is changed.",
            "Exit code 0: a reload would take it in; 2: it would be refused."
        },
        mixinStandardHelpOptions = true)
public final class PlanCommand implements Subcommand {

    private static final int REFUSED = 2;

    @Mixin private Asking asking = new Asking();

    @Parameters(index = "0", paramLabel = "FILE", description = "the configuration to plan with")
    private Path file = Path.of("proa.conf");

    private boolean needsRestart;

    /** For picocli and {@link java.util.ServiceLoader}. */
    public PlanCommand() {}

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > ConfigReader.FILE_BYTES_MAX) {
            throw new IOException(file + ": no such file, or larger than a configuration may be");
        }
        String target = "/plan?file=" + Asking.encoded(file.toAbsolutePath().toString());
        int code = asking.ask("POST", target, Files.readString(file), this::show);
        return code == 0 && needsRestart ? REFUSED : code;
    }

    private void show(NodeClient.Reply.Said said) {
        Map<?, ?> plan = said.document();
        needsRestart = !list(plan, "restart").isEmpty();
        part("takes a restart, so a reload would be refused", list(plan, "restart"));
        part("changes", list(plan, "changes"));
        part("moves", list(plan, "moves"));
        part("ends", list(plan, "ends"));
        part("warnings", list(plan, "warnings"));
        if (plan.get("from") != null && plan.get("from").equals(plan.get("to"))) {
            asking.out().println("nothing differs");
        }
    }

    private void part(String title, List<?> lines) {
        if (!lines.isEmpty()) {
            asking.out().println(title);
            lines.forEach(line -> asking.out().println("  " + line));
        }
    }

    private static List<?> list(Map<?, ?> plan, String key) {
        return plan.get(key) instanceof List<?> list ? list : List.of();
    }
}
