package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.ProaConfig;
import proa.config.SessionsConfig;
import proa.config.Timing;
import proa.node.Await;
import proa.node.admin.JsonReader;
import proa.node.cli.NodeCommands;
import proa.testing.Ports;

import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A node with its real engines is stopped, which is all of its cluster, and started again. */
class SessionKeepingTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final SetParams HOUR = SetParams.setParams().ex(3_600);

    @TempDir private Path directory;

    private final String cluster = "test-" + UUID.randomUUID();

    @Test
    void sessionsOutliveAStopOfAllNodesAndAnExportBringsNothingBackThatWasLeft() throws Exception {
        Path export = directory.resolve("exported");
        try (NodeRuntime node = start();
                Jedis redis = connected(node)) {
            redis.set("sess:stays", "{\"user\":1}", HOUR);
            redis.set("sess:forever", "x");
            redis.hset("sess:hash", Map.of("user", "2"));
            redis.set("sess:left", "{\"user\":3}", HOUR);
            aSessionIsShownWithItsContentOnlyToAdmins();
            assertThat(asked("export", export)).containsEntry("sessions", 4L);
            redis.del("sess:left");
            redis.set("sess:short", "gone at once", SetParams.setParams().px(1));
        }
        try (NodeRuntime node = start();
                Jedis redis = connected(node)) {
            assertThat(redis.get("sess:stays")).isEqualTo("{\"user\":1}");
            assertThat(redis.ttl("sess:stays")).isBetween(3_400L, 3_600L);
            assertThat(redis.ttl("sess:forever")).isEqualTo(-1);
            assertThat(redis.hgetAll("sess:hash")).isEqualTo(Map.of("user", "2"));
            assertThat(redis.exists("sess:left", "sess:short")).isZero();
            assertThat(snapshot()).containsEntry("failure", "");

            redis.set("sess:forever", "y");
            assertThat(asked("import", export))
                    .containsEntry("sessions", 4L)
                    .containsEntry("brought", 4L)
                    .containsEntry("cluster", cluster);
            assertThat(redis.get("sess:forever")).as("written later").isEqualTo("y");
            assertThat(redis.exists("sess:left")).as("left, and remembered").isFalse();
            assertThat(asked("import", directory.resolve("nowhere")).get("error"))
                    .asString()
                    .endsWith("nowhere cannot be read: there is no such file");
            assertThat(asked("import", Path.of("/nowhere")).get("error"))
                    .asString()
                    .endsWith("and may do so in " + directory);
        }
    }

    private void aSessionIsShownWithItsContentOnlyToAdmins() throws IOException {
        NodeCommands.Done shown =
                NodeCommands.run(directory, "sessions", "show", "sess:stays", "--json");
        assertThat(shown.code()).as(shown.err()).isZero();
        assertThat(shown.out()).doesNotContain("user");
        assertThat((Map<?, ?>) JsonReader.read(shown.out()))
                .extracting("kind", "bytes", "owner", "backup", "writer")
                .containsExactly("TEXT", 10L, "lb1", "", "lb1");
        Map<?, ?> entry = (Map<?, ?>) JsonReader.read(shown.out());
        assertThat((Long) entry.get("ageSeconds")).isBetween(0L, 60L);
        assertThat((Long) entry.get("expiresInSeconds")).isBetween(3_500L, 3_600L);
        assertThat(NodeCommands.run(directory, "sessions", "show", "sess:hash", "--content").out())
                .contains("kind: HASH", "user: 2", "expiresInSeconds: -1");
        assertThat(NodeCommands.run(directory, "session", "show", "sess:none").err())
                .contains("there is no session sess:none in database 0");
        assertThat(
                        NodeCommands.run(
                                        directory,
                                        "sessions",
                                        "show",
                                        "sess:stays",
                                        "--database",
                                        "16")
                                .err())
                .contains("database is 0 to 15, not 16");
        Path others = Files.createDirectory(directory.resolve("others"));
        Files.createSymbolicLink(others.resolve("view.sock"), directory.resolve("view.sock"));
        assertThat(NodeCommands.run(others, "sessions", "show", "sess:stays").code()).isZero();
        assertThat(NodeCommands.run(others, "sessions", "show", "sess:stays", "--content").err())
                .contains("this needs the level admin of the socket node.sock; view.sock gives");
    }

    private NodeRuntime start() throws Exception {
        ProaConfig config = config();
        Setup setup = new Setup(config, "hash", "lb1", directory, directory, Duration.ZERO);
        NodeRuntime node =
                NodeRuntime.start(setup, ClusterEngines.of(config, "lb1"), Instant.now());
        Await.until("sessions", () -> node.lacking().isEmpty());
        return node;
    }

    private static Jedis connected(NodeRuntime node) {
        InetSocketAddress address = node.address("sessions");
        return new Jedis(address.getAddress().getHostAddress(), address.getPort(), TIMEOUT_MILLIS);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> snapshot() throws IOException {
        Map<String, Object> status = document(NodeSocket.ask(directory, "/status"));
        return (Map<String, Object>) ((Map<?, ?>) status.get("sessions")).get("snapshot");
    }

    private Map<String, Object> asked(String what, Path file) throws IOException {
        String target = "/sessions/" + what + "?file=" + URLEncoder.encode(file.toString(), UTF_8);
        return document(NodeSocket.post(directory, target));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> document(String answer) {
        return (Map<String, Object>)
                JsonReader.read(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }

    private ProaConfig config() throws IOException {
        FrontendConfig sessions =
                TestConfig.frontend(
                        "sessions",
                        FrontendConfig.Mode.SESSIONS,
                        new FrontendConfig.Bind.Fixed(LOOPBACK, 0),
                        List.of());
        return new ProaConfig(
                new ClusterConfig(
                        cluster,
                        Timing.LAB,
                        List.of(new ClusterConfig.Node("lb1", 1, List.of(LOOPBACK))),
                        Optional.empty(),
                        new ClusterConfig.Ports(Ports.free(), Ports.free(), Ports.free(), 3),
                        ClusterConfig.Ownership.BIND),
                List.of(),
                List.of(),
                List.of(sessions),
                List.of(),
                ProaConfig.NodeLimits.DEFAULTS,
                Optional.empty(),
                new SessionsConfig(
                        Optional.of(new SessionsConfig.Snapshot(Duration.ofMinutes(1), 1 << 20))));
    }
}
