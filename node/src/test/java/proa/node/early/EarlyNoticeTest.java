package proa.node.early;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

@EnabledOnOs(OS.LINUX)
class EarlyNoticeTest {
    /** A limit against a broken build, not a promise: that is a few milliseconds. */
    private static final long TRIPWIRE_MICROS = 40_000;

    private static final int KILLS = 5;

    @TempDir private Path directory;
    private Path socket;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        socket = directory.resolve("vipd.sock");
        server = bind();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void oneOfTwoConnectionsTellsOfADyingProcessBeforeItsMemoryIsFreed() throws Exception {
        List<Long> early = new ArrayList<>();
        List<Long> ordinary = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            Ends ends = kill();
            early.add(ends.earlyMicros);
            ordinary.add(ends.ordinaryMicros);
        }
        System.out.printf(
                Locale.ROOT,
                "kill -9 with a heap of 1 GB, until the end of the connection: early %s µs,"
                        + " ordinary %s µs%n",
                early,
                ordinary);
        long fastest = Math.min(Collections.min(early), Collections.min(ordinary));
        assertThat(fastest).as("others may have waited for a core").isLessThan(TRIPWIRE_MICROS);
    }

    @Test
    void connectsAgainWhenVipdComesBack() throws Exception {
        try (EarlyNotice notice = EarlyNotice.start(socket, new byte[] {'e'})) {
            try (SocketChannel first = server.accept()) {
                assertThat(letter(first)).isEqualTo('e');
                Await.until("connected", () -> notice.state() == EarlyNotice.State.CONNECTED);
                server.close();
            }
            Await.until("waiting", () -> notice.state() == EarlyNotice.State.WAITING);
            Files.delete(socket);
            server = bind();
            try (SocketChannel second = server.accept()) {
                assertThat(letter(second)).isEqualTo('e');
            }
        }
    }

    @Test
    void stopsWhenClosed() throws Exception {
        EarlyNotice notice = EarlyNotice.start(socket, new byte[] {'e'});
        try (SocketChannel connection = server.accept()) {
            assertThat(letter(connection)).isEqualTo('e');
            notice.close();
            assertThat(connection.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void refusesAPathThatIsTooLong() {
        Path path = Path.of("/run/" + "x".repeat(120));
        assertThatThrownBy(() -> EarlyNotice.start(path, new byte[] {'e'}))
                .hasMessageContaining("at most 107 bytes, this one 125");
    }

    /** Kills one process with a touched heap of 1 GB and times the ends of its connections. */
    private Ends kill() throws Exception {
        Process process = start();
        try (SocketChannel one = server.accept();
                SocketChannel other = server.accept()) {
            boolean oneIsEarly = letter(one) == 'e';
            letter(other);
            CompletableFuture<Long> early = end(oneIsEarly ? one : other);
            CompletableFuture<Long> ordinary = end(oneIsEarly ? other : one);
            long killed = System.nanoTime();
            process.destroyForcibly();
            return new Ends((early.get() - killed) / 1_000, (ordinary.get() - killed) / 1_000);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private record Ends(long earlyMicros, long ordinaryMicros) {}

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms1g",
                        "-Xmx1g",
                        "-XX:+AlwaysPreTouch",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DyingProcess.class.getName(),
                        socket.toString())
                .inheritIO()
                .start();
    }

    private static CompletableFuture<Long> end(SocketChannel connection) {
        CompletableFuture<Long> end = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                connection.read(ByteBuffer.allocate(1));
                                end.complete(System.nanoTime());
                            } catch (IOException _) {
                                end.complete(System.nanoTime());
                            }
                        });
        return end;
    }

    private ServerSocketChannel bind() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static char letter(SocketChannel connection) throws IOException {
        ByteBuffer letter = ByteBuffer.allocate(1);
        connection.read(letter);
        return (char) letter.get(0);
    }
}
