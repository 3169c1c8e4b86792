package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig.Mode;
import proa.node.Await;
import proa.node.protocol.DataPath;
import proa.node.protocol.TestConfigs;
import proa.testing.Ports;

import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A database server and its client know nothing of what is between them. Where this machine has the
 * server; under CI it must.
 */
class DatabaseTest {

    private static final Path REDIS = Path.of("/usr/bin/redis-server");

    @Test
    void redisIsUsedThroughIt() throws Exception {
        boolean there = Files.isExecutable(REDIS);
        if ("true".equals(System.getenv("PROA_REQUIRE_PEERS"))) {
            assertThat(there).as("redis-server is not installed").isTrue();
        } else {
            assumeTrue(there, "redis-server is not installed");
        }
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
        Process redis =
                new ProcessBuilder(
                                REDIS.toString(),
                                "--port",
                                String.valueOf(server.getPort()),
                                "--bind",
                                "127.0.0.1",
                                "--save",
                                "")
                        .directory(Path.of("/").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (DataPath path =
                DataPath.of(TestConfigs.frontend(Mode.TCP), TestConfigs.backend(List.of(server)))) {
            InetSocketAddress through = path.listener.address();
            Await.until("redis is there", () -> answers(through));
            use(through);
        } finally {
            redis.destroy();
            redis.waitFor();
        }
    }

    private static void use(InetSocketAddress through) throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        JedisPubSub subscriber =
                new JedisPubSub() {
                    @Override
                    public void onMessage(String channel, String message) {
                        told.complete(message);
                        unsubscribe();
                    }
                };
        try (Jedis client = client(through);
                Jedis listening = client(through)) {
            String large = "0123456789".repeat(200_000);
            assertThat(client.set("large", large)).isEqualTo("OK");
            assertThat(client.get("large")).isEqualTo(large);
            for (int number = 0; number < 1_000; number++) {
                assertThat(client.incr("count")).isEqualTo(number + 1);
            }
            Thread waiting =
                    Thread.ofVirtual().start(() -> listening.subscribe(subscriber, "news"));
            Await.until("subscribed", () -> client.pubsubNumSub("news").get("news") == 1);
            client.publish("news", "hello");
            assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo("hello");
            waiting.join();
        }
    }

    private static Jedis client(InetSocketAddress address) {
        return new Jedis(
                new HostAndPort(address.getAddress().getHostAddress(), address.getPort()),
                DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP3)
                        .timeoutMillis(30_000)
                        .build());
    }

    private static boolean answers(InetSocketAddress address) {
        try (Jedis client = client(address)) {
            return client.ping().equals("PONG");
        } catch (JedisException _) {
            return false;
        }
    }
}
