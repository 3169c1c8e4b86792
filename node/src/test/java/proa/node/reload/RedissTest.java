package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendTls;
import proa.config.ProaConfig;
import proa.config.Timing;
import proa.node.Await;
import proa.node.tls.TestAuthority;
import proa.testing.Ports;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.SetParams;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The Redis protocol inside TLS ({@code rediss://}) at a whole node with its real store. */
class RedissTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int PIPELINED = 500;
    private static final int TIMEOUT_MILLIS = 30_000;

    @TempDir private Path directory;

    @SuppressWarnings("deprecation") // what comes after it takes trust stores in files only
    private static Jedis connect(NodeRuntime node, SSLContext trusting) {
        InetSocketAddress address = node.address("sessions");
        SSLParameters parameters = new SSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the name is checked as well
        return new Jedis(
                new HostAndPort(address.getAddress().getHostAddress(), address.getPort()),
                DefaultJedisClientConfig.builder()
                        .ssl(true)
                        .sslSocketFactory(trusting.getSocketFactory())
                        .sslParameters(parameters)
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .build());
    }

    @Test
    void sessionsAreServedInsideTlsAndNotInClear() throws Exception {
        TestAuthority authority = new TestAuthority(directory);
        ProaConfig config = config(authority.tls("shop.example"));
        Setup setup = new Setup(config, "hash", "lb1", directory, directory, Duration.ZERO);
        try (NodeRuntime node =
                NodeRuntime.start(setup, ClusterEngines.of(config, "lb1"), Instant.now())) {
            Await.until("sessions", () -> node.lacking().isEmpty());
            try (Jedis redis = connect(node, authority.client())) {
                assertThat(redis.set("sess:a", "{\"user\":1}", SetParams.setParams().ex(3_600)))
                        .isEqualTo("OK");
                assertThat(redis.get("sess:a")).isEqualTo("{\"user\":1}");
                assertThat(redis.ttl("sess:a")).isBetween(3_500L, 3_600L);
                byte[] large = new byte[1 << 20];
                redis.set("large".getBytes(Protocol.CHARSET), large);
                assertThat(redis.get("large".getBytes(Protocol.CHARSET))).isEqualTo(large);
                Pipeline pipeline = redis.pipelined();
                List<Response<String>> replies = new ArrayList<>();
                for (int at = 0; at < PIPELINED; at++) {
                    pipeline.set("p", "v" + at);
                    replies.add(pipeline.get("p"));
                }
                pipeline.sync();
                for (int at = 0; at < PIPELINED; at++) {
                    assertThat(replies.get(at).get()).isEqualTo("v" + at);
                }
                assertThat(redis.clientInfo())
                        .contains(
                                " addr=127.0.0.1:",
                                " laddr=127.0.0.1:" + node.address("sessions").getPort());
            }
            assertThatThrownBy(() -> connect(node, SSLContext.getDefault()).ping())
                    .as("a client that does not know the authority")
                    .isInstanceOf(JedisConnectionException.class);
            InetSocketAddress address = node.address("sessions");
            assertThatThrownBy(
                            () ->
                                    new Jedis(
                                                    address.getAddress().getHostAddress(),
                                                    address.getPort())
                                            .ping())
                    .as("a client in clear")
                    .isInstanceOf(JedisConnectionException.class);
            assertThat(NodeSocket.ask(directory, "/status")).contains("\"handshakes\"");
        }
    }

    private static ProaConfig config(FrontendTls tls) throws IOException {
        FrontendTls plain =
                new FrontendTls(
                        tls.certificates(),
                        tls.minVersion(),
                        tls.ciphers(),
                        List.of(), // no ALPN in this mode
                        tls.clients(),
                        tls.tickets(),
                        tls.handshakes());
        FrontendConfig sessions =
                TestConfig.frontend(
                                "sessions",
                                FrontendConfig.Mode.SESSIONS,
                                new FrontendConfig.Bind.Fixed(LOOPBACK, 0),
                                List.of())
                        .with(plain);
        return new ProaConfig(
                new ClusterConfig(
                        "test-" + UUID.randomUUID(),
                        Timing.LAB,
                        List.of(new ClusterConfig.Node("lb1", 1, List.of(LOOPBACK))),
                        Optional.empty(),
                        new ClusterConfig.Ports(Ports.free(), Ports.free(), Ports.free(), 3),
                        ClusterConfig.Ownership.BIND),
                List.of(),
                List.of(),
                List.of(sessions),
                List.of());
    }
}
