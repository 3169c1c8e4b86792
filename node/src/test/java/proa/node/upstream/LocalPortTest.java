package proa.node.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.node.Await;
import proa.node.Nobody;
import proa.node.exchange.Server;
import proa.node.listener.EventLoops;
import proa.node.listener.Loop;
import proa.node.listener.Transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A connection for which there is no port is told from one that the server refuses. */
class LocalPortTest {

    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

    private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("192.0.2.77");

    private final AtomicInteger lacking = new AtomicInteger();
    private final AtomicInteger missing = new AtomicInteger();
    private @Nullable InetSocketAddress from;

    /** A server that counts. */
    private final class Counting implements Server {
        private final InetSocketAddress address;

        Counting(int port) {
            address = new InetSocketAddress(LOCAL, port);
        }

        @Override
        public String name() {
            return "s";
        }

        @Override
        public int index() {
            return 0;
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void ended() {}

        @Override
        public void connectFailed(String requestId) {}

        @Override
        public @Nullable InetSocketAddress source() {
            return from;
        }

        @Override
        public boolean sourceLacks(long nowNanos) {
            return missing.incrementAndGet() == 1;
        }

        @Override
        public void portLacks() {
            lacking.incrementAndGet();
        }
    }

    /** Leaves one port to choose from. */
    private static final class From extends ChannelDuplexHandler {
        private final int port;

        From(int port) {
            this.port = port;
        }

        @Override
        public void connect(
                ChannelHandlerContext context,
                SocketAddress remote,
                SocketAddress local,
                ChannelPromise promise) {
            SocketChannel channel = (SocketChannel) context.channel();
            channel.config().setReuseAddress(true);
            context.connect(remote, new InetSocketAddress(LOCAL, port), promise);
        }
    }

    private void fails(Loop loop, int serverPort, int localPort) throws Exception {
        CompletableFuture<Boolean> failed = new CompletableFuture<>();
        SocketChannel channel = loop.socket();
        loop.executor()
                .execute(
                        () ->
                                Connector.connect(
                                        loop,
                                        channel,
                                        new Counting(serverPort),
                                        new From(localPort),
                                        false,
                                        () -> failed.complete(true)));
        Await.until("the end of an attempt", failed::isDone);
        channel.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressThatThisHostDoesNotHaveIsNoShortageOfPorts(Transport transport) throws Exception {
        from = new InetSocketAddress(ELSEWHERE, 0);
        try (EventLoops loops = EventLoops.start(transport, 1);
                ServerSocket server = new ServerSocket(0, 8, LOCAL)) {
            Loop loop = loops.loops().getFirst();
            CompletableFuture<Boolean> failed = new CompletableFuture<>();
            SocketChannel channel = loop.socket();
            loop.executor()
                    .execute(
                            () ->
                                    Connector.connect(
                                            loop,
                                            channel,
                                            new Counting(server.getLocalPort()),
                                            new ChannelDuplexHandler(),
                                            false,
                                            () -> failed.complete(true)));
            Await.until("the end of an attempt", failed::isDone);
            channel.close();
            assertThat(missing).hasValue(1);
            assertThat(lacking).hasValue(0);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void thePortOfAnAddressIsChosenWhenItConnects(Transport transport) throws Exception {
        from = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.9"), 0);
        try (EventLoops loops = EventLoops.start(transport, 1);
                ServerSocket server = new ServerSocket(0, 8, LOCAL)) {
            Loop loop = loops.loops().getFirst();
            SocketChannel channel = loop.socket();
            loop.executor()
                    .execute(
                            () ->
                                    Connector.connect(
                                            loop,
                                            channel,
                                            new Counting(server.getLocalPort()),
                                            new ChannelDuplexHandler(),
                                            false,
                                            () -> {}));
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInetAddress().getHostAddress()).isEqualTo("127.0.0.9");
                assertThat(
                                channel.config()
                                        .getOption(
                                                new IntegerUnixChannelOption(
                                                        "IP_BIND_ADDRESS_NO_PORT", 0, 24)))
                        .isEqualTo(1);
            }
            channel.close().sync();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPortThatIsTakenForThisServerIsAShortageAndARefusalIsNone(Transport transport)
            throws Exception {
        try (EventLoops loops = EventLoops.start(transport, 1);
                ServerSocket server = new ServerSocket(0, 8, LOCAL);
                Socket taken = new Socket()) {
            Loop loop = loops.loops().getFirst();
            taken.setReuseAddress(true);
            taken.bind(new InetSocketAddress(LOCAL, 0));
            taken.connect(server.getLocalSocketAddress());
            fails(loop, server.getLocalPort(), taken.getLocalPort());
            assertThat(lacking).hasValue(1);
            fails(loop, Nobody.listens().getPort(), 0);
            assertThat(lacking).hasValue(1);
        }
    }
}
