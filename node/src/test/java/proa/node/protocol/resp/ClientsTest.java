package proa.node.protocol.resp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SessionStore;
import proa.node.Await;
import proa.node.RequiredProgram;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Unmodified clients of the field, each as its users have it, against the real store. */
class ClientsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static SessionStore store;
    private static TestFrontend frontend;

    @BeforeAll
    static void start() throws Exception {
        // It finds this module's natives and takes one for its channels and another for its loops.
        System.setProperty("io.lettuce.core.iouring", "false");
        store = OneMember.start();
        frontend = new TestFrontend(store);
    }

    @AfterAll
    static void stop() {
        frontend.close();
        store.close();
    }

    @Test
    void lettuceSpeaksResp3PipelinesAndComesBackByItself() throws Exception {
        RedisClient client =
                RedisClient.create(
                        RedisURI.builder()
                                .withHost("127.0.0.1")
                                .withPort(frontend.port())
                                .withTimeout(PATIENCE)
                                .build());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            assertThat(redis.set("l:session", "one", SetArgs.Builder.ex(60))).isEqualTo("OK");
            assertThat(redis.get("l:session")).isEqualTo("one");
            assertThat(redis.ttl("l:session")).isBetween(55L, 60L);
            assertThat(redis.hset("l:hash", Map.of("user", "7", "cart", "3"))).isEqualTo(2);
            assertThat(redis.hgetall("l:hash")).as("a map of RESP3").hasSize(2);

            connection.setAutoFlushCommands(false);
            List<RedisFuture<?>> replies = new ArrayList<>();
            for (int at = 0; at < 500; at++) {
                replies.add(connection.async().set("l:many:" + at, "v" + at));
                replies.add(connection.async().get("l:many:" + at));
            }
            connection.flushCommands();
            connection.setAutoFlushCommands(true);
            assertThat(LettuceFutures.awaitAll(PATIENCE, replies.toArray(RedisFuture[]::new)))
                    .isTrue();
            for (int at = 0; at < 500; at++) {
                assertThat(replies.get(2 * at + 1).get()).isEqualTo("v" + at);
            }
            assertThat(keys(redis)).hasSize(500);

            redis.quit();
            Await.until("reconnected", connection::isOpen);
            assertThat(redis.get("l:session")).isEqualTo("one");
        } finally {
            client.shutdown(Duration.ZERO, PATIENCE);
        }
    }

    private static List<String> keys(RedisCommands<String, String> redis) {
        List<String> keys = new ArrayList<>();
        ScanIterator.scan(redis, ScanArgs.Builder.matches("l:many:*").limit(100))
                .forEachRemaining(keys::add);
        return keys.stream().distinct().toList();
    }

    @Test
    void redisPyAndDjangoKeepTheirSessionsHere() throws Exception {
        RequiredProgram.assumeRuns("/usr/bin/python3", "-c", "import redis, django_redis");
        assertThat(output(start("/usr/bin/python3", "-W", "ignore", file("redis_py.py"), port())))
                .isEqualTo("session\npipeline and scan\nlock\ndjango\n");
    }

    @Test
    void twoProcessesOfPhpTakeTurnsOnOneSession() throws Exception {
        RequiredProgram.assumeRuns(
                "php", "-d", "session.save_handler=redis", "-r", "session_status();");
        Process one = php();
        Process other = php();
        output(one);
        output(other);
        String session = output(php(0)).strip();
        assertThat(session).as("every request of both was counted").isEqualTo("40");
    }

    private static Process php() throws Exception {
        return php(20);
    }

    private static Process php(int requests) throws Exception {
        return start(
                "php",
                "-d",
                "session.save_handler=redis",
                "-d",
                "session.save_path=tcp://127.0.0.1:" + port(),
                "-d",
                "redis.session.locking_enabled=1",
                "-d",
                "redis.session.lock_wait_time=2000",
                "-d",
                "redis.session.lock_retries=20000",
                file("session.php"),
                Integer.toString(requests));
    }

    private static String port() {
        return Integer.toString(frontend.port());
    }

    private static String file(String name) throws Exception {
        return Path.of(ClientsTest.class.getResource(name).toURI()).toString();
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** What it said, after it has ended well. */
    private static String output(Process process) throws Exception {
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
