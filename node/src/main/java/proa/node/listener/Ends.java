package proa.node.listener;

import io.netty.channel.socket.SocketChannel;
import io.netty.util.AttributeKey;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;

/**
 * The two ends of a client's connection: the socket's own, or those that a trusted proxy in front
 * named.
 *
 * @param client who connected
 * @param local what it connected to
 */
public record Ends(InetSocketAddress client, InetSocketAddress local) {

    private static final AttributeKey<Ends> NAMED = AttributeKey.valueOf(Ends.class, "named");

    /** The ends of a connection, or null when it is gone already. Called on its loop. */
    public static @Nullable Ends of(SocketChannel channel) {
        if (channel.hasAttr(NAMED)) {
            return channel.attr(NAMED).get();
        }
        InetSocketAddress client = channel.remoteAddress();
        InetSocketAddress local = channel.localAddress();
        return client == null || local == null ? null : new Ends(client, local);
    }

    /** From now on these are the ends of that connection. */
    void nameOn(SocketChannel channel) {
        channel.attr(NAMED).set(this);
    }
}
