package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;
import proa.node.cli.NodeClient.Reply;

import java.io.IOException;

/** {@code proa table [NAME KEY]}: tables, and what is kept for a key, by node. */
@Command(
        name = "table",
        description = "Show the tables, or what one keeps for a key on every node; or clear that.",
        mixinStandardHelpOptions = true)
public final class TableCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "the table")
    private @Nullable String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "KEY",
            description = "an address, a text or a number, as the table has it")
    private @Nullable String key;

    @Option(
            names = "--clear",
            description = "forget the key on all nodes: its server, counters and tags")
    private boolean clear;

    @Override
    public Integer call() throws IOException {
        if (name != null && key != null) {
            String entry = "/tables/" + Asking.encoded(name) + (clear ? "/clear" : "/entry");
            return asking.ask(
                    clear ? "POST" : "GET", entry + "?key=" + Asking.encoded(key), this::show);
        }
        if (name != null || clear) {
            asking.command().getErr().println("name a table and a key, or neither");
            return CommandLine.ExitCode.USAGE;
        }
        return asking.ask("GET", "/tables", this::show);
    }

    private void show(Reply.Said said) {
        asking.out().print(Outline.of(said.document()));
    }
}
