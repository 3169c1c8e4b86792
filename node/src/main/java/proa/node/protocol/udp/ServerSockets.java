package proa.node.protocol.udp;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.exchange.Server;
import proa.node.listener.DatagramSizes;
import proa.node.listener.Loop;
import proa.node.upstream.Connector;

import java.net.InetSocketAddress;

/** Where sessions get their sockets towards servers from. */
@FunctionalInterface
interface ServerSockets {

    /**
     * A socket that is or will be connected, so that the kernel says when nobody listens there, and
     * lets nobody else answer; null when there is none. Its handler learns that it is connected by
     * {@code channelActive}, and that there is no way by {@code channelInactive}, perhaps before
     * this returns.
     */
    @Nullable Channel connect(Loop loop, Server server, ChannelInboundHandler handler);

    /** Sockets of the kernel for datagrams of up to that size. */
    static ServerSockets real(int bytesMax) {
        Logger log = LoggerFactory.getLogger(ServerSockets.class);
        return (loop, server, handler) -> {
            DatagramChannel channel;
            try {
                channel = loop.transport().datagrams();
            } catch (ChannelException e) {
                log.debug("no socket: {}", e.toString());
                return null;
            }
            DatagramSizes.oneOn(channel, bytesMax);
            channel.pipeline().addLast(handler);
            loop.executor().register(channel);
            InetSocketAddress source = server.source();
            channel.connect(server.address(), source)
                    .addListener(
                            connected -> {
                                if (!connected.isSuccess()) { // it never was active
                                    Connector.lacks(
                                            server, source, connected.cause(), loop.nowNanos());
                                    channel.pipeline().fireChannelInactive();
                                    channel.close();
                                }
                            });
            return channel;
        };
    }
}
