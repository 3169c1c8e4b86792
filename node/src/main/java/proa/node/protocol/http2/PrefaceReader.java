package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.listener.Protocol.Drain;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.Inbox;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Reads the first bytes of a client's connection: those of HTTP/2 (RFC 9113 §3.4) are taken away,
 * with any others it makes place for HTTP/1.1. On one event loop.
 */
final class PrefaceReader extends ChannelInboundHandlerAdapter {

    static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** How long a client may still begin to speak when the listener drains. */
    private static final long DRAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final HttpLoop shared;
    private final SocketChannel channel;
    private final Supplier<ChannelHandler> second;
    private final @Nullable Supplier<ChannelHandler> other;
    private final Inbox inbox = new Inbox();
    private final long limitNanos;
    private final Deadlines.Entry deadline;
    private boolean draining;

    /**
     * Makes place for one of two.
     *
     * @param second what reads frames
     * @param other what comes instead when the first bytes are others; null: the end
     * @param limitNanos how long the first bytes may take
     */
    PrefaceReader(
            HttpLoop shared,
            SocketChannel channel,
            Supplier<ChannelHandler> second,
            @Nullable Supplier<ChannelHandler> other,
            long limitNanos) {
        this.shared = shared;
        this.channel = channel;
        this.second = second;
        this.other = other;
        this.limitNanos = limitNanos;
        this.deadline = new Deadlines.Entry(_ -> channel.close());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        shared.loop().deadlines().set(deadline, shared.loop().nowNanos() + limitNanos);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        shared.loop().progress();
        inbox.add(channel.alloc(), (ByteBuf) message);
        ByteBuf bytes = inbox.bytes();
        if (bytes == null) {
            return;
        }
        int count = Math.min(bytes.readableBytes(), PREFACE.length);
        for (int at = 0; at < count; at++) {
            if (bytes.getByte(bytes.readerIndex() + at) != PREFACE[at]) {
                unlike(context);
                return;
            }
        }
        if (count == PREFACE.length) {
            bytes.skipBytes(count);
            pass(context, second.get());
        }
    }

    private void unlike(ChannelHandlerContext context) {
        if (other == null) {
            channel.close();
        } else {
            pass(context, other.get());
        }
    }

    private void pass(ChannelHandlerContext context, ChannelHandler next) {
        context.pipeline().addLast(next);
        context.fireChannelActive();
        if (draining) {
            context.fireUserEventTriggered(Drain.EVENT);
        }
        ByteBuf bytes = inbox.takeAll();
        if (bytes != null && bytes.isReadable()) {
            context.fireChannelRead(bytes);
            context.fireChannelReadComplete();
        } else if (bytes != null) {
            bytes.release();
        }
        context.pipeline().remove(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.EVENT) {
            drain();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            channel.close();
        }
    }

    /** It may be told again and again; the time runs from the first. */
    private void drain() {
        if (!draining) {
            draining = true;
            shared.loop().deadlines().set(deadline, shared.loop().nowNanos() + DRAIN_NANOS);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        shared.loop().deadlines().remove(deadline);
        inbox.drop();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }
}
