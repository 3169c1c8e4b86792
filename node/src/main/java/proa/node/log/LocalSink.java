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

    /** The lines of every log wait that long with this one. */
    private static final long SEND_MILLIS_MAX = 20;

    /** So late the node's own thread may come to a line, for which a daemon is not to blame. */
    private static final long TURN_MILLIS_MAX = 1_000;

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
            if (connecting.channel().isRegistered()) { // not where there is no descriptor for it
                connecting.channel().close();
            }
            throw new IOException("no daemon hears on " + path, connecting.cause());
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

    /** Whether it has been tried and did not have to wait for the daemon for longer. */
    private static boolean isDone(ChannelFuture sending) {
        if (sending.awaitUninterruptibly(SEND_MILLIS_MAX / 4, TimeUnit.MILLISECONDS)) {
            return true;
        }
        sending.channel()
                .eventLoop()
                .submit(() -> {}) // behind the line
                .awaitUninterruptibly(TURN_MILLIS_MAX, TimeUnit.MILLISECONDS);
        return sending.awaitUninterruptibly(SEND_MILLIS_MAX, TimeUnit.MILLISECONDS);
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
