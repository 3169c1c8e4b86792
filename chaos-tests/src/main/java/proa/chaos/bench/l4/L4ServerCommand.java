package proa.chaos.bench.l4;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** {@code proa bench-l4-server}: the server's process; it ends with its standard input. */
@Command(
        name = "bench-l4-server",
        hidden = true,
        description = "The server of the bench of layer 4.")
public final class L4ServerCommand implements Subcommand {

    @Option(names = "--ports", required = true, split = ",", description = "Where it listens.")
    private List<Integer> ports = List.of();

    @Override
    public Integer call() throws IOException {
        for (int port : ports) {
            int _ = L4Server.listen(port);
        }
        System.out.println("ready");
        System.in.transferTo(OutputStream.nullOutputStream());
        return 0;
    }
}
