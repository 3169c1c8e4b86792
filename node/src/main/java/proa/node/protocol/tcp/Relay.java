package proa.node.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.listener.Cut;
import proa.node.listener.Loop;
import proa.node.listener.Protocol.Drain;
import proa.node.record.Ending;
import proa.node.record.TrafficRecord;

import java.time.Duration;

/**
 * Two connections on one event loop whose bytes go to each other until both directions have ended.
 *
 * <p>Reading stops while the other side cannot take more, so that at most one watermark of bytes
 * waits for each direction. The end of one direction is passed on alone (half-closed TCP works).
 * Silence in both directions for the timeout ends both; so does a reset, or TLS that ends without a
 * farewell, which are passed on as a reset.
 */
public final class Relay {

    private final Loop loop;
    private final long halfClosedNanos;
    private final Runnable ended;
    private final Side client;
    private final Side server;
    private final Deadlines.Entry silence = new Deadlines.Entry(_ -> silent());
    private @Nullable Shortcut shortcut;
    private long timeoutNanos;
    private boolean over;
    private @Nullable TrafficRecord record;

    private Relay(
            Loop loop,
            SocketChannel client,
            SocketChannel server,
            Duration timeout,
            Duration halfClosed,
            Runnable ended) {
        this.loop = loop;
        this.timeoutNanos = timeout.toNanos();
        this.halfClosedNanos = halfClosed.toNanos();
        this.ended = ended;
        this.client = new Side(client);
        this.server = new Side(server);
    }

    /**
     * Joins two connections; the caller then removes its own handlers and starts reading.
     *
     * @param timeout silence in both directions that ends both
     * @param ended called once on the loop when both connections are closed
     */
    public static Relay join(
            Loop loop,
            SocketChannel client,
            SocketChannel server,
            Duration timeout,
            Runnable ended) {
        return join(loop, client, server, timeout, timeout, ended);
    }

    /** Like the other; with the time for silence once one side has ended its direction. */
    static Relay join(
            Loop loop,
            SocketChannel client,
            SocketChannel server,
            Duration timeout,
            Duration halfClosed,
            Runnable ended) {
        Relay relay = new Relay(loop, client, server, timeout, halfClosed, ended);
        client.config().setAllowHalfClosure(true);
        server.config().setAllowHalfClosure(true);
        client.pipeline().addLast(relay.client);
        server.pipeline().addLast(relay.server);
        relay.alive();
        if (!client.isActive() || !server.isActive()) {
            relay.reset();
        }
        return relay;
    }

    /** Long streams pass inside the kernel from now on, where it can do that. */
    void splice() {
        shortcut = Shortcut.between(loop, client.channel, server.channel, this::passed);
    }

    /** What is known of the connection is told how many bytes pass, and how it ends. */
    void tell(TrafficRecord told) {
        record = told;
        if (over) {
            told.ended();
        }
    }

    private void passed(boolean toServer, int bytes) {
        alive();
        TrafficRecord told = record;
        if (told != null && toServer) {
            told.received(bytes);
        } else if (told != null) {
            told.sent(bytes);
        }
    }

    private void endsAs(Ending how) {
        TrafficRecord told = record;
        if (told != null) {
            told.endsAs(how);
        }
    }

    private void silent() {
        endsAs(Ending.CLIENT_SLOW_DATA);
        reset();
    }

    /** The client ended its direction before it was joined. */
    public void clientEnded() {
        client.inputEnded();
    }

    /** Before anything is done to a channel but reading and writing. */
    private void copyAgain() {
        if (shortcut != null) {
            shortcut.end();
        }
    }

    private Side other(Side side) {
        return side == client ? server : client;
    }

    private void alive() {
        loop.progress();
        loop.deadlines().set(silence, loop.nowNanos() + timeoutNanos);
    }

    private void reset() {
        copyAgain();
        client.reset();
        server.reset();
    }

    private void closed() {
        if (!over && !client.channel.isOpen() && !server.channel.isOpen()) {
            over = true;
            loop.deadlines().remove(silence);
            ended.run();
            TrafficRecord told = record;
            if (told != null) {
                told.ended();
            }
        }
    }

    private final class Side extends ChannelDuplexHandler {

        private final SocketChannel channel;
        private boolean inputEnded;
        private boolean outputEnded;

        private Side(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            SocketChannel to = other(this).channel;
            if (shortcut != null) {
                shortcut.copied(((ByteBuf) bytes).readableBytes());
            }
            passed(this == client, ((ByteBuf) bytes).readableBytes());
            to.write(bytes, to.voidPromise());
            if (!to.isWritable()) {
                channel.config().setAutoRead(false);
            }
        }

        private void left() {
            endsAs(this == client ? Ending.CLIENT_LEFT_DATA : Ending.SERVER_LEFT_DATA);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            SocketChannel to = other(this).channel;
            to.flush();
            if (shortcut != null) {
                shortcut.look(channel, to);
            }
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            copyAgain();
            context.close(promise);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (channel.isWritable()) {
                alive();
                other(this).channel.config().setAutoRead(true);
            } else {
                channel.flush();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                inputEnded();
            } else if (event == Cut.EVENT && !inputEnded) {
                inputEnded = true; // which is said next
                cut();
            } else if (event == Drain.EVENT) {
                context.fireUserEventTriggered(event);
            }
        }

        /** Whoever has been told the end already gets what is on its way to it. */
        private void cut() {
            if (outputEnded) {
                other(this).reset();
            } else {
                left();
                Relay.this.reset();
            }
        }

        private void inputEnded() {
            if (!inputEnded) {
                inputEnded = true;
                copyAgain();
                timeoutNanos = halfClosedNanos;
                alive();
                if (other(this).inputEnded) {
                    client.closeAfterWrites();
                    server.closeAfterWrites();
                } else {
                    other(this).endOutput();
                }
            }
        }

        private void endOutput() {
            Written.then(
                    channel,
                    () -> {
                        outputEnded = channel.isActive();
                        HalfClose.output(channel);
                    });
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (inputEnded || outputEnded) {
                other(this).closeAfterWrites();
            } else {
                left();
                other(this).reset();
            }
            closed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            left();
            reset();
            other(this).reset();
        }

        private void closeAfterWrites() {
            copyAgain();
            if (channel.isOpen()) {
                Written.then(channel, channel::close);
            }
        }

        private void reset() {
            copyAgain();
            if (channel.isOpen()) {
                Resets.reset(channel);
            }
        }
    }
}
