package proa.chaos.bench.generator;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.io.OutputStream;

/** {@code proa bench-echo}: the echo server's process; it ends with its standard input. */
@Command(name = "bench-echo", hidden = true, description = "The echo server of the bench.")
public final class EchoCommand implements Subcommand {

    @Option(names = "--lasting", required = true, description = "Port of kept connections.")
    private int lasting;

    @Option(names = "--single", required = true, description = "Port of one message each.")
    private int single;

    @Override
    public Integer call() throws IOException {
        try (EchoServer _ = new EchoServer(lasting, single)) {
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        return 0;
    }
}
