package proa.node.reload;

import proa.config.AdminConfig;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.apply.OwnFile;
import proa.node.apply.VersionFiles;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Three whole nodes in this process, each with a folder, a file and a loopback address. */
final class ApplyTrio {

    static final List<String> NAMES = List.of("lb1", "lb2", "lb3");

    /** Who starts has heard of all that the others know before it is ready. */
    static final Setup.Waits PATIENT =
            new Setup.Waits(Duration.ofMinutes(1), Duration.ofSeconds(2));

    private final Path root;
    private final String prefix;
    private final Map<String, NodeRuntime> running = new LinkedHashMap<>();

    /** What the first node lacked as long as there was no other. */
    final List<String> aloneLacks;

    ApplyTrio(Path root) throws Exception {
        this.root = root;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        prefix = "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
        for (String name : NAMES) {
            Files.createDirectories(folder(name));
            Files.writeString(file(name), text(1, ""));
        }
        start("lb1");
        aloneLacks = node("lb1").lacking();
        start("lb2");
        start("lb3");
        awaitTogether(3);
    }

    Path folder(String node) {
        return root.resolve(node);
    }

    Path file(String node) {
        return folder(node).resolve("proa.conf");
    }

    /** A configuration whose one server has that weight; its frontend has more keys. */
    String text(int weight, String more) {
        return """
        schema = 1
        cluster {
          name = edge, timing = vm, insecure = true, ownership = bind
          nodes {
            lb1 { id = 1, addresses = ["%1$s1"] }
            lb2 { id = 2, addresses = ["%1$s2"] }
            lb3 { id = 3, addresses = ["%1$s3"] }
          }
        }
        groups { web { vrid = 51, prefer = [lb1, lb2, lb3], vips { main = "%1$s9" } } }
        frontends {
          http { bind { group = web, vip = main, port = 8080 }, mode = http, backend = shop %2$s }
        }
        backends { shop { servers = [ { name = web, address = "127.0.0.1:9", weight = %3$d } ] } }
        """
                .formatted(prefix, more, weight);
    }

    /** Starts a node by what counts in its folder. */
    void start(String name) throws Exception {
        Path folder = folder(name);
        OwnFile own = new OwnFile(file(name), name, new VersionFiles(folder.resolve("state")));
        if (!(own.read() instanceof Outcome.Ok first)) {
            throw new AssertionError(own.read());
        }
        Setup setup =
                new Setup(
                                first.config(),
                                first.hash(),
                                name,
                                folder,
                                folder.resolve("state"),
                                Duration.ZERO,
                                own::read,
                                Optional.empty(),
                                Optional.of(own))
                        .with(PATIENT);
        NodeRuntime node =
                NodeRuntime.start(setup, ClusterEngines.of(first.config(), name), Instant.now());
        running.put(name, node);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        node.serve(new AdminConfig(any, List.of()));
    }

    void stop(String name) {
        running.remove(name).close();
    }

    NodeRuntime node(String name) {
        return running.get(name);
    }

    /** The weight of the one server, as a node has it in use. */
    int weight(String name) {
        return node(name).generation().config().backends().getFirst().servers().getFirst().weight();
    }

    void awaitTogether(int count) throws Exception {
        Await.until(
                count + " nodes know of each other what they have in use",
                () ->
                        running.keySet().stream()
                                .allMatch(
                                        name ->
                                                status(name).split("\"version\":").length
                                                        > count + 1));
    }

    /** What a node says of the nodes' configurations. */
    String status(String name) {
        try {
            String status = NodeSocket.ask(folder(name), "/status");
            int at = status.indexOf("\"cluster\":{\"version\"");
            return at < 0
                    ? ""
                    : status.substring(
                            at, status.indexOf('}', status.indexOf("\"differing\"", at)));
        } catch (IOException e) {
            return "";
        }
    }

    void close() {
        running.values().forEach(NodeRuntime::close);
    }
}
