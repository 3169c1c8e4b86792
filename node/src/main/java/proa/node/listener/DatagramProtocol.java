package proa.node.listener;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

/** What becomes of the datagrams that a listener receives: those of one client are a session. */
public interface DatagramProtocol extends Protocol {

    /**
     * Begins a session for a client of whom there is none; null when it gets none. Called on the
     * loop.
     */
    @Nullable DatagramSession session(Loop loop, DatagramClient client);

    /** Bytes of the largest datagram that passes; larger ones are dropped. */
    int datagramBytesMax();

    /** There are no connections on a socket for datagrams. */
    @Override
    default ChannelHandler handler(Loop loop, SocketChannel accepted) {
        throw new IllegalStateException("a connection on a socket for datagrams");
    }
}
