package proa.node.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Trail;

/**
 * Stands in front of a connection's protocol and tells its {@link Trail} what passes. There only
 * where rules follow connections. In TLS it sees what is encrypted, not how.
 */
public final class Followed extends ChannelDuplexHandler {

    private final Trail trail = new Trail();
    private @Nullable ChannelHandler protocol;

    /** In front of this handler, which it puts behind itself. */
    public Followed(ChannelHandler protocol) {
        this.protocol = protocol;
    }

    /** The trail of a connection, or null when nobody follows it. */
    public static @Nullable Trail trail(Channel channel) {
        Followed followed = channel.pipeline().get(Followed.class);
        return followed == null ? null : followed.trail;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ChannelHandler behind = protocol;
        protocol = null;
        if (behind != null) {
            context.pipeline().addAfter(context.name(), null, behind);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            trail.received(bytes.readableBytes());
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            trail.sent(bytes.readableBytes());
        }
        context.write(message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        trail.closed();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        trail.closed();
    }
}
