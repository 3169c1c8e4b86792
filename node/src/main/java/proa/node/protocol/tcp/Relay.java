package proa.node.protocol.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.listener.Cut;
import proa.node.listener.Loop;
import proa.node.listener.Protocol.Drain;
import proa.node.record.Ending;
import proa.node.record.TrafficRecord;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * Two connections on one event loop whose bytes go to each other until both directions have ended.
 *
 * <p>Reading stops while the other side cannot take more, so that at most one watermark of bytes
 * waits for each direction. The end of one direction is passed on alone (half-closed TCP works).
 * Silence in both directions for the timeout ends both; so does a reset, or TLS that ends without a
 * farewell, which are passed on as a reset, behind what had come before.
 */
public final class Relay {

    /** Who acknowledges nothing for so long is reset without the rest. */
    private static final long REST_NANOS_MAX = Duration.ofSeconds(30).toNanos();

    /** How often to look whether the rest has arrived. */
    private static final long LOOK_NANOS = 50_000_000;

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
        client.config().setAutoClose(false); // what has come is read although nothing can be sent
        server.config().setAutoClose(false);
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

    /** The client was cut before it was joined. */
    void clientCut() {
        client.cut();
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
        private boolean outputLost;

        /** It ends with a reset, whatever else is said. */
        private boolean resets;

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
            } else if (event == ChannelOutputShutdownEvent.INSTANCE && !outputEnded) {
                loseOutput();
            } else if (event == Cut.EVENT && !inputEnded) {
                cut();
            } else if (event == Drain.EVENT) {
                context.fireUserEventTriggered(event);
            }
        }

        /** Whoever has been told the end already gets what is on its way to it. */
        private void cut() {
            inputEnded = true; // which is said next
            if (!outputEnded) {
                left();
            }
            other(this).resetAfterWrites();
        }

        /**
         * It takes nothing more. A server that answers before it has read everything, and closes,
         * resets the connection right behind its answer: that is still to be read, and then the
         * end.
         */
        private void loseOutput() {
            if (outputLost) {
                return;
            }
            outputLost = true;
            Side from = other(this);
            if (inputEnded || from.outputLost) {
                channel.close(); // nothing passes either way
            } else {
                copyAgain();
                channel.config().setAllowHalfClosure(false); // which is no proper end
                from.channel.config().setAutoRead(false);
                channel.config().setAutoRead(from.channel.isWritable());
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
                        if (!outputLost) {
                            outputEnded = channel.isActive();
                            HalfClose.output(channel);
                        }
                    });
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (inputEnded || outputEnded && !outputLost) {
                other(this).closeAfterWrites();
            } else {
                left();
                other(this).resetAfterWrites();
            }
            closed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof ChannelOutputShutdownException) {
                loseOutput();
            } else if (!outputLost || !(cause instanceof ClosedChannelException)) {
                left();
                if (cause instanceof IOException) {
                    other(this).resetAfterWrites();
                } else {
                    other(this).reset();
                }
                reset();
            }
        }

        private void closeAfterWrites() {
            copyAgain();
            if (channel.isOpen() && !resets) {
                Written.then(channel, channel::close);
            }
        }

        /** Once all that is on its way there has arrived: a reset discards it. */
        private void resetAfterWrites() {
            copyAgain();
            if (channel.isOpen() && !resets) {
                resets = true;
                timeoutNanos = Math.min(halfClosedNanos, REST_NANOS_MAX);
                alive();
                Written.then(channel, () -> resetWithoutRest(Long.MAX_VALUE));
            }
        }

        private void resetWithoutRest(long before) {
            long rest = Written.rest(channel);
            if (rest == 0) {
                reset();
                return;
            }
            if (rest < before) {
                alive();
            }
            loop.deadlines()
                    .set(
                            new Deadlines.Entry(_ -> resetWithoutRest(rest)),
                            loop.nowNanos() + LOOK_NANOS);
        }

        private void reset() {
            copyAgain();
            if (channel.isOpen()) {
                Resets.reset(channel);
            }
        }
    }
}
