package proa.node.protocol.tcp;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;

import proa.node.listener.LastRead;

/** Ends a connection so that the other side cannot take it for a proper end. */
public final class Resets {

    private Resets() {}

    /** Closes with RST instead of FIN. */
    public static void reset(SocketChannel channel) {
        try {
            channel.config().setSoLinger(0);
        } catch (ChannelException _) {
            // It was closed already: then so be it.
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first != null && first.handler() instanceof LastRead reading) {
            reading.passed();
        }
        if (first == null) {
            channel.close();
        } else {
            first.close(); // past a TLS layer, which would say that this is the end
        }
    }
}
