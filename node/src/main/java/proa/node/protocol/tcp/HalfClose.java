package proa.node.protocol.tcp;

import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;

import java.io.IOException;
import java.nio.channels.NotYetConnectedException;

/** Ends our direction of a connection, behind what is written. */
public final class HalfClose {

    private HalfClose() {}

    /**
     * In TLS with the words that tell an end from a cut (RFC 8446 §6.1), then with FIN. Without TLS
     * the channel then closes by itself when the other end ends its direction, too, instead of
     * saying that its input has ended.
     */
    public static void output(SocketChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdown(channel);
            // To shut the input of a socket that is closed both ways is an error, with its stack.
            channel.config().setAllowHalfClosure(false);
        } else {
            tls.closeOutbound().addListener(_ -> shutdown(channel));
        }
    }

    /** The channel's own way makes an exception with its stack for each connection. */
    private static void shutdown(SocketChannel channel) {
        if (!(channel instanceof UnixChannel unix) || !(unix.fd() instanceof Socket socket)) {
            channel.shutdownOutput();
            return;
        }
        try {
            socket.shutdown(false, true);
        } catch (IOException | NotYetConnectedException _) {
            channel.close(); // nobody is at the other end
        }
    }
}
