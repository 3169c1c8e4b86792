package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Profile;
import proa.node.Await;
import proa.node.exchange.Trail;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Long streams that pass inside the kernel, and how they are given back. */
class SpliceTest {

    private static final byte[] LONG = bytes(2 << 20);

    private final Set<String> pipesBefore = pipes();

    SpliceTest() throws IOException {}

    @BeforeAll
    static void epollIsThere() {
        assumeTrue(Epoll.isAvailable(), "the kernel has no epoll");
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static ScriptedServer echo() throws IOException {
        return new ScriptedServer(peer -> peer.in.transferTo(peer.out));
    }

    private static DataPath path(ScriptedServer server, Duration silence) throws IOException {
        Duration longer = Duration.ofMinutes(5);
        return DataPath.of(
                TestConfigs.frontend(
                                FrontendConfig.Mode.TCP,
                                new FrontendConfig.Timeouts(longer, longer, silence, longer),
                                FrontendConfig.Limits.DEFAULTS)
                        .with(Profile.BULK),
                TestConfigs.backend(List.of(server.address())));
    }

    private static DataPath path(ScriptedServer server) throws IOException {
        return path(server, Duration.ofMinutes(5));
    }

    /** Bytes that pass inside the kernel need a pipe, which its loop keeps afterwards. */
    private void awaitSpliced(DataPath path) throws Exception {
        assertThat(path.listener.connections()).isEqualTo(1);
        Await.until("a pipe is there", () -> !pipesBefore.containsAll(pipes()));
    }

    /** Which this process has: others of it may come and go. */
    private static Set<String> pipes() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(SpliceTest::what)
                    .filter(what -> what.startsWith("pipe:"))
                    .collect(Collectors.toSet());
        }
    }

    private static String what(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException _) {
            return "closed meanwhile";
        }
    }

    /** Sends them and reads as many back. */
    private static void exchange(DataPath.Client client, byte[] bytes) throws Exception {
        Thread writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        client.out.write(bytes);
                                    } catch (IOException _) {
                                        // What is missing fails the comparison.
                                    }
                                });
        assertThat(client.in.readNBytes(bytes.length)).isEqualTo(bytes);
        writer.join();
    }

    private static void awaitNothingLeft(DataPath path) throws Exception {
        Await.until("the client is gone", () -> path.listeners.connections() == 0);
        Await.until("the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
    }

    @Test
    void aLongStreamLeavesTheLoopAndItsEndComesAfterItsLastByte() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = path(server);
                DataPath.Client client = path.client()) {
            exchange(client, LONG);
            awaitSpliced(path);
            exchange(client, Wire.bytes("short"));
            exchange(client, LONG);
            client.send("last").socket.shutdownOutput();
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("last");
            awaitNothingLeft(path);
        }
    }

    /** More than the buffers of all sockets between them hold. */
    @Test
    void aClientThatDoesNotReadIsWaitedFor() throws Exception {
        byte[] much = bytes(24 << 20);
        AtomicLong sent = new AtomicLong();
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    for (int at = 0; at < much.length; at += 1 << 16) {
                                        peer.out.write(much, at, 1 << 16);
                                        sent.addAndGet(1 << 16);
                                    }
                                });
                DataPath path = path(server);
                DataPath.Client client = path.client()) {
            byte[] first = client.in.readNBytes(2 << 20);
            awaitSpliced(path);
            assertThat(sent).hasValueLessThan(much.length);
            byte[] rest = client.in.readAllBytes();
            assertThat(first).isEqualTo(Arrays.copyOf(much, first.length));
            assertThat(rest).isEqualTo(Arrays.copyOfRange(much, first.length, much.length));
            client.socket.shutdownOutput();
            awaitNothingLeft(path);
        }
    }

    @Test
    void aServerThatEndsFirstCanStillBeWrittenTo() throws Exception {
        AtomicLong heard = new AtomicLong();
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.out.write(LONG);
                                    asked.await();
                                    peer.socket.shutdownOutput();
                                    heard.set(peer.in.readAllBytes().length);
                                });
                DataPath path = path(server);
                DataPath.Client client = path.client()) {
            assertThat(client.in.readNBytes(LONG.length)).isEqualTo(LONG);
            awaitSpliced(path);
            asked.countDown();
            assertThat(client.in.read()).isNegative();
            client.out.write(LONG);
            client.socket.shutdownOutput();
            awaitNothingLeft(path);
            Await.until("the server has heard it", () -> heard.get() == LONG.length);
        }
    }

    @Test
    void silenceEndsBothSides() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = path(server, Duration.ofSeconds(4));
                DataPath.Client client = path.client()) {
            exchange(client, LONG);
            assertThat(client.ended()).isTrue();
            Await.until("the server is left", () -> server.closed.get() == 1);
            awaitNothingLeft(path);
        }
    }

    @Test
    void aResetIsPassedOn() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = path(server)) {
            try (DataPath.Client client = path.client()) {
                exchange(client, LONG);
                awaitSpliced(path);
                client.socket.setSoLinger(true, 0);
            }
            Await.until("the server is left", () -> server.closed.get() == 1);
            awaitNothingLeft(path);
        }
    }

    @Test
    void aServerThatDiesIsToldOf() throws Exception {
        CountDownLatch dies = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.out.write(LONG);
                                    dies.await();
                                    peer.socket.setSoLinger(true, 0);
                                });
                DataPath path = path(server);
                DataPath.Client client = path.client()) {
            client.in.readNBytes(LONG.length);
            awaitSpliced(path);
            dies.countDown();
            assertThat(client.ended()).isTrue();
            awaitNothingLeft(path);
        }
    }

    @Test
    void aListenerThatClosesItsConnectionsEndsIt() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = path(server);
                DataPath.Client client = path.client()) {
            exchange(client, LONG);
            awaitSpliced(path);
            path.listener.drain(); // a stream of bytes has no end that would not hurt
            exchange(client, LONG);
            path.listener.closeConnections();
            assertThat(client.ended()).isTrue();
            Await.until("the server is left", () -> server.closed.get() == 1);
            awaitNothingLeft(path);
        }
    }

    @Test
    void theEndOfTheLoopsEndsIt() throws Exception {
        try (ScriptedServer server = echo()) {
            DataPath path = path(server);
            try (DataPath.Client client = path.client()) {
                exchange(client, LONG);
                awaitSpliced(path);
                path.loops.close(); // with the listener's own socket
                assertThat(client.ended()).isTrue();
                Await.until("the server is left", () -> server.closed.get() == 1);
            }
        }
    }

    @Test
    void bytesAreCountedAsIfTheyHadBeenCopied() throws Exception {
        AtomicLong received = new AtomicLong();
        AtomicLong sent = new AtomicLong();
        AtomicReference<Boolean> over = new AtomicReference<>(false);
        try (ScriptedServer server = echo();
                DataPath path = path(server)) {
            path.traffic.follows = true;
            path.traffic.rule =
                    facts -> {
                        Objects.requireNonNull(facts.trail())
                                .add(
                                        new Trail.Follower() {
                                            @Override
                                            protected void answered(int status) {}

                                            @Override
                                            protected void moved(long in, long out) {
                                                received.addAndGet(in);
                                                sent.addAndGet(out);
                                            }

                                            @Override
                                            protected void closed() {
                                                over.set(true);
                                            }
                                        });
                        return null;
                    };
            try (DataPath.Client client = path.client()) {
                exchange(client, LONG);
                awaitSpliced(path);
                exchange(client, LONG);
            }
            Await.until("it is over", over::get);
            assertThat(received).hasValue(2L * LONG.length);
            assertThat(sent).hasValue(2L * LONG.length);
        }
    }
}
