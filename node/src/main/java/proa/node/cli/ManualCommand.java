package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code proa manual}: writes the manual pages and the completion of the whole command tree, as the
 * package has them. Not for operators, so that help does not list it.
 */
@Command(
        name = "manual",
        description = "Write the manual pages and the completion of bash.",
        hidden = true,
        mixinStandardHelpOptions = true)
public final class ManualCommand implements Subcommand {

    @Parameters(index = "0", paramLabel = "DIR", description = "Where man1 and completions go.")
    private Path directory = Path.of("");

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        CommandLine root = spec.root().commandLine();
        Path pages = Files.createDirectories(directory.resolve("man1"));
        write(pages, root);
        for (CommandLine command : root.getSubcommands().values()) {
            if (!command.getCommandSpec().usageMessage().hidden()) {
                write(pages, command);
            }
        }
        Path completions = Files.createDirectories(directory.resolve("completions"));
        Files.writeString(completions.resolve("proa"), AutoComplete.bash("proa", root));
        return CommandLine.ExitCode.OK;
    }

    private static void write(Path pages, CommandLine command) throws IOException {
        String name = ManualPage.name(command);
        Files.writeString(pages.resolve(name + ".1"), ManualPage.of(command));
    }
}
