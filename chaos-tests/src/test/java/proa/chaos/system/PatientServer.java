package proa.chaos.system;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A server on loopback with one event loop that costs little for each connection: {@code /large}
 * answers {@link #LARGE_BYTES}, a POST is never answered, everything else is {@code ok}. Requests
 * come one by one, a head in one piece.
 */
final class PatientServer implements AutoCloseable {

    /**
     * More than a node's kernel takes in of an answer that nobody reads, and little enough that
     * some thousands of them are no shortage of the host's memory for TCP ({@code tcp_mem}).
     */
    static final int LARGE_BYTES = 256 << 10;

    private static final int SEND_BUFFER_BYTES = 16 << 10;
    private static final int BACKLOG = 8_192;

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ByteBuf small = answer(2);
    private final ByteBuf large = answer(LARGE_BYTES);
    private final EpollServerSocketChannel listener = new EpollServerSocketChannel();

    PatientServer() {
        listener.config().setBacklog(BACKLOG);
        listener.pipeline().addLast(new Accepted());
        group.register(listener).syncUninterruptibly();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly();
    }

    private static ByteBuf answer(int bytes) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n";
        return Unpooled.directBuffer(head.length() + bytes)
                .writeBytes(head.getBytes(StandardCharsets.US_ASCII))
                .writeZero(bytes);
    }

    int port() {
        return listener.localAddress().getPort();
    }

    private final class Accepted extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            EpollSocketChannel accepted = (EpollSocketChannel) message;
            accepted.config().setSendBufferSize(SEND_BUFFER_BYTES);
            accepted.pipeline().addLast(new Answering());
            group.register(accepted);
        }
    }

    private final class Answering extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            String request = bytes.toString(StandardCharsets.US_ASCII);
            bytes.release();
            Channel channel = context.channel();
            if (request.startsWith("GET /large ")) {
                channel.writeAndFlush(large.retainedDuplicate());
            } else if (request.startsWith("GET ")) {
                channel.writeAndFlush(small.retainedDuplicate());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // reset
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        small.release();
        large.release();
    }
}
