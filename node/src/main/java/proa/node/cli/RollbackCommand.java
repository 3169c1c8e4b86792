package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;

import java.io.IOException;

/** {@code proa rollback [N]}: all nodes go back to an earlier version of the configuration. */
@Command(
        name = "rollback",
        description = {
            "Have all nodes of the cluster go back to an earlier configuration, or none.",
            "It becomes the newest version; 0 is what there was before anything was applied."
        },
        mixinStandardHelpOptions = true)
public final class RollbackCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Mixin private ApplyOptions options = new ApplyOptions();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "N",
            description = "a version of `proa history`; the one before that in use unless said")
    private String version = "";

    /** For picocli and {@link java.util.ServiceLoader}. */
    public RollbackCommand() {}

    @Override
    public Integer call() throws IOException {
        return asking.ask(
                "POST",
                "/rollback?version=" + Asking.encoded(version) + options.parameters(),
                said -> ApplyOptions.show(asking, said));
    }
}
