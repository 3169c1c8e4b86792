package proa.node.protocol.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** Does something once the kernel has taken what is written to a connection. */
final class Written {

    private Written() {}

    /** At once when nothing waits; also when nothing more can be written. On the event loop. */
    static void then(SocketChannel channel, Runnable next) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        boolean nothing = waiting == null || waiting.totalPendingWriteBytes() == 0;
        if (nothing && channel.pipeline().get(SslHandler.class) == null) {
            next.run();
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> next.run());
        }
    }
}
