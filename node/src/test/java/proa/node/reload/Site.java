package proa.node.reload;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.admin.Level;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node of its own with a file, three shops and an echo server, for tests of a running node. */
final class Site {

    final Path directory;
    final NodeFile file;
    final List<ShopServer> shops = new ArrayList<>();
    final LoneMember member = new LoneMember();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private NodeRuntime node;

    /**
     * Starts it with two of the shops.
     *
     * @param weight of the first one; the others have 1
     */
    Site(Path directory, int weight) throws Exception {
        this.directory = directory;
        for (int number = 0; number < 3; number++) {
            shops.add(keep(new ShopServer("s" + number, 0)));
        }
        EchoServer echo = keep(new EchoServer());
        file =
                new NodeFile(
                        directory.resolve("proa.conf"),
                        shops.stream().map(ShopServer::address).toList(),
                        echo.address());
        file.write(file.text(2, weight));
        node = begin();
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private NodeRuntime begin() throws Exception {
        Outcome.Ok first = (Outcome.Ok) ConfigReader.read(file.path(), "lb1");
        Setup setup =
                new Setup(
                        first.config(),
                        first.hash(),
                        "lb1",
                        directory,
                        directory.resolve("state"),
                        Duration.ofSeconds(20),
                        () -> ConfigReader.read(file.path(), "lb1"),
                        Optional.of(
                                new Setup.Stats(directory.resolve("stats.sock"), Level.OPERATE)));
        NodeRuntime begun = keep(NodeRuntime.start(setup, new LoneEngines(member), Instant.now()));
        LoneNode.awaitUp(begun);
        return begun;
    }

    NodeRuntime node() {
        return node;
    }

    /** Ends the node and starts it anew. */
    void restart() throws Exception {
        node.close();
        node = begin();
    }

    String status() throws Exception {
        return NodeSocket.ask(directory, "/status");
    }

    /** Ends all of it. */
    void close() throws Exception {
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }
}
