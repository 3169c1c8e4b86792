package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Bind;
import proa.config.FrontendConfig.Mode;
import proa.config.ProaConfig;
import proa.config.SessionsConfig;
import proa.config.Timing;
import proa.node.Await;
import proa.node.admin.JsonReader;
import proa.testing.Ports;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A trio of whole nodes with their real engines, of which one is left without the others. */
class MinorityTest {

    /** Six engines of sessions start at once, those that warm up included. */
    private static final Duration START = Duration.ofMinutes(2);

    private static final int TIMEOUT_MILLIS = 30_000;

    @TempDir private Path root;
    private final Map<String, NodeRuntime> running = new HashMap<>();

    @AfterEach
    void close() {
        running.values().forEach(NodeRuntime::close);
    }

    private void start(String name, ProaConfig config) throws Exception {
        Path folder = Files.createDirectories(root.resolve(name));
        Setup setup = new Setup(config, "hash", name, folder, folder, Duration.ZERO);
        running.put(name, NodeRuntime.start(setup, ClusterEngines.of(config, name), Instant.now()));
    }

    private NodeRuntime first() {
        return running.get("lb1");
    }

    private Jedis connected() {
        InetSocketAddress address = first().address("sessions");
        return new Jedis(
                new HostAndPort(address.getAddress().getHostAddress(), address.getPort()),
                DefaultJedisClientConfig.builder().timeoutMillis(TIMEOUT_MILLIS).build());
    }

    /** What vipd is told of the one group, whose frontends are of both kinds. */
    private boolean groupIsReady() throws IOException {
        String answer = NodeSocket.ask(root.resolve("lb1"), "/status");
        Map<?, ?> status =
                (Map<?, ?>) JsonReader.read(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        Map<?, ?> group = (Map<?, ?>) ((List<?>) status.get("groups")).getFirst();
        return Boolean.TRUE.equals(group.get("ready"));
    }

    private static boolean isReady(NodeRuntime node) {
        return node.lacking().isEmpty();
    }

    /** The answer, after any to ask again: copies moved for longer than a call waits. */
    private static String answer(Supplier<String> command) throws Exception {
        AtomicReference<String> answer = new AtomicReference<>();
        Await.until(
                "an answer",
                () -> {
                    try {
                        answer.set(command.get());
                        return true;
                    } catch (JedisException e) {
                        assertThat(e).hasMessageStartingWith("TRYAGAIN ");
                        return false;
                    }
                });
        return answer.get();
    }

    private void assertServesHttp() throws IOException {
        assertThat(HttpOnce.get(first().address("http").getPort(), "")).contains("one");
    }

    @ParameterizedTest
    @EnumSource
    void theMinorityRefusesSessionsAndNothingElseUntilItIsOneNoMore(SessionsConfig.Engine engine)
            throws Exception {
        try (ShopServer shop = new ShopServer("one", 0)) {
            ProaConfig config = config(shop.address(), engine);
            for (String name : List.of("lb1", "lb2", "lb3")) {
                start(name, config);
            }
            Await.until(
                    "a trio",
                    START,
                    () -> running.values().stream().allMatch(MinorityTest::isReady));
            Await.until("as vipd is told once a heartbeat", this::groupIsReady);
            try (Jedis redis = connected()) {
                String user = "{\"user\":1}";
                SetParams hour = SetParams.setParams().ex(3_600);
                assertThat(answer(() -> redis.set("sess:a", user, hour))).isEqualTo("OK");

                running.remove("lb3").close();
                assertThat(answer(() -> redis.set("sess:b", "x")))
                        .as("two of three go on")
                        .isEqualTo("OK");
                running.remove("lb2").close();
                List<String> lack = List.of(SessionService.LACK);
                Await.until("alone", () -> first().lacking().equals(lack));
                for (Runnable refused :
                        List.<Runnable>of(
                                () -> redis.get("sess:a"),
                                () -> redis.set("sess:a", "other"),
                                () -> redis.expire("sess:a", 60),
                                () -> redis.del("sess:a"))) {
                    assertThatThrownBy(refused::run)
                            .isInstanceOf(JedisException.class)
                            .hasMessageStartingWith("CLUSTERDOWN ");
                }
                assertThat(redis.ping()).isEqualTo("PONG");
                assertThat(groupIsReady()).as("the address stays").isTrue();
                assertServesHttp();

                start("lb2", config);
                Await.until("a majority again", () -> first().lacking().isEmpty());
                assertThat(answer(() -> redis.get("sess:a"))).isEqualTo(user);
                assertThat(answer(() -> redis.set("sess:a", "served again"))).isEqualTo("OK");
                assertServesHttp();
            }
        }
    }

    private static ProaConfig config(InetSocketAddress shop, SessionsConfig.Engine engine)
            throws IOException {
        ProaConfig lone = TestConfig.floating(ClusterConfig.Ownership.KERNEL, 0, List.of(shop));
        FrontendConfig http = lone.frontends().getFirst();
        FrontendConfig sessions =
                TestConfig.frontend(
                        "sessions", Mode.SESSIONS, new Bind.Floating("web", "main", 0), List.of());
        List<ClusterConfig.Node> nodes = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            InetAddress address = InetAddress.getByAddress(new byte[] {127, 44, 7, (byte) id});
            nodes.add(new ClusterConfig.Node("lb" + id, id, List.of(address)));
        }
        return new ProaConfig(
                new ClusterConfig(
                        "test-" + UUID.randomUUID(),
                        Timing.VM,
                        nodes,
                        Optional.empty(),
                        new ClusterConfig.Ports(7800, 7801, Ports.free(), 3),
                        ClusterConfig.Ownership.KERNEL),
                lone.groups(),
                lone.tables(),
                List.of(http, sessions),
                lone.backends(),
                ProaConfig.NodeLimits.DEFAULTS,
                Optional.empty(),
                new SessionsConfig(engine, Optional.empty()));
    }
}
