package proa.chaos.bench.generator;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.io.OutputStream;

/** {@code proa bench-server}: the bench's server process; it ends with its standard input. */
@Command(name = "bench-server", hidden = true, description = "The server of the bench.")
public final class ServerCommand implements Subcommand {

    @Option(names = "--lasting", required = true, description = "Port of kept connections.")
    private int lasting;

    @Option(names = "--single", required = true, description = "Port of one message each.")
    private int single;

    @Option(names = "--http", required = true, description = "Port of HTTP/1.1.")
    private int http;

    @Override
    public Integer call() throws IOException {
        try (BenchServer _ = new BenchServer(lasting, single, http)) {
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        return 0;
    }
}
