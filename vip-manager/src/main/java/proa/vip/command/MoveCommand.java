package proa.vip.command;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.link.LinkMessage;

import java.io.IOException;

/** {@code proa move GROUP NODE}. */
@Command(
        name = "move",
        description =
                "Move a traffic group to a node. It stays there until that node fails, or until it"
                        + " is moved again.",
        mixinStandardHelpOptions = true)
public final class MoveCommand extends VipdOrder {

    @Parameters(index = "0", paramLabel = "GROUP", description = "The group's name.")
    private String group = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NODE",
            description = "Where it is to be.")
    private @Nullable String node;

    @Option(
            names = "--preferred",
            description = "Instead of a node: back to where the file prefers it.")
    private boolean preferred;

    /** For picocli and {@link java.util.ServiceLoader}. */
    public MoveCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        String to = node;
        if ((to == null) != preferred) {
            throw wrong("name a node, or say --preferred");
        }
        LinkMessage.Move move = new LinkMessage.Move(group, to == null ? "" : to, operator());
        return to == null
                ? order(
                        move,
                        owners -> !owners.getOrDefault(group, "").isEmpty(),
                        late -> late.moved(group, ""))
                : order(
                        move,
                        owners -> to.equals(owners.get(group)),
                        late -> late.moved(group, to));
    }
}
