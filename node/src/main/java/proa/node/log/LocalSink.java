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

    /** The lines of every log wait that long with this one. */
    private static final long SEND_MILLIS_MAX = 20;

    /** After a line that was not taken, so long none is tried: they would all wait. */
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final Path path;
    private final MultiThreadIoEventLoopGroup group;
    private @Nullable Channel channel;
    private boolean pausing;
    private long pausedNanos;

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
        if (pausing && System.nanoTime() - pausedNanos < PAUSE_NANOS) {
            throw takesNothing();
        }
        pausing = false;
        Channel to = channel;
        if (to == null) {
            to = connect();
            channel = to;
        }
        ChannelFuture sending = to.writeAndFlush(Unpooled.copiedBuffer(bytes, 0, length));
        boolean done = sending.awaitUninterruptibly(SEND_MILLIS_MAX, TimeUnit.MILLISECONDS);
        if (!sending.isSuccess()) {
            pausing = !done;
            pausedNanos = System.nanoTime();
            channel = null;
            to.close();
            throw takesNothing();
        }
    }

    private IOException takesNothing() {
        return new IOException("the daemon on " + path + " takes nothing");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
