package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.util.internal.PlatformDependent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig;
import proa.node.Await;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Thousands of clients that send or read as slowly as they can: others are served meanwhile, memory
 * stays within bounds, and who takes longer than the frontend's {@code timeouts} allow is cut.
 */
class SlowAttackTest {

    private static final Path SLOWHTTPTEST = Path.of("/usr/bin/slowhttptest");
    private static final String GET = "GET /good HTTP/1.1\r\nHost: a\r\n\r\n";

    /** What a good client may wait at worst, on a machine without a processor to spare. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Nobody is cut within it. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final byte[] LARGE = new byte[4 << 20];
    private static final byte[] SMALL = {'o', 'k'};

    private final List<SocketChannel> slow = new ArrayList<>();
    private ScriptedServer server;
    private DataPath path;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(SlowAttackTest::serve);
        path = path(LONG, LONG);
    }

    /** Everybody leaves; whoever comes from now on is cut in time. */
    private void cutting(Duration request, Duration client) throws Exception {
        leave();
        path.close();
        path = path(request, client);
    }

    private DataPath path(Duration request, Duration client) throws IOException {
        FrontendConfig.Timeouts timeouts =
                new FrontendConfig.Timeouts(
                        request, Duration.ofSeconds(60), client, Duration.ofHours(1));
        FrontendConfig.Limits limits = FrontendConfig.Limits.DEFAULTS;
        return DataPath.of(
                TestConfigs.frontend(FrontendConfig.Mode.HTTP, timeouts, limits),
                TestConfigs.backend(List.of(server.address())));
    }

    @AfterEach
    void stop() throws Exception {
        leave();
        path.close();
        server.close();
    }

    private void leave() throws IOException {
        for (SocketChannel each : slow) {
            each.close();
        }
        slow.clear();
    }

    private static void serve(ScriptedServer.Peer peer) throws IOException {
        for (Wire.Message request = peer.request(); request != null; request = peer.request()) {
            byte[] body = request.head().contains(" /large ") ? LARGE : SMALL;
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            if (!request.head().startsWith("HEAD ")) {
                peer.out.write(body);
            }
            peer.out.flush();
        }
    }

    /** Some may be cut again before the last is accepted. */
    private void open(int count, String first) throws Exception {
        long before = path.counters.connections();
        for (int number = 0; number < count; number++) {
            SocketChannel each = SocketChannel.open();
            each.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
            each.connect(path.listener.address());
            each.configureBlocking(false);
            each.write(ByteBuffer.wrap(Wire.bytes(first)));
            slow.add(each);
        }
        Await.until("all are accepted", () -> path.counters.connections() - before >= count);
    }

    /** One byte of each; how many are still there. */
    private int dribble(String bytes) {
        int left = 0;
        for (SocketChannel each : slow) {
            try {
                each.write(ByteBuffer.wrap(Wire.bytes(bytes)));
                left++;
            } catch (IOException _) {
                // Cut.
            }
        }
        return left;
    }

    /** Good requests, one after the other and on new connections, while time passes. */
    private void othersAreServed(int requests) throws Exception {
        for (int count = 0; count < requests; count++) {
            long began = System.nanoTime();
            try (DataPath.Client client = path.client()) {
                assertThat(client.ask(GET).status()).isEqualTo(200);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PATIENCE);
        }
    }

    /** What so many that are all there at once take, each. */
    private long eachOf(int count, long before) {
        long each = (memory() - before) / count;
        assertThat(path.listener.connections()).as("still there").isGreaterThanOrEqualTo(count);
        return each;
    }

    /** On the heap, after a collection, and beside it. */
    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory()
                - runtime.freeMemory()
                + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    @Test
    void headsThatNeverEnd() throws Exception {
        othersAreServed(20);
        long before = memory();
        open(3_000, "GET /slow HTTP/1.1\r\nHost: a\r\n");
        assertThat(eachOf(3_000, before)).as("bytes for each").isLessThan(16 << 10);
        othersAreServed(50);
        assertThat(server.connections.get()).as("connections to the server").isLessThan(50);
        cutting(Duration.ofSeconds(2), LONG);
        open(3_000, "GET /slow HTTP/1.1\r\nHost: a\r\n");
        // A byte now and then does not extend the time for a head.
        Await.until(
                "all are cut",
                () -> {
                    dribble("X");
                    othersAreServed(1);
                    return path.listener.connections() < 10;
                });
        assertThat(server.connections.get()).as("connections to the server").isLessThan(50);
        othersAreServed(20);
    }

    @Test
    void bodiesThatNeverEnd() throws Exception {
        othersAreServed(20);
        long before = memory();
        open(500, "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx");
        for (int round = 0; round < 5; round++) {
            dribble("x");
            othersAreServed(5);
        }
        assertThat(eachOf(500, before)).as("bytes for each").isLessThan(64 << 10);
        cutting(LONG, Duration.ofSeconds(1));
        open(500, "POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx");
        Await.until(
                "who is silent is cut",
                () -> {
                    othersAreServed(1);
                    return path.listener.connections() < 10;
                });
    }

    @Test
    void answersThatAreNotRead() throws Exception {
        othersAreServed(20);
        long before = memory();
        open(200, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        othersAreServed(40);
        assertThat(eachOf(200, before))
                .as("bytes for each, of %d", LARGE.length)
                .isLessThan(512 << 10);
        cutting(LONG, Duration.ofSeconds(1));
        open(200, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
        Await.until(
                "who does not read is cut",
                () -> {
                    othersAreServed(1);
                    return path.listener.connections() < 10;
                });
    }

    /** The field's own tool, in its four ways at once, and good clients beside it. */
    @Test
    void slowhttptest() throws Exception {
        boolean there = Files.isExecutable(SLOWHTTPTEST);
        if (System.getenv("PROA_REQUIRE_PEERS") != null) {
            assertThat(there).as("slowhttptest is not installed").isTrue();
        }
        assumeTrue(there, "slowhttptest is not installed");
        cutting(Duration.ofSeconds(2), Duration.ofSeconds(60));
        List<Process> tools = new ArrayList<>();
        try {
            for (String way : List.of("-H", "-B", "-R", "-X")) {
                tools.add(tool(way));
            }
            while (tools.stream().anyMatch(Process::isAlive)) {
                othersAreServed(5);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            for (Process tool : tools) {
                assertThat(Wire.latin(tool.getInputStream().readAllBytes()))
                        .containsPattern("Hit test time limit|No open connections left")
                        .containsPattern("service available:[^A-Z]*YES")
                        .doesNotContainPattern("service available:[^A-Z]*NO");
            }
        } finally {
            tools.forEach(Process::destroyForcibly);
        }
    }

    private Process tool(String way) throws IOException {
        String options = " -c 500 -r 500 -i 1 -x 8 -l 3 -p 8 -w 16 -y 64 -n 1 -z 16 -k 2 -u ";
        String url = "http://127.0.0.1:" + path.listener.address().getPort() + "/large";
        return new ProcessBuilder((SLOWHTTPTEST + " " + way + options + url).split(" "))
                .redirectErrorStream(true)
                .start();
    }
}
