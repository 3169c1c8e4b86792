package proa.node.reload;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.balance.Health;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A whole node {@code lb1} in this process, without other members, of a file. */
final class LoneNode {

    private LoneNode() {}

    /**
     * Starts it.
     *
     * @param folder gets its file, its sockets and its state
     */
    static NodeRuntime start(Path folder, String text) throws Exception {
        return start(folder, text, Optional.empty());
    }

    /** The same with a socket for HAProxy's commands. */
    static NodeRuntime start(Path folder, String text, Optional<Setup.Stats> stats)
            throws Exception {
        Path file = Files.writeString(folder.resolve("proa.conf"), text);
        if (!(ConfigReader.read(file, "lb1") instanceof Outcome.Ok first)) {
            throw new AssertionError(ConfigReader.read(file, "lb1"));
        }
        Setup setup =
                new Setup(
                        first.config(),
                        first.hash(),
                        "lb1",
                        folder,
                        folder.resolve("state"),
                        Duration.ZERO,
                        () -> first,
                        stats);
        return NodeRuntime.start(setup, new LoneEngines(new LoneMember()), Instant.now());
    }

    /** Waits until every server is found up. A first probe that is late says down, by itself. */
    static void awaitUp(NodeRuntime node) throws Exception {
        Await.until("probed", () -> !node.lacking().contains(Readiness.UNPROBED));
        Await.until(
                "every server is up",
                () ->
                        node.generation().pools().all().stream()
                                .flatMap(pool -> pool.servers().stream())
                                .allMatch(server -> server.health() == Health.UP));
    }
}
