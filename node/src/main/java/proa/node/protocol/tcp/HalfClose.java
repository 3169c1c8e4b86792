package proa.node.protocol.tcp;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** Ends our direction of a connection, behind what is written. */
public final class HalfClose {

    private HalfClose() {}

    /** In TLS with the words that tell an end from a cut (RFC 8446 §6.1), then with FIN. */
    public static void output(SocketChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(_ -> channel.shutdownOutput());
        }
    }
}
