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
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Sends back what comes: on one port for as long as the connection lasts, on the other one message,
 * then it closes. So the waiting state of ended connections (RFC 9293 §3.6.1) is with listeners,
 * and balancers do not run out of ports.
 */
public final class EchoServer implements AutoCloseable {

    /** The length of one message of the bench. */
    public static final int MESSAGE_BYTES = 128;

    private static final int BACKLOG = 4_096;

    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    private final Channel lasting;
    private final Channel single;

    /** Listens on two ports of 127.0.0.1; 0: any. */
    public EchoServer(int lastingPort, int singlePort) {
        lasting = listen(lastingPort, Lasting::new);
        single = listen(singlePort, Single::new);
    }

    private Channel listen(int port, Supplier<ChannelInboundHandlerAdapter> handlers) {
        return new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
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
        return ((InetSocketAddress) lasting.localAddress()).getPort();
    }

    /** The port on which each connection carries one message. */
    public int singlePort() {
        return ((InetSocketAddress) single.localAddress()).getPort();
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
