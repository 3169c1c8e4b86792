package proa.node.protocol.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import proa.config.BackendConfig;
import proa.config.BackendConfig.Balance;
import proa.config.BackendConfig.Sticky;
import proa.config.FrontendConfig;
import proa.config.FrontendConfig.Limits;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendConfig.Timeouts;
import proa.config.SpreadingConfig;
import proa.config.SpreadingConfig.Hash;
import proa.config.SpreadingConfig.HashKey;
import proa.config.SpreadingConfig.Method;
import proa.node.balance.Health;
import proa.node.balance.Order;
import proa.node.balance.Pool;
import proa.node.balance.PooledServer;
import proa.node.balance.Pools;
import proa.node.exchange.Deadlines;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.DatagramClient;
import proa.node.listener.DatagramCounters;
import proa.node.listener.DatagramCounters.Kind;
import proa.node.listener.DatagramSession;
import proa.node.listener.Loop;
import proa.node.listener.Transport;
import proa.node.protocol.TestConfigs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One session without a network, on a clock of its own. */
class UdpSessionTest {

    private static final Duration SILENCE = Duration.ofSeconds(50);
    private static final Duration SHORTLY = Duration.ofMillis(100);

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel clock = EmbeddedChannel.builder().ticker(ticker).build();
    private final Loop loop = new Loop(clock.eventLoop(), Transport.NIO);
    private final List<Socket> sockets = new ArrayList<>();
    private final Set<Integer> withoutSocket = new HashSet<>();
    private final Set<Integer> withoutWay = new HashSet<>();
    private final Pool pool = pool(SpreadingConfig.DEFAULTS);
    private final UdpProtocol protocol = protocol(pool);
    private final Client client = new Client(4_000);
    private final DatagramSession session = protocol.session(loop, client);

    /** A socket towards a server. */
    private record Socket(
            InetSocketAddress server, EmbeddedChannel channel, ChannelInboundHandler handler) {
        String sent() {
            ByteBuf bytes = channel.readOutbound();
            if (bytes == null) {
                return "";
            }
            try {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            } finally {
                bytes.release();
            }
        }

        /** The kernel says that nobody listens there. */
        void unreachable() throws Exception {
            handler.exceptionCaught(
                    channel.pipeline().firstContext(), new PortUnreachableException());
        }

        void answers(String text) {
            channel.writeInbound(new DatagramPacket(bytes(text), new InetSocketAddress(1), server));
        }
    }

    private static final class Client implements DatagramClient {
        final List<String> got = new ArrayList<>();
        final DatagramCounters counters = new DatagramCounters();
        final int port;
        int ended;

        Client(int port) {
            this.port = port;
        }

        @Override
        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
        }

        @Override
        public void send(ByteBuf datagram) {
            got.add(datagram.toString(StandardCharsets.ISO_8859_1));
            datagram.release();
        }

        @Override
        public void flush() {}

        @Override
        public void ended() {
            ended++;
        }

        @Override
        public DatagramCounters counters() {
            return counters;
        }
    }

    private static Pool pool(SpreadingConfig spreading) {
        List<BackendConfig.Server> servers = new ArrayList<>();
        for (int port = 1; port <= 3; port++) {
            servers.add(
                    new BackendConfig.Server(
                            "s" + port, new InetSocketAddress("127.0.0.1", port), 1, false));
        }
        Balance balance = spreading.hash().isPresent() ? Balance.HASH : Balance.ROUND_ROBIN;
        BackendConfig config =
                new BackendConfig(
                                "dns",
                                balance,
                                new Sticky.Off(),
                                Optional.empty(),
                                servers,
                                BackendConfig.Timeouts.DEFAULTS,
                                2,
                                8)
                        .with(spreading);
        return new Pools(List.of(config), _ -> null, () -> 0, 1).pool("dns");
    }

    private UdpProtocol protocol(Pool of) {
        FrontendConfig frontend =
                TestConfigs.frontend(
                        Mode.UDP,
                        new Timeouts(SILENCE, SILENCE, SILENCE, SILENCE),
                        Limits.DEFAULTS);
        return new UdpProtocol(
                frontend,
                () -> facts -> new Decision.Forward(of.destination(facts)),
                (_, server, handler) -> {
                    if (withoutSocket.contains(server.address().getPort())) {
                        return null;
                    }
                    EmbeddedChannel channel = new EmbeddedChannel(handler);
                    if (withoutWay.contains(server.address().getPort())) {
                        channel.pipeline().fireChannelInactive();
                    }
                    sockets.add(new Socket(server.address(), channel, handler));
                    return channel;
                });
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private void asks(String text) {
        session.received(bytes(text));
        session.flush();
    }

    private void pass(Duration time) {
        for (long left = time.toNanos(); left > 0; left -= Deadlines.TICK_NANOS) {
            ticker.advance(Math.min(left, Deadlines.TICK_NANOS), TimeUnit.NANOSECONDS);
            loop.tick();
        }
    }

    private int current() {
        return pool.servers().stream().mapToInt(PooledServer::current).sum();
    }

    @AfterEach
    void close() {
        session.end();
        assertThat(current()).as("every server was given back").isZero();
        sockets.forEach(each -> each.channel().finishAndReleaseAll());
        clock.finishAndReleaseAll();
    }

    @Test
    void datagramsGoToOneServerAndAnswersBack() {
        asks("one");
        asks("two");
        assertThat(sockets).hasSize(1);
        assertThat(sockets.getFirst().sent()).isEqualTo("one");
        assertThat(sockets.getFirst().sent()).isEqualTo("two");
        sockets.getFirst().answers("both");
        assertThat(client.got).containsExactly("both");
        assertThat(current()).isEqualTo(1);
    }

    @Test
    void silenceOfBothSidesEndsASession() {
        asks("hello");
        pass(SILENCE.minus(SHORTLY));
        assertThat(client.ended).isZero();
        pass(SHORTLY.multipliedBy(2));
        assertThat(client.ended).isEqualTo(1);
        assertThat(sockets.getFirst().channel().isOpen()).isFalse();
        assertThat(current()).isZero();
    }

    @Test
    void whoeverSpeaksKeepsTheSession() {
        asks("hello");
        for (int turn = 0; turn < 5; turn++) {
            pass(SILENCE.minus(SHORTLY));
            asks("still here");
            pass(SILENCE.minus(SHORTLY));
            sockets.getFirst().answers("me too");
        }
        assertThat(client.ended).isZero();
        assertThat(client.got).hasSize(5);
        pass(SILENCE.plus(SHORTLY));
        assertThat(client.ended).isEqualTo(1);
    }

    @Test
    void whenDrainedASessionEndsAfterASecondOfSilence() {
        asks("hello");
        session.drain();
        pass(Duration.ofMillis(900));
        sockets.getFirst().answers("late");
        pass(Duration.ofMillis(900));
        assertThat(client.ended).isZero();
        pass(Duration.ofMillis(200));
        assertThat(client.ended).isEqualTo(1);
        assertThat(client.got).containsExactly("late");
    }

    /** For as long as sessions are waited for, all are told again and again. */
    @Test
    void whoIsToldToDrainAgainIsNotTakenForOneThatSpeaks() {
        asks("hello");
        session.drain();
        pass(Duration.ofMillis(900));
        session.drain();
        assertThat(client.ended).isZero();
        pass(Duration.ofMillis(200));
        assertThat(client.ended).isEqualTo(1);
    }

    @Test
    void aServerThatIsNotThereIsReportedAndReplaced() throws Exception {
        asks("lost");
        PooledServer first = pool.servers().getFirst();
        sockets.getFirst().unreachable();
        sockets.getFirst().unreachable();
        assertThat(first.connectFailures()).as("said twice, counted once").isEqualTo(1);
        assertThat(first.current()).isZero();
        asks("again");
        assertThat(sockets).hasSize(2);
        assertThat(sockets.getLast().server().getPort()).isEqualTo(2);
        assertThat(sockets.getLast().sent()).isEqualTo("again");
        assertThat(client.counters.of(Kind.UNREACHABLE)).isEqualTo(1);
    }

    @Test
    void aServerThatACheckFindsDownIsReplacedAndOneThatDrainsIsNot() {
        asks("a");
        pool.order(pool.servers().getFirst(), Order.DRAIN, "a test");
        asks("b");
        assertThat(sockets).hasSize(1);
        pool.health(pool.servers().getFirst(), Health.DOWN, "a test");
        asks("c");
        assertThat(sockets).hasSize(2);
        assertThat(sockets.getFirst().channel().isOpen()).isFalse();
        assertThat(sockets.getLast().sent()).isEqualTo("c");
        assertThat(current()).isEqualTo(1);
    }

    @Test
    void withoutAServerTheSessionEnds() {
        asks("a");
        pool.servers().forEach(server -> pool.health(server, Health.DOWN, "a test"));
        asks("b");
        assertThat(client.ended).isEqualTo(1);
        assertThat(client.counters.of(Kind.NO_SERVER)).isEqualTo(1);
    }

    @Test
    void aServerWithoutAWayOrASocketIsPassedOverAtOnce() {
        withoutWay.add(1);
        withoutSocket.add(2);
        asks("a");
        assertThat(sockets.getLast().server().getPort()).isEqualTo(3);
        assertThat(sockets.getLast().sent()).isEqualTo("a");
        assertThat(pool.servers().getFirst().connectFailures()).isEqualTo(1);
        assertThat(current()).isEqualTo(1);
        assertThat(client.ended).isZero();
    }

    @Test
    void aDatagramThatDoesNotFitOnTheWayIsNoFailureOfTheServer() throws Exception {
        asks("a");
        Socket socket = sockets.getFirst();
        ChannelHandlerContext context = socket.channel().pipeline().firstContext();
        socket.handler().exceptionCaught(context, new IOException("Message too long"));
        asks("b");
        assertThat(sockets).hasSize(1);
        assertThat(pool.servers().getFirst().connectFailures()).isZero();
        assertThat(client.counters.of(Kind.CONGESTED)).isEqualTo(1);
    }

    @Test
    void whenAllHaveBeenTriedTheyAreTriedAgain() throws Exception {
        for (int turn = 0; turn < 7; turn++) {
            asks("a");
            sockets.getLast().unreachable();
        }
        assertThat(sockets).hasSize(7);
        assertThat(client.ended).isZero();
    }

    @Test
    void anAnswerAfterTheEndGoesNowhere() throws Exception {
        asks("a");
        Socket socket = sockets.getFirst();
        ChannelHandlerContext context = socket.channel().pipeline().firstContext();
        ByteBuf late = bytes("late");
        session.end();
        socket.handler()
                .channelRead(
                        context,
                        new DatagramPacket(late, new InetSocketAddress(1), socket.server()));
        assertThat(client.got).isEmpty();
        assertThat(late.refCnt()).isZero();
        assertThat(client.ended).isEqualTo(1);
    }

    @Test
    void byAHashOfTheSourceEveryPortOfAClientGetsTheSameServer() {
        Hash hash = new Hash(new HashKey.Source(false), Method.MAGLEV, Optional.empty());
        UdpProtocol hashed =
                protocol(
                        pool(
                                new SpreadingConfig(
                                        Optional.of(hash),
                                        Optional.empty(),
                                        1,
                                        SpreadingConfig.Limits.DEFAULTS)));
        Set<InetSocketAddress> servers = new HashSet<>();
        for (int port = 5_000; port < 5_020; port++) {
            DatagramSession other = hashed.session(loop, new Client(port));
            other.received(bytes("q"));
            servers.add(sockets.getLast().server());
            other.end();
        }
        assertThat(servers).hasSize(1);
    }
}
