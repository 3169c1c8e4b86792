package proa.vip.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.link.LinkMessage;

import java.io.IOException;
import java.util.List;

/** {@code proa ready NODE}. */
@Command(
        name = "ready",
        description = "Give a node back to service that `proa drain` has taken out of it.",
        mixinStandardHelpOptions = true)
public final class ReadyCommand extends VipdOrder {

    @Parameters(index = "0", paramLabel = "NODE", description = "The node's name.")
    private String node = "";

    @Option(
            names = "--until-boot",
            description =
                    "Only from what `proa drain --until-boot` asked: another drain of the node"
                            + " stays.")
    private boolean untilBoot;

    /** For picocli and {@link java.util.ServiceLoader}. */
    public ReadyCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        return order(
                new LinkMessage.Maintenance(node, false, operator(), untilBoot, 0),
                _ -> true,
                _ -> List.of());
    }
}
