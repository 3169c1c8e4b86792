package proa.vip.loop;

import jdk.net.ExtendedSocketOptions;

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

    private static final int READ_BYTES = 4_096;

    private final SocketChannel channel;
    private final Listener listener;
    private final LinkCodec codec = new LinkCodec();
    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private volatile @Nullable UserPrincipal user;

    NodeLink(SocketChannel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /** Begins to read and write on threads of its own. */
    void start() {
        Thread.ofPlatform().daemon().name("node-read").start(this::read);
        Thread.ofPlatform().daemon().name("node-write").start(this::write);
    }

    /** Whose process is at the other end, as the kernel says; null: it did not. */
    @Nullable UserPrincipal user() {
        return user;
    }

    void send(LinkMessage.FromVipd message) {
        if (!queue.offer(LinkCodec.encode(message))) {
            close();
        }
    }

    private void read() {
        RealTime.join();
        ByteBuffer arrived = ByteBuffer.allocate(READ_BYTES);
        try {
            user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            while (channel.read(arrived) >= 0) {
                codec.feed(arrived.flip());
                arrived.clear();
                tell(codec.next());
            }
        } catch (IOException | IllegalArgumentException _) {
            // The same as the end: this process is gone or none of ours.
        } finally {
            listener.ended(this);
            close();
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
        RealTime.join();
        try {
            byte[] frame = queue.take();
            while (frame.length > 0) {
                ByteBuffer bytes = ByteBuffer.wrap(frame);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
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
