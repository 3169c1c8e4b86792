package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.listener.Cut;
import proa.node.listener.Loop;
import proa.node.message.Body;
import proa.node.message.ResponseHead;
import proa.node.protocol.tcp.HalfClose;
import proa.node.protocol.tcp.Resets;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A client's connection of HTTP/1.1 that has become a tunnel through a stream of HTTP/2 (RFC 8441):
 * bytes both ways until both directions have ended. A reset, or silence both ways, ends both at
 * once. On one event loop.
 */
final class StreamTunnel extends ChannelInboundHandlerAdapter implements Downstream {

    /**
     * What a client sends that does not know yet that its server is gone is thrown away so long.
     */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Loop loop;
    private final SocketChannel channel;
    private final ServerConnection server;
    private final long silenceNanos;
    private final Runnable ended;
    private final Deadlines.Entry silence = new Deadlines.Entry(_ -> silent());
    private boolean clientEnded;
    private boolean serverEnded;

    /** It has ended its side, and hears nothing any more. */
    private boolean serverGone;

    private boolean over;

    private StreamTunnel(
            Loop loop,
            SocketChannel channel,
            ServerConnection server,
            Duration silence,
            Runnable ended) {
        this.loop = loop;
        this.channel = channel;
        this.server = server;
        this.silenceNanos = silence.toNanos();
        this.ended = ended;
    }

    /**
     * Joins a client, from whose channel the HTTP handler is gone, with a stream.
     *
     * @param early bytes behind the request, or null
     * @param ended called once when the client's connection is closed
     */
    static void open(
            Loop loop,
            SocketChannel channel,
            @Nullable ByteBuf early,
            ServerConnection server,
            Duration silence,
            Runnable ended) {
        StreamTunnel tunnel = new StreamTunnel(loop, channel, server, silence, ended);
        server.tunnel(tunnel);
        channel.pipeline().addLast(tunnel);
        tunnel.alive();
        if (early != null) {
            server.write(early);
            server.flush();
        }
        channel.config().setAutoRead(server.isWritable());
        if (!channel.isActive()) {
            tunnel.end();
        } else if (channel.isInputShutdown()) { // which was told before there was a tunnel
            tunnel.inputEnded();
        }
    }

    private void silent() {
        if (serverGone) {
            channel.close();
        } else {
            reset();
        }
    }

    private void alive() {
        loop.progress();
        loop.deadlines().set(silence, loop.nowNanos() + silenceNanos);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (serverGone) {
            ReferenceCountUtil.release(message);
            return;
        }
        alive();
        server.write((ByteBuf) message);
        if (!server.isWritable()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!serverGone) {
            server.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && !serverGone) {
            alive();
            server.resumeReading();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else if (event == Cut.EVENT && !clientEnded) {
            clientEnded = true; // which is said next
            reset();
        }
    }

    private void inputEnded() {
        if (!clientEnded) {
            clientEnded = true;
            if (!serverGone) {
                server.endOutput();
            }
            closeIfDone();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        reset();
    }

    /** A client that was gone when the tunnel began is told of once more. */
    private void end() {
        if (over) {
            return;
        }
        over = true;
        loop.deadlines().remove(silence);
        server.release(false, 0, 0);
        ended.run();
    }

    private void reset() {
        Resets.reset(channel);
    }

    private void closeIfDone() {
        if (clientEnded && serverEnded) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void serverWritable() {
        channel.config().setAutoRead(true);
    }

    @Override
    public void passBody(ByteBuf bytes) {
        alive();
        channel.write(bytes, channel.voidPromise());
        if (!channel.isWritable()) {
            server.pauseReading();
        }
    }

    @Override
    public void flush() {
        channel.flush();
    }

    /** What a slow client has not taken yet still reaches it; a reset would take that away. */
    private void lingers() {
        serverGone = true;
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        _ -> {
                            if (!over) {
                                loop.deadlines().set(silence, loop.nowNanos() + LINGER_NANOS);
                            }
                        });
    }

    /** The server has ended its direction, or is gone. */
    @Override
    public void on(Event event) {
        if (event == Signal.RESPONSE_ENDED) {
            serverEnded = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> HalfClose.output(channel));
            closeIfDone();
        } else if (event == Signal.SERVER_CLOSED) {
            lingers();
        } else {
            reset();
        }
    }

    /** There is one answer, and it has come. */
    @Override
    public void answered(ResponseHead head, Body framing, ByteBuf bytes, int part) {
        reset();
    }

    /** The request is over. */
    @Override
    public String requestId() {
        return "";
    }

    @Override
    public void connect(@Nullable Event atOnce) {
        throw new IllegalStateException("a tunnel has its server");
    }

    @Override
    public void serverConnected(boolean reused) {
        throw new IllegalStateException("a tunnel has its server");
    }

    @Override
    public void serverFailed() {
        throw new IllegalStateException("a tunnel has its server");
    }
}
