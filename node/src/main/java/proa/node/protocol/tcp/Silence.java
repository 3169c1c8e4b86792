package proa.node.protocol.tcp;

import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;

/**
 * Ends a connection so that a client behind a router does not hear of it: the reset goes out with a
 * hop limit of one. The client's side stays open until its own timers end it; ours costs nothing
 * any more. On the same network the reset arrives.
 */
public final class Silence {

    /** {@code IPPROTO_IP}, {@code IP_TTL} of ip(7). */
    private static final IntegerUnixChannelOption HOPS_V4 =
            new IntegerUnixChannelOption("IP_TTL", 0, 2);

    /** {@code IPPROTO_IPV6}, {@code IPV6_UNICAST_HOPS} of ipv6(7). */
    private static final IntegerUnixChannelOption HOPS_V6 =
            new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", 41, 16);

    private Silence() {}

    /** Closes with a reset that ends at the first router. */
    public static void drop(SocketChannel channel) {
        one(channel, HOPS_V4);
        one(channel, HOPS_V6);
        Resets.reset(channel);
    }

    /** A socket has one of the two, or both. */
    private static void one(SocketChannel channel, IntegerUnixChannelOption hops) {
        try {
            channel.config().setOption(hops, 1);
        } catch (ChannelException _) {
            // The other family, or closed already: then a plain reset has to do.
        }
    }
}
