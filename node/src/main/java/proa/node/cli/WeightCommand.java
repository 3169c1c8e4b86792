package proa.node.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.time.Duration;

/** {@code proa weight BACKEND/NAME W}: short for what {@link ServerCommand} does, too. */
@Command(
        name = "weight",
        description =
                "Give a server of the running node another weight, as `proa server BACKEND/NAME"
                        + " weight W` does.",
        mixinStandardHelpOptions = true)
public final class WeightCommand implements Subcommand {

    @Mixin private Asking asking = new Asking();

    @Parameters(index = "0", paramLabel = "BACKEND/NAME", description = "the server")
    private String server = "";

    @Parameters(
            index = "1",
            paramLabel = "W",
            description = "0 to 256, or a share of the file's like 50%%, or file")
    private String weight = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = DurationConverter.Limit.class,
            description = "the server is as the file says again after this time, like 10m or 7d")
    private @Nullable Duration limit;

    @Override
    public Integer call() throws IOException {
        return ServerCommand.change(asking, server, "weight=" + Asking.encoded(weight), limit);
    }
}
