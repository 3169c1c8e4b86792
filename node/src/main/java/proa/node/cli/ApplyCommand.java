package proa.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;
import proa.config.text.ConfigReader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code proa apply FILE}: every node of the cluster checks the configuration, and all of them take
 * it in, or none. Exit code 0: it is in use; 2: refused, with the reasons of each node.
 */
@Command(
        name = "apply",
        description = {
            "Have all nodes of the cluster take in a configuration, or none.",
            "Names of files in it are relative to the folder of each node's own file.",
            "Exit code 0: it is in use, and nodes that follow later are named; 2: it is refused,"
                    + " with the reasons of each node."
        },
        mixinStandardHelpOptions = true)
public final class ApplyCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Mixin private ApplyOptions options = new ApplyOptions();

    @Parameters(index = "0", paramLabel = "FILE", description = "the configuration to apply")
    private Path file = Path.of("proa.conf");

    /** For picocli and {@link java.util.ServiceLoader}. */
    public ApplyCommand() {}

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > ConfigReader.FILE_BYTES_MAX) {
            throw new IOException(file + ": no such file, or larger than a configuration may be");
        }
        String target = "/apply?file=" + Asking.encoded(file.toString()) + options.parameters();
        return asking.ask(
                "POST", target, Files.readString(file), said -> ApplyOptions.show(asking, said));
    }
}
