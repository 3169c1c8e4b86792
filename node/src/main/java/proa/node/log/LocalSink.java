package proa.node.log;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Sends each line as a datagram to a socket of this machine, {@code /dev/log} for example. A daemon
 * that is started anew has another socket of that name: after a failure it is connected to again.
 */
final class LocalSink implements Sink {

    private static final long SEND_SECONDS_MAX = 1;

    private final Path path;
    private final MultiThreadIoEventLoopGroup group;
    private @Nullable Channel channel;

    LocalSink(Path path) throws IOException {
        if (!Epoll.isAvailable()) {
            throw new IOException("sockets like " + path + " need epoll, which is not there");
        }
        this.path = path;
        this.group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try {
            channel = connect();
        } catch (IOException e) {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw e;
        }
    }

    private Channel connect() throws IOException {
        ChannelFuture connecting =
                new Bootstrap()
                        .group(group)
                        .channel(EpollDomainDatagramChannel.class)
                        .handler(new ChannelInboundHandlerAdapter())
                        .connect(new DomainSocketAddress(path.toString()))
                        .awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            connecting.channel().close();
            throw new IOException("no daemon hears on " + path);
        }
        return connecting.channel();
    }

    @Override
    public void line(byte[] bytes, int length) throws IOException {
        Channel to = channel;
        if (to == null) {
            to = connect();
            channel = to;
        }
        ChannelFuture sending = to.writeAndFlush(Unpooled.copiedBuffer(bytes, 0, length));
        if (!sending.awaitUninterruptibly(SEND_SECONDS_MAX, TimeUnit.SECONDS)
                || !sending.isSuccess()) {
            channel = null;
            to.close();
            throw new IOException("the daemon on " + path + " takes nothing");
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
