package proa.vip.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import proa.config.link.LinkMessage;

import java.io.IOException;

/** {@code proa drain NODE}. */
@Command(
        name = "drain",
        description =
                "Take a node out of service: its groups move to others, and it takes none until"
                        + " `proa ready`. It outlives restarts, not a boot.",
        mixinStandardHelpOptions = true)
public final class DrainCommand extends VipdOrder {

    @Parameters(index = "0", paramLabel = "NODE", description = "The node's name.")
    private String node = "";

    /** For picocli and {@link java.util.ServiceLoader}. */
    public DrainCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        return order(
                new LinkMessage.Maintenance(node, true, operator()),
                owners -> !owners.containsValue(node) && !owners.containsValue(""));
    }
}
