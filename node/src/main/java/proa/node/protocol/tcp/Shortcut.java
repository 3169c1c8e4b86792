package proa.node.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Trail;
import proa.node.listener.Followed;
import proa.node.listener.Loop;

/**
 * Takes two joined connections from their copying handlers once they are seen to carry a long
 * stream, and gives them back when it ends.
 *
 * <pre>
 * COPIED ── many bytes, nothing left to write ──▶ LEAVING ── both are off the loop ──▶ SPLICED
 *    ▲                                               │                                    │
 *    └── not empty yet: after as many again          └──── end of a direction, error ─────┴──▶ BACK
 * </pre>
 *
 * <p>Once back they stay: what follows the end of one direction is short as a rule. One thread.
 */
final class Shortcut implements Splice.Owner {

    /** Short exchanges are cheaper copied; a stream that has come so far is a long one. */
    static final long AFTER_BYTES = 256 << 10;

    /** Told of bytes that nobody saw. */
    @FunctionalInterface
    interface Passed {
        void bytes(boolean toServer, int count);
    }

    private enum Way {
        COPIED,
        LEAVING,
        SPLICED,
        BACK
    }

    private final SocketChannel client;
    private final SocketChannel server;
    private final Passed passed;
    private final Splice splice;
    private final @Nullable Trail trail;
    private Way way = Way.COPIED;
    private long copied;
    private boolean flushing;
    private int left;

    private Shortcut(Loop loop, SocketChannel client, SocketChannel server, Passed passed) {
        this.client = client;
        this.server = server;
        this.passed = passed;
        this.splice = new Splice(loop, client, server, this);
        this.trail = Followed.trail(client);
    }

    /** Null where the kernel cannot do it, as in TLS. */
    static @Nullable Shortcut between(
            Loop loop, SocketChannel client, SocketChannel server, Passed passed) {
        return Splice.isPossible(client) && Splice.isPossible(server)
                ? new Shortcut(loop, client, server, passed)
                : null;
    }

    /** So many bytes have been copied. */
    void copied(int bytes) {
        copied += bytes;
    }

    /** What was copied from one to the other has been flushed. */
    void look(SocketChannel from, SocketChannel to) {
        if (way != Way.COPIED || copied < AFTER_BYTES || flushing) {
            return;
        }
        if (isEmpty(to)) {
            leaveIfEmpty();
        } else {
            // Only this direction waits; the receiver may want to be read before it reads more.
            flushing = true;
            from.config().setAutoRead(false);
            to.writeAndFlush(to.alloc().buffer(0, 0)).addListener(_ -> flushed(from));
        }
    }

    private void flushed(SocketChannel from) {
        flushing = false;
        if (way == Way.COPIED) {
            leaveIfEmpty();
        }
        if (way == Way.COPIED || way == Way.BACK) {
            from.config().setAutoRead(true);
        }
    }

    private void leaveIfEmpty() {
        copied = 0;
        if (isEmpty(client) && isEmpty(server)) {
            way = Way.LEAVING;
            client.config().setAutoRead(false);
            server.config().setAutoRead(false);
            client.deregister().addListener(_ -> hasLeft());
            server.deregister().addListener(_ -> hasLeft());
        }
    }

    private void hasLeft() {
        left++;
        if (left < 2) {
            return;
        }
        if (way == Way.LEAVING && isEmpty(client) && isEmpty(server)) {
            way = Way.SPLICED;
            splice.start();
        } else {
            way = Way.BACK; // an end, or an end's last bytes, came in between
            register();
        }
    }

    /** Nothing is left to be written, and it is open. */
    private static boolean isEmpty(Channel channel) {
        ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
        return output != null && output.totalPendingWriteBytes() == 0;
    }

    /** The channels are copied between from now on, as they were. */
    void end() {
        boolean spliced = way == Way.SPLICED;
        boolean leaving = way == Way.LEAVING;
        way = Way.BACK;
        if (spliced) {
            splice.stop();
            ByteBuf toServer = splice.leftOver(true);
            ByteBuf toClient = splice.leftOver(false);
            if (trail != null) {
                trail.received(toServer.readableBytes());
            }
            passed.bytes(true, toServer.readableBytes());
            passed.bytes(false, toClient.readableBytes());
            register();
            server.writeAndFlush(toServer, server.voidPromise());
            client.writeAndFlush(toClient, client.voidPromise());
        } else if (leaving) {
            register();
        }
    }

    private void register() {
        register(client, server);
        register(server, client);
    }

    private void register(SocketChannel channel, SocketChannel to) {
        if (channel.isOpen() && !channel.isRegistered()) {
            channel.eventLoop().register(channel);
            channel.flush(); // that it waits for room is forgotten with the registration
        }
        channel.config().setAutoRead(to.isWritable());
    }

    @Override
    public void moved(boolean toServer, int bytes) {
        passed.bytes(toServer, bytes);
        if (trail != null) {
            if (toServer) {
                trail.received(bytes);
            } else {
                trail.sent(bytes);
            }
        }
    }

    @Override
    public void enough() {
        end();
    }
}
