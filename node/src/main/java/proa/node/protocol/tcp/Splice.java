package proa.node.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.Native;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import proa.node.listener.Loop;

import java.io.IOException;

/**
 * Two connections of one epoll loop whose bytes pass from one socket to the other inside the
 * kernel, by splice(2) through a pipe. Their channels are off the loop meanwhile: this has their
 * descriptors in their stead, with edge-triggered events, so that nothing is asked of epoll for
 * each piece.
 *
 * <p>It only carries bytes. At the end of a direction, at an error, or when told to, it stops, and
 * whoever began it goes on with the channels as they are, and with what was still in the pipes. One
 * thread.
 */
final class Splice {

    /** Most that one call may move; the pipe holds less as a rule. */
    private static final int PIECE_BYTES = 1 << 20;

    /** After so much of one direction others have their turn. */
    private static final int TURN_BYTES = 4 << 20;

    private static final EpollIoOps ALL =
            EpollIoOps.EPOLLIN
                    .with(EpollIoOps.EPOLLOUT)
                    .with(EpollIoOps.EPOLLRDHUP)
                    .with(EpollIoOps.EPOLLET);

    private final Loop loop;
    private final Pipes pipes;
    private final Owner owner;
    private final End client;
    private final End server;
    private boolean over;

    /** Who began it. */
    interface Owner {
        /** So many bytes have reached the client or the server. */
        void moved(boolean toServer, int bytes);

        /** It cannot go on; {@link #stop()} is next. */
        void enough();
    }

    Splice(Loop loop, SocketChannel client, SocketChannel server, Owner owner) {
        this.loop = loop;
        this.pipes = Pipes.of(loop);
        this.owner = owner;
        this.client = new End((EpollSocketChannel) client);
        this.server = new End((EpollSocketChannel) server);
    }

    /** Whether the bytes of that connection can pass inside the kernel. */
    static boolean isPossible(SocketChannel channel) {
        return channel instanceof EpollSocketChannel
                && channel.pipeline().get(SslHandler.class) == null;
    }

    /** Begins; both channels are off the loop and have nothing left to write. */
    void start() {
        client.register();
        server.register();
    }

    /** Ends; the channels may be registered again. */
    void stop() {
        over = true;
        client.cancel();
        server.cancel();
    }

    /** What a direction has taken from its sender and not yet delivered; once, after the end. */
    ByteBuf leftOver(boolean toServer) {
        return toServer ? client.leftOver() : server.leftOver();
    }

    private void pump(End from, End to) {
        try {
            if (!over && !move(from, to)) {
                owner.enough();
            }
        } catch (IOException _) { // the channel will meet it again, and say so
            owner.enough();
        }
    }

    private void again(End from, End to) {
        from.queued = false;
        pump(from, to);
    }

    /** False at the end of the stream. */
    private boolean move(End from, End to) throws IOException {
        int left = TURN_BYTES;
        while (left > 0) {
            if (from.held > 0) {
                if (!to.writable || !from.deliver(to)) {
                    return true;
                }
            } else if (!from.readable) {
                return true;
            } else if (from.fetch() > 0) {
                left -= from.held;
            } else {
                from.readable = false;
                return !from.ended;
            }
        }
        if (!from.queued) {
            from.queued = true;
            loop.executor().execute(() -> again(from, to));
        }
        return true;
    }

    private final class End implements EpollIoHandle {

        private final EpollSocketChannel channel;
        private @Nullable IoRegistration registration;
        private Pipes.@Nullable Pipe pipe;
        private int held;
        private boolean readable;
        private boolean writable;
        private boolean ended;
        private boolean queued;

        private End(EpollSocketChannel channel) {
            this.channel = channel;
        }

        private void register() {
            Future<IoRegistration> made = ((IoEventLoop) loop.executor()).register(this);
            if (!made.isSuccess()) {
                throw new IllegalStateException("not on its own loop", made.cause());
            }
            registration = made.getNow();
            made.getNow().submit(ALL);
        }

        private void cancel() {
            IoRegistration made = registration;
            registration = null;
            if (made != null) {
                made.cancel();
            }
        }

        private End other() {
            return this == client ? server : client;
        }

        @Override
        public FileDescriptor fd() {
            return channel.fd();
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            if (over) {
                return;
            }
            EpollIoOps ops = ((EpollIoEvent) event).ops();
            if (ops.contains(EpollIoOps.EPOLLERR)) {
                owner.enough();
                return;
            }
            ended |= ops.contains(EpollIoOps.EPOLLRDHUP);
            readable |= ended || ops.contains(EpollIoOps.EPOLLIN);
            writable |= ops.contains(EpollIoOps.EPOLLOUT);
            pump(this, other());
            pump(other(), this);
        }

        /** The loop ends, and no channel can come back to it any more. */
        @Override
        public void close() {
            stop();
            channel.unsafe().closeForcibly();
            other().channel.unsafe().closeForcibly();
        }

        /** Into the pipe, which is empty; how much. */
        private int fetch() throws IOException {
            Pipes.Pipe through = pipe;
            if (through == null) {
                through = pipes.take();
                pipe = through;
            }
            held = Native.splice(fd().intValue(), -1, through.in().intValue(), -1, PIECE_BYTES);
            if (held == 0) {
                giveBack(through);
            }
            return held;
        }

        /** Out of the pipe; false when the other end takes no more for now. */
        private boolean deliver(End to) throws IOException {
            Pipes.Pipe through = pipe();
            int out = Native.splice(through.out().intValue(), -1, to.fd().intValue(), -1, held);
            if (out == 0) {
                to.writable = false;
                return false;
            }
            held -= out;
            owner.moved(this == client, out);
            return true;
        }

        private void giveBack(Pipes.Pipe empty) {
            pipe = null;
            pipes.giveBack(empty);
        }

        private Pipes.Pipe pipe() {
            Pipes.Pipe there = pipe;
            if (there == null) {
                throw new IllegalStateException("bytes without a pipe");
            }
            return there;
        }

        private ByteBuf leftOver() {
            Pipes.Pipe through = pipe;
            if (through == null) {
                return Unpooled.EMPTY_BUFFER;
            }
            ByteBuf bytes = channel.alloc().directBuffer(held);
            pipe = null;
            try {
                while (held > 0) {
                    int at = bytes.writerIndex();
                    int read = through.out().read(bytes.nioBuffer(at, held), 0, held);
                    if (read <= 0) {
                        throw new IOException("it is empty");
                    }
                    bytes.writerIndex(at + read);
                    held -= read;
                }
                pipes.giveBack(through);
            } catch (IOException e) {
                bytes.release();
                through.close();
                throw new IllegalStateException("a pipe lost its bytes", e);
            }
            return bytes;
        }
    }
}
