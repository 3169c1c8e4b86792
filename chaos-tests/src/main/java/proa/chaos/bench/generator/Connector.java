package proa.chaos.bench.generator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.jspecify.annotations.Nullable;

import proa.node.listener.Transport;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Makes the connections of one run. Channels are put together by hand, without timers, since their
 * cost is ours; the run has a limit of its own.
 */
final class Connector implements AutoCloseable {

    /** Bulk answers are taken in large pieces. */
    private static final int READ_BYTES_MAX = 256 << 10;

    private final EventLoop loop;
    private final Plan plan;
    private final InetSocketAddress address;
    private final ByteBuf request;
    private final @Nullable SslContext context;

    Connector(EventLoop loop, Plan plan) throws IOException {
        this.loop = loop;
        this.plan = plan;
        this.address = new InetSocketAddress("127.0.0.1", plan.port());
        this.request = Unpooled.directBuffer().writeBytes(request(plan));
        this.context = plan.tls() ? context() : null;
    }

    private static byte[] request(Plan plan) {
        return switch (plan.speaks()) {
            case HTTP ->
                    "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n"
                            .formatted(
                                    plan.path(),
                                    plan.port(),
                                    plan.perRequest() ? "Connection: close\r\n" : "")
                            .getBytes(US_ASCII);
            case ECHO -> new byte[BenchServer.MESSAGE_BYTES];
        };
    }

    /** Sessions are never resumed: no engine is told of a peer by whose name one could be found. */
    private static SslContext context() throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL)
                .protocols("TLSv1.3")
                .option(OpenSslContextOption.GROUPS, new String[] {"P-256"})
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .build();
    }

    /**
     * Begins to connect; the owner is told when it is ready or has failed. On the event loop.
     *
     * @param due when the request it is made for was due; {@link Arrivals#NONE}: for none
     */
    Connection connect(Connection.Owner owner, long due) {
        Answer answer =
                switch (plan.speaks()) {
                    case HTTP -> new HttpAnswer();
                    case ECHO -> new EchoAnswer(BenchServer.MESSAGE_BYTES);
                };
        Connection connection = new Connection(owner, answer, request, context != null, due);
        SocketChannel channel = Transport.best().socket();
        channel.config()
                .setTcpNoDelay(true)
                .setConnectTimeoutMillis(0)
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(512, 2_048, READ_BYTES_MAX));
        if (context != null) {
            SslHandler handler = context.newHandler(ByteBufAllocator.DEFAULT);
            handler.setHandshakeTimeoutMillis(0);
            channel.pipeline().addLast(handler);
        }
        channel.pipeline().addLast(connection);
        loop.register(channel).addListener((ChannelFuture made) -> connect(made, connection));
        return connection;
    }

    private void connect(ChannelFuture registered, Connection connection) {
        registered
                .channel()
                .connect(address)
                .addListener(
                        connected -> {
                            if (!connected.isSuccess()) {
                                connection.notConnected();
                            }
                        });
    }

    @Override
    public void close() {
        request.release();
    }
}
