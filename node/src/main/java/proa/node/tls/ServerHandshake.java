package proa.node.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server until its handshake is done; the protocol's handler then finds it
 * connected. There is no timeout but the caller's: closing the channel.
 */
final class ServerHandshake extends Edge {

    private static final Logger LOG = LoggerFactory.getLogger(ServerHandshake.class);

    private final ChannelHandler handler;
    private final Runnable failed;
    private boolean over;

    /**
     * A connection that was just made.
     *
     * @param handler of the protocol
     * @param failed called instead of it when there is no secure connection
     */
    ServerHandshake(SocketChannel channel, ChannelHandler handler, Runnable failed) {
        super(channel);
        this.handler = handler;
        this.failed = failed;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        // Connected is what the handshake says.
    }

    @Override
    void shaken(ChannelHandlerContext context, SslHandshakeCompletionEvent event) {
        if (event.isSuccess()) {
            over = true;
            pass(context, handler);
        } else {
            LOG.debug("server {}: {}", channel.remoteAddress(), String.valueOf(event.cause()));
            fail();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (passing()) {
            context.fireExceptionCaught(cause);
        } else {
            fail();
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail();
        context.fireChannelInactive();
    }

    private void fail() {
        if (!over) {
            over = true;
            failed.run();
        }
    }
}
