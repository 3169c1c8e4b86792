package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkCodec;
import proa.config.link.LinkMessage;
import proa.vip.linux.RealTime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * One connection of a local process to {@code vipd.sock}. One thread reads and tells what arrives,
 * one writes, so that a stopped node never blocks the loop. {@link #send} and {@link #close} may be
 * called by any thread.
 */
final class NodeLink {

    /** Told on the reading thread, in order. */
    interface Listener {
        void said(NodeLink link, LinkMessage.FromNode message);

        /** The connection has ended; the last thing that is told. */
        void ended(NodeLink link);
    }

    /** A node that does not read what it is told is cut off, to be told all when it is back. */
    private static final int QUEUE_MAX = 256;

    /** Answers to somebody who asks on and does not read; each is a whole status. */
    private static final int LOOKER_QUEUE_MAX = 4;

    private static final int READ_BYTES = 4_096;

    /** Between two reads of somebody who may only look, each of at most {@link #READ_BYTES}. */
    static final long LOOKER_REST_NANOS = 5_000_000;

    private final SocketChannel channel;
    private final UserPrincipal user;
    private final boolean mayOrder;
    private final Listener listener;
    private final LinkCodec codec;
    private final BlockingQueue<byte[]> queue;

    /**
     * @param user whose process is at the other end, as the kernel says
     * @param mayOrder whether it may be the node and give orders; else it may look
     */
    NodeLink(SocketChannel channel, UserPrincipal user, boolean mayOrder, Listener listener) {
        this.channel = channel;
        this.user = user;
        this.mayOrder = mayOrder;
        this.listener = listener;
        codec = mayOrder ? new LinkCodec() : LinkCodec.ofLooker();
        queue = new ArrayBlockingQueue<>(mayOrder ? QUEUE_MAX : LOOKER_QUEUE_MAX);
    }

    /** Begins to read and write on threads of its own. */
    void start() {
        // Who reads tells of the end: without a thread for one of both there is none to be told.
        Thread.ofPlatform().daemon().name("node-write").start(this::write);
        Thread.ofPlatform().daemon().name("node-read").start(this::read);
    }

    /** Whose process is at the other end. */
    UserPrincipal user() {
        return user;
    }

    /** Whether that user may be the node and give orders. */
    boolean mayOrder() {
        return mayOrder;
    }

    void send(LinkMessage.FromVipd message) {
        if (!queue.offer(LinkCodec.encode(message))) {
            close();
        }
    }

    /** Who may only look is no news of a death: a flood of his waits for everybody else. */
    private void join() {
        if (mayOrder) {
            RealTime.join();
        }
    }

    private void read() {
        ByteBuffer arrived = ByteBuffer.allocate(READ_BYTES);
        try {
            boolean first = true;
            while (channel.read(arrived) >= 0) {
                codec.feed(arrived.flip());
                arrived.clear();
                tell(codec.next());
                if (first) {
                    join();
                    first = false;
                }
                rest();
            }
        } catch (IOException | IllegalArgumentException _) {
            // The same as the end: this process is gone or none of ours.
        } finally {
            listener.ended(this);
            close();
        }
    }

    /** What a looker sends is read slowly, even what this version knows nothing of and skips. */
    private void rest() {
        if (!mayOrder) {
            LockSupport.parkNanos(LOOKER_REST_NANOS);
        }
    }

    private void tell(@Nullable LinkMessage first) {
        LinkMessage message = first;
        while (message != null) {
            if (message instanceof LinkMessage.FromNode fromNode) {
                listener.said(this, fromNode);
            }
            message = codec.next();
        }
    }

    private void write() {
        try {
            byte[] frame = queue.take();
            boolean first = true;
            while (frame.length > 0) {
                ByteBuffer bytes = ByteBuffer.wrap(frame);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (first) {
                    join();
                    first = false;
                }
                frame = queue.take();
            }
        } catch (IOException _) {
            close();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        queue.clear();
        boolean _ = queue.offer(new byte[0]);
        try {
            channel.close();
        } catch (IOException _) {
            // It is of no use any more either way.
        }
    }
}
