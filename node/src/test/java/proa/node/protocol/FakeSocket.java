package proa.node.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DefaultSocketChannelConfig;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.listener.Loop;
import proa.node.listener.Transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A client's connection without a network and with a clock of its own. Its client takes what is
 * written unless told to stop.
 */
public final class FakeSocket extends EmbeddedChannel implements SocketChannel {

    private final MockTicker ticker;
    private final Loop loop;
    private @Nullable SocketChannelConfig config;
    private boolean taking = true;
    private int room;
    private boolean inputEnded;
    private boolean outputEnded;

    /** Connections to servers, if any, begin with sockets from there. */
    public FakeSocket(Supplier<SocketChannel> sockets) {
        this(Ticker.newMockTicker(), sockets);
    }

    private FakeSocket(MockTicker ticker, Supplier<SocketChannel> sockets) {
        super(EmbeddedChannel.builder().ticker(ticker));
        this.ticker = ticker;
        this.loop = new Loop(eventLoop(), Transport.NIO, sockets);
    }

    public Loop loop() {
        return loop;
    }

    /** The connection is accepted. */
    public void begin(ChannelHandler handler) {
        pipeline().addLast(handler);
        pipeline().fireChannelActive();
    }

    /** Time passes. */
    public void pass(Duration time) {
        long left = time.toNanos();
        while (left > 0) {
            long step = Math.min(left, Deadlines.TICK_NANOS);
            ticker.advance(step, TimeUnit.NANOSECONDS);
            left -= step;
            loop.tick();
            runPendingTasks();
        }
    }

    /** Time passes in which the loop does nothing. */
    public void stalls(Duration time) {
        ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.tick();
        runPendingTasks();
    }

    /** The client sends bytes. */
    public void sends(String latin) {
        writeInbound(Unpooled.copiedBuffer(Wire.bytes(latin)));
    }

    /** The client ends its direction. */
    public void halfCloses() {
        inputEnded = true;
        pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }

    /**
     * It is closed as when its end is read; that is told only after what comes in the same turn.
     */
    public void closesAnd(Runnable then) {
        pipeline()
                .addFirst(
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object end) {
                                unsafe().close(voidPromise());
                                then.run();
                            }
                        });
        writeInbound(Unpooled.EMPTY_BUFFER);
    }

    /** Whether the client takes what is written. */
    public void takes(boolean now) {
        taking = now;
        if (now) {
            flush();
            runPendingTasks();
        }
    }

    /** The client takes so many of the bytes that wait, which nobody sees. */
    public void takesSome(int bytes) {
        ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
        if (waiting != null) {
            waiting.removeBytes(bytes);
        }
    }

    /** So many of the next bytes have room although the client takes nothing; nobody sees them. */
    public void hasRoom(int bytes) {
        room = bytes;
    }

    /** What the client has got since the last time. */
    public String got() {
        StringBuilder got = new StringBuilder();
        for (ByteBuf bytes = readOutbound(); bytes != null; bytes = readOutbound()) {
            got.append(Wire.latin(io.netty.buffer.ByteBufUtil.getBytes(bytes)));
            bytes.release();
        }
        return got.toString();
    }

    /** Bytes that wait for the client. */
    public long waiting() {
        ChannelOutboundBuffer waiting = unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer in) throws Exception {
        if (taking) {
            super.doWrite(in);
        } else if (room > 0) {
            in.removeBytes(room);
            room = 0;
        }
    }

    @Override
    public @Nullable ServerSocketChannel parent() {
        return null;
    }

    @Override
    public SocketChannelConfig config() {
        SocketChannelConfig made = config;
        if (made == null) {
            made = new DefaultSocketChannelConfig(this, new Socket());
            config = made;
        }
        return made;
    }

    @Override
    public InetSocketAddress localAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    }

    @Override
    public boolean isInputShutdown() {
        return inputEnded;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputEnded;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        outputEnded = true;
        return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdownOutput();
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        return shutdownOutput(promise);
    }
}
