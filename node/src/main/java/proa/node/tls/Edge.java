package proa.node.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;

import proa.node.listener.Cut;

import java.nio.channels.ClosedChannelException;

/**
 * Stands between the TLS layer and the handler of a protocol, which it brings in when the handshake
 * is done, and says the ends of TLS as the ends of TCP that the handler knows.
 *
 * <p>After the other side's {@code close_notify} nothing can be written: our TLS layer then closes
 * its own direction too (RFC 5246 §7.2.1). Where half-closing matters the handler hears the end of
 * input, so that what has come is still passed on, and the connection ends with the next write.
 */
abstract class Edge extends ChannelInboundHandlerAdapter {

    final SocketChannel channel;

    /** Whether the handshake is done and the protocol's handler is there. */
    private boolean passing;

    private boolean inputEnded;

    Edge(SocketChannel channel) {
        this.channel = channel;
    }

    /** The handshake has ended, well or not. */
    abstract void shaken(ChannelHandlerContext context, SslHandshakeCompletionEvent event);

    /** Brings in the protocol's handler. */
    final void pass(ChannelHandlerContext context, ChannelHandler handler) {
        passing = true;
        channel.pipeline().addLast(handler);
        context.fireChannelActive();
    }

    final boolean passing() {
        return passing;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (passing) {
            context.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent shaken -> shaken(context, shaken);
            case SslCloseCompletionEvent closed -> closed(context, closed);
            case ChannelInputShutdownEvent _ -> tcpEnded(context);
            default -> context.fireUserEventTriggered(event);
        }
    }

    private void closed(ChannelHandlerContext context, SslCloseCompletionEvent event) {
        boolean halves = channel.config().isAllowHalfClosure();
        if (!event.isSuccess()) {
            // The connection ends without a word: what has come may not be all.
            if (!halves && passing) {
                context.fireExceptionCaught(event.cause());
            }
        } else if (halves && passing && channel.isActive()) {
            context.pipeline().addAfter(context.name(), null, new NobodyReads());
            inputEnded(context);
        } else {
            context.close();
        }
    }

    /** The end of TCP comes behind that of TLS, or instead of it. */
    private void tcpEnded(ChannelHandlerContext context) {
        if (passing && !inputEnded) {
            context.fireUserEventTriggered(Cut.EVENT);
        }
        inputEnded(context);
    }

    private void inputEnded(ChannelHandlerContext context) {
        if (passing && !inputEnded) {
            inputEnded = true;
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** The other side has said goodbye: the first bytes for it end the connection. */
    private static final class NobodyReads extends ChannelOutboundHandlerAdapter {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean nothing = message instanceof ByteBuf bytes && !bytes.isReadable();
            ReferenceCountUtil.release(message);
            if (nothing) {
                promise.trySuccess();
                return;
            }
            promise.tryFailure(new ClosedChannelException());
            context.close();
        }
    }
}
