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
 * While a line is not taken, those that follow fail without waiting.
 */
final class LocalSink implements Sink {

    /** The lines of every log wait with this one: {@link #LOOKS} times so long. */
    private static final long LOOK_MILLIS = 5;

    /** If the node itself stands still, only one of them is over: a daemon is not to blame. */
    private static final int LOOKS = 4;

    private final Path path;
    private final MultiThreadIoEventLoopGroup group;
    private @Nullable Channel channel;

    /** The last line, while it is not known what became of it: it is on its way still. */
    private @Nullable ChannelFuture pending;

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
        ChannelFuture last = pending;
        if (last != null && !last.isDone()) {
            throw takesNothing();
        }
        if (last != null && !last.isSuccess()) {
            drop(last.channel());
        }
        Channel to = channel;
        if (to == null) {
            to = connect();
            channel = to;
        }
        ChannelFuture sending = to.writeAndFlush(Unpooled.copiedBuffer(bytes, 0, length));
        pending = sending;
        if (!isDone(sending)) {
            throw takesNothing();
        }
        if (!sending.isSuccess()) {
            drop(to);
            throw takesNothing();
        }
    }

    private static boolean isDone(ChannelFuture sending) {
        boolean done = false;
        for (int look = 0; look < LOOKS && !done; look++) {
            done = sending.awaitUninterruptibly(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return done;
    }

    private void drop(Channel failed) {
        pending = null;
        channel = null;
        failed.close();
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
