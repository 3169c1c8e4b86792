package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;

import java.io.IOException;

/** {@code proa backend NAME}: a backend of this host's node and its servers. */
@Command(
        name = "backend",
        description = "Show a backend of the running node and its servers.",
        mixinStandardHelpOptions = true)
public final class BackendCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Parameters(paramLabel = "NAME", description = "the backend")
    private String name = "";

    @Override
    public Integer call() throws IOException {
        return asking.ask(
                "GET",
                "/backends/" + Asking.encoded(name),
                said -> asking.out().print(Outline.of(said.document())));
    }
}
