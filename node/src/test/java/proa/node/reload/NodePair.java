package proa.node.reload;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Two whole nodes in this process, members over mutual TLS on loopback addresses of their own. */
final class NodePair implements AutoCloseable {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final String prefix;
    private final Map<String, NodeRuntime> running = new LinkedHashMap<>();

    /**
     * Their certificates; neither runs yet.
     *
     * @param folder of all their files
     */
    NodePair(Path folder) throws Exception {
        this.folder = folder;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        prefix = "127." + random.nextInt(80, 250) + "." + random.nextInt(1, 250) + ".";
        Issued made = ClusterAuthority.create("edge", Instant.now(), RANDOM);
        Files.write(folder.resolve("members.pem"), made.certificate());
        ClusterAuthority authority = ClusterAuthority.of(made.certificate(), made.key());
        for (int id = 1; id <= 2; id++) {
            Issued issued =
                    authority.issue(
                            "lb" + id,
                            List.of(InetAddress.ofLiteral(prefix + id)),
                            Instant.now(),
                            Duration.ofDays(10),
                            RANDOM);
            Files.write(folder.resolve("lb" + id + ".pem"), issued.certificate());
            Files.write(folder.resolve("lb" + id + ".key"), issued.key());
        }
    }

    /** Writes a node's file: its cluster and what is carried. */
    Path write(String node, String carried) throws Exception {
        String cluster =
                """
                schema = 1
                cluster {
                  name = edge, timing = vm, ownership = bind
                  tls { certificate = "%2$s.pem", key = "%2$s.key", authorities = ["members.pem"] }
                  nodes {
                    lb1 { id = 1, addresses = ["%1$s1"] }
                    lb2 { id = 2, addresses = ["%1$s2"] }
                  }
                }
                """
                        .formatted(prefix, node);
        return Files.writeString(folder.resolve(node + ".conf"), cluster + carried);
    }

    /** Starts a node, perhaps for the second time. */
    NodeRuntime start(String name, String carried) throws Exception {
        Path file = write(name, carried);
        Outcome outcome = ConfigReader.read(file, name);
        if (!(outcome instanceof Outcome.Ok first)) {
            throw new AssertionError(outcome);
        }
        Setup setup =
                new Setup(
                                first.config(),
                                first.hash(),
                                name,
                                run(name),
                                folder.resolve("state-" + name),
                                Duration.ZERO,
                                () -> ConfigReader.read(file, name),
                                Optional.empty())
                        .with(ApplyTrio.PATIENT);
        NodeRuntime node =
                NodeRuntime.start(setup, ClusterEngines.of(first.config(), name), Instant.now());
        running.put(name, node);
        return node;
    }

    /** The folder of a node's sockets. */
    Path run(String name) {
        return folder.resolve("run-" + name);
    }

    /** A planned stop. */
    void stop(String name) {
        running.remove(name).close();
    }

    @Override
    public void close() {
        running.values().forEach(NodeRuntime::close);
    }
}
