package proa.node.protocol.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Profile;
import proa.node.Await;
import proa.node.Nobody;
import proa.node.exchange.Traffic;
import proa.node.listener.Transport;
import proa.node.protocol.DataPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections passed on as bytes, whatever they are expected to carry. */
@ParameterizedClass
@EnumSource(Profile.class)
class TcpProtocolTest {

    /** {@code IPPROTO_IP}, {@code IP_MINTTL} of ip(7). */
    private static final ChannelOption<Integer> HOPS_LEFT_MIN =
            new IntegerUnixChannelOption("IP_MINTTL", 0, 21);

    /** {@code TCP_ESTABLISHED} of the kernel. */
    private static final int ESTABLISHED = 1;

    @Parameter Profile profile;

    private FrontendConfig frontend() {
        return TestConfigs.frontend(FrontendConfig.Mode.TCP).with(profile);
    }

    private FrontendConfig frontend(FrontendConfig.Timeouts timeouts) {
        return TestConfigs.frontend(
                        FrontendConfig.Mode.TCP, timeouts, FrontendConfig.Limits.DEFAULTS)
                .with(profile);
    }

    private DataPath path(ScriptedServer server) throws IOException {
        return DataPath.of(frontend(), TestConfigs.backend(List.of(server.address())));
    }

    private static ScriptedServer echo() throws IOException {
        return new ScriptedServer(peer -> peer.in.transferTo(peer.out));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesPassUnchangedOnEveryTransport(Transport transport) throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(7).nextBytes(sent);
        try (ScriptedServer server = echo();
                DataPath path =
                        DataPath.of(
                                transport,
                                2,
                                frontend(),
                                TestConfigs.backend(List.of(server.address())));
                DataPath.Client client = path.client()) {
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.out.write(sent);
                                            client.socket.shutdownOutput();
                                        } catch (IOException _) {
                                            // What is missing fails the comparison.
                                        }
                                    });
            byte[] back = client.in.readAllBytes();
            writer.join();
            assertThat(digest(back)).isEqualTo(digest(sent));
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    /** More than the sockets between them hold, so that the answer waits for the client. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatHasEndedGetsALongAnswerWhole(Transport transport) throws Exception {
        byte[] answer = new byte[24 << 20];
        new Random(11).nextBytes(answer);
        CountDownLatch sending = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    assertThat(peer.in.readAllBytes()).hasSize(1);
                                    peer.out.write(answer, 0, 1 << 20);
                                    sending.countDown();
                                    peer.out.write(answer, 1 << 20, answer.length - (1 << 20));
                                });
                DataPath path =
                        DataPath.of(
                                transport,
                                2,
                                frontend(),
                                TestConfigs.backend(List.of(server.address())));
                DataPath.Client client = path.client()) {
            client.send("?").socket.shutdownOutput();
            assertThat(sending.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(digest(client.in.readAllBytes())).isEqualTo(digest(answer));
        }
    }

    /** It closes with the rest unread, which resets the connection right behind its answer. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerBeforeTheEndOfAnUploadReachesTheClient(Transport transport) throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.in.read();
                                    peer.send("too much");
                                });
                DataPath path =
                        DataPath.of(
                                transport,
                                1,
                                frontend(),
                                TestConfigs.backend(List.of(server.address())))) {
            for (int upload = 0; upload < 10; upload++) {
                try (DataPath.Client client = path.client()) {
                    Thread.ofVirtual().start(() -> upload(client));
                    assertThat(Wire.latin(client.in.readNBytes(8))).isEqualTo("too much");
                    assertThat(client.ended()).isTrue();
                }
            }
            Await.until("nobody is left", () -> path.listeners.connections() == 0);
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    private static void upload(DataPath.Client client) {
        try {
            client.out.write(new byte[10_000_000]);
        } catch (IOException _) {
            // The rest is not wanted any more.
        }
    }

    private static byte[] digest(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Test
    void aServerThatEndsFirstCanStillBeWrittenTo() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.send("hello");
                                    peer.socket.shutdownOutput();
                                    if (Wire.latin(peer.in.readAllBytes()).equals("late")) {
                                        heard.countDown();
                                    }
                                });
                DataPath path = path(server);
                DataPath.Client client = path.client()) {
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("hello");
            client.send("late");
            client.socket.shutdownOutput();
            assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void oneDirectionAloneIsWaitedForAsLongAsItIsSaid() throws Exception {
        FrontendConfig frontend =
                frontend(
                        new FrontendConfig.Timeouts(
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(5),
                                Duration.ofHours(1),
                                Optional.of(Duration.ofMillis(200))));
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.out.write(peer.in.read());
                                    never.await();
                                });
                DataPath path =
                        DataPath.of(frontend, TestConfigs.backend(List.of(server.address())));
                DataPath.Client open = path.client();
                DataPath.Client half = path.client()) {
            assertThat(open.send("1").in.read()).isEqualTo('1');
            assertThat(half.send("2").in.read()).isEqualTo('2');
            half.socket.shutdownOutput();
            assertThat(half.ended()).as("the server says nothing more").isTrue();
            Await.until("it is free", () -> path.listener.connections() == 1);
            assertThat(open.socket.getInputStream().available()).isZero();
            open.send("3"); // the other one is still there
            assertThat(path.listener.connections()).isEqualTo(1);
        } finally {
            never.countDown();
        }
    }

    @Test
    void aServerThatCannotBeReachedIsReplacedByAnother() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path =
                        DataPath.of(
                                frontend(),
                                TestConfigs.backend(List.of(Nobody.listens(), server.address())));
                DataPath.Client client = path.client()) {
            client.send("hi");
            assertThat(Wire.latin(client.in.readNBytes(2))).isEqualTo("hi");
            assertThat(path.traffic.servers.getFirst().failures).hasValue(1);
            assertThat(path.traffic.servers.getFirst().current).hasValue(0);
            assertThat(path.traffic.servers.getLast().current).hasValue(1);
        }
    }

    /** nginx's {@code proxy_connect_timeout 1s}. */
    @Test
    void aServerThatDoesNotAcceptIsGivenUpInTime() throws Exception {
        List<Socket> fillers = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ScriptedServer server = echo()) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
            for (int count = 0; count < 4; count++) {
                Socket filler = new Socket();
                fillers.add(filler);
                Thread.ofVirtual().start(() -> fill(filler, address));
            }
            Await.until(
                    "the queue is full",
                    () -> fillers.stream().filter(Socket::isConnected).count() >= 2);
            BackendConfig.Timeouts timeouts =
                    TestConfigs.serverTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(30));
            long began = System.nanoTime();
            try (DataPath path =
                            DataPath.of(
                                    frontend(),
                                    TestConfigs.backend(
                                            List.of(address, server.address()), timeouts));
                    DataPath.Client client = path.client()) {
                client.send("hi");
                assertThat(Wire.latin(client.in.readNBytes(2))).isEqualTo("hi");
                assertThat(System.nanoTime() - began).isGreaterThan(900_000_000L);
                assertThat(path.traffic.servers.getFirst().failures).hasValue(1);
            }
        } finally {
            for (Socket filler : fillers) {
                filler.close();
            }
        }
    }

    private static void fill(Socket filler, InetSocketAddress address) {
        try {
            filler.connect(address, 5_000);
        } catch (IOException _) {
            // The queue was full: all the better.
        }
    }

    @Test
    void withoutAServerTheClientIsReset() throws Exception {
        try (DataPath path =
                        DataPath.of(frontend(), TestConfigs.backend(List.of(Nobody.listens())));
                DataPath.Client client = path.client()) {
            assertThat(client.ended()).isTrue();
            Await.until("it is gone", () -> path.listeners.connections() == 0);
        }
    }

    @Test
    void aDeniedConnectionReachesNoServer() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = path(server)) {
            path.traffic.rule = _ -> new Traffic.Decision.Reply(403, "no");
            try (DataPath.Client client = path.client()) {
                assertThat(client.ended()).isTrue();
            }
            assertThat(server.connections).hasValue(0);
        }
    }

    /** Whoever takes no packet that may make only one hop more is as one behind a router. */
    @Test
    void aDroppedClientBehindARouterHearsNothing() throws Exception {
        assumeTrue(Epoll.isAvailable(), "the kernel has no epoll");
        AtomicInteger asked = new AtomicInteger();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (ScriptedServer server = echo();
                DataPath path = path(server)) {
            path.traffic.rule =
                    _ -> {
                        asked.incrementAndGet();
                        return new Traffic.Decision.Drop();
                    };
            EpollSocketChannel client =
                    (EpollSocketChannel)
                            new Bootstrap()
                                    .group(loop)
                                    .channel(EpollSocketChannel.class)
                                    .option(HOPS_LEFT_MIN, 2)
                                    .handler(new ChannelInboundHandlerAdapter())
                                    .connect(path.listener.address())
                                    .sync()
                                    .channel();
            Await.until("it is decided", () -> asked.get() == 1);
            Await.until("closed here", () -> path.listeners.connections() == 0);
            assertThat(client.tcpInfo().state()).isEqualTo(ESTABLISHED);
            assertThat(server.connections).hasValue(0);
        } finally {
            loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void aResetIsPassedOn() throws Exception {
        try (ScriptedServer server = echo();
                DataPath path = path(server)) {
            try (DataPath.Client client = path.client()) {
                client.send("x");
                client.in.read();
                client.socket.setSoLinger(true, 0);
            }
            Await.until("the server is left", () -> server.closed.get() == 1);
            Await.until("it is gone", () -> path.listeners.connections() == 0);
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void silenceEndsBothSides() throws Exception {
        Duration longer = Duration.ofSeconds(30);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.send("x");
                                    peer.in.read();
                                });
                DataPath path =
                        DataPath.of(
                                frontend(
                                        new FrontendConfig.Timeouts(
                                                longer, longer, Duration.ofSeconds(1), longer)),
                                TestConfigs.backend(
                                        List.of(server.address()),
                                        BackendConfig.Timeouts.DEFAULTS));
                DataPath.Client client = path.client()) {
            boolean atOnce = client.ended();
            assertThat(atOnce || client.ended()).as("perhaps behind the x").isTrue();
            Await.until("the server is left", () -> server.closed.get() == 1);
        }
    }
}
