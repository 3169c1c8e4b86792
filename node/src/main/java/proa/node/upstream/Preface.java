package proa.node.upstream;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;

/**
 * The first bytes on a connection to a server, such as a PROXY header: before a TLS handshake too,
 * and again on each connection that is tried.
 */
public final class Preface extends ChannelInboundHandlerAdapter {

    private final byte[] bytes;

    private Preface(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A connection that is about to be made begins with these bytes; none: as usual. */
    public static void on(SocketChannel channel, byte[] bytes) {
        if (bytes.length > 0) {
            channel.pipeline().addFirst(new Preface(bytes));
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.write(Unpooled.wrappedBuffer(bytes), context.voidPromise());
        context.pipeline().remove(this);
        context.fireChannelActive();
        context.flush(); // nothing, where the next had something to say
    }
}
