package proa.node.listener;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

/**
 * What is spoken on the connections of a listener.
 *
 * <p>A handler is told {@link Drain#EVENT} through its pipeline when the listener drains; it closes
 * its connection as soon as that does not hurt.
 */
public interface Protocol {

    /**
     * The one handler of a connection that was just accepted; called on its loop, before it is
     * registered.
     */
    ChannelHandler handler(Loop loop, SocketChannel accepted);

    /** Says through a pipeline that the connection should end soon. */
    enum Drain {
        EVENT
    }
}
