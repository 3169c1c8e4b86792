package proa.chaos.bench.generator;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;

import proa.node.listener.Transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The server behind all balancers of the bench, made to cost little: it shares its core with the
 * generator, and both together have to outrun a balancer that has a core to itself.
 *
 * <p>On one port it sends back what comes for as long as the connection lasts; on another one
 * message, then it closes, so that the waiting state of ended connections (RFC 9293 §3.6.1) is with
 * listeners and balancers do not run out of ports; on the third it answers requests of HTTP/1.1.
 */
public final class BenchServer implements AutoCloseable {

    /** The length of one message of the bench, and of a body. */
    public static final int MESSAGE_BYTES = 128;

    private static final int BACKLOG = 4_096;

    private final Transport transport = Transport.best();
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.handlers());

    private final Channel lasting;
    private final Channel single;
    private final Channel http;

    /** Listens on three ports of 127.0.0.1; 0: any. */
    public BenchServer(int lastingPort, int singlePort, int httpPort) {
        lasting = listen(lastingPort, Lasting::new);
        single = listen(singlePort, Single::new);
        http = listen(httpPort, HttpOrigin::new);
    }

    private Channel listen(int port, Supplier<ChannelInboundHandlerAdapter> handlers) {
        return new ServerBootstrap()
                .group(group)
                .channelFactory(() -> transport.listen(false))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                channel.pipeline().addLast(handlers.get());
                            }
                        })
                .bind(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
    }

    /** The port on which connections last. */
    public int lastingPort() {
        return portOf(lasting);
    }

    /** The port on which each connection carries one message. */
    public int singlePort() {
        return portOf(single);
    }

    /** The port on which each request without a body is answered by 128 bytes. */
    public int httpPort() {
        return portOf(http);
    }

    private static int portOf(Channel listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static class Lasting extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            context.writeAndFlush(bytes, context.voidPromise());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class Single extends Lasting {

        private int missing = MESSAGE_BYTES;

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            missing -= ((ByteBuf) bytes).readableBytes();
            if (missing > 0) {
                super.channelRead(context, bytes);
            } else {
                context.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
