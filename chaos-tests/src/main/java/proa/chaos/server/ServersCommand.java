package proa.chaos.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import proa.config.command.Subcommand;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code proa test-servers}: the servers of the demo and of the system tests, in one process. */
@Command(
        name = "test-servers",
        hidden = true,
        description = "Runs small named HTTP and echo servers until it is ended.")
public final class ServersCommand implements Subcommand {

    @Option(
            names = "--server",
            required = true,
            paramLabel = "NAME=ADDRESS",
            description = "A server and the address it listens on; repeatable.")
    private List<String> servers = List.of();

    @Option(names = "--http-port", defaultValue = "8080", description = "HTTP port of each.")
    private int httpPort;

    @Option(names = "--echo-port", defaultValue = "7000", description = "Echo port of each.")
    private int echoPort;

    /** Runs until the process is ended. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        List<TestServer> running = new ArrayList<>();
        try {
            for (String server : servers) {
                String[] parts = server.split("=", 2);
                if (parts.length != 2) {
                    throw new IOException("--server wants NAME=ADDRESS, not " + server);
                }
                InetAddress address = InetAddress.ofLiteral(parts[1]);
                running.add(TestServer.start(parts[0], address, httpPort, echoPort));
            }
            System.out.println("ready");
            new CountDownLatch(1).await();
            return 0;
        } finally {
            for (TestServer server : running) {
                server.close();
            }
        }
    }
}
