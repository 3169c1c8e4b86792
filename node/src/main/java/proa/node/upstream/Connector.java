package proa.node.upstream;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.exchange.Server;
import proa.node.listener.Loop;
import proa.node.tls.ServerSecurity;

import java.net.InetSocketAddress;

/**
 * Opens connections to servers on the client's own event loop, without Bootstrap: connection set-up
 * is what costs most, and every option set is a system call.
 */
public final class Connector {

    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    private Connector() {}

    /** A socket to connect with, or null when the process has no descriptor left. */
    public static @Nullable SocketChannel socket(Loop loop) {
        try {
            return loop.socket();
        } catch (ChannelException e) {
            LOG.debug("no socket: {}", e.toString());
            return null;
        }
    }

    /**
     * Starts to connect, securely if that is how the server is spoken to. The handler learns of
     * success by {@code channelActive}, of failure by {@code channelInactive} or, if it never got
     * that far, by {@code failed}, never before this returns. There is no timeout but the caller's:
     * closing the channel.
     *
     * @param channel from {@link #socket}
     * @param halfClosure whether the end of the server's bytes leaves the other direction open
     */
    public static void connect(
            Loop loop,
            SocketChannel channel,
            Server server,
            ChannelHandler handler,
            boolean halfClosure,
            Runnable failed) {
        channel.config().setConnectTimeoutMillis(0);
        channel.config().setAllowHalfClosure(halfClosure);
        if (server.security() instanceof ServerSecurity tls) {
            tls.secure(channel, server.address(), handler, failed);
        } else {
            channel.pipeline().addLast(handler);
        }
        loop.executor().register(channel);
        InetSocketAddress source = server.source();
        if (source != null) {
            LocalPort.chosenLate(channel);
        }
        channel.connect(server.address(), source)
                .addListener(
                        connected -> {
                            if (connected.isSuccess()) {
                                server.counters().opens();
                            } else {
                                lacks(server, source, connected.cause(), loop.nowNanos());
                                loop.executor().execute(failed);
                            }
                        });
    }

    /**
     * Notes that it was this host, not the server, that a connection failed for, if that is so.
     *
     * @param source where it was to come from; null: wherever the kernel wanted
     */
    public static void lacks(
            Server server, @Nullable InetSocketAddress source, Throwable cause, long nowNanos) {
        if (!LocalPort.isLacking(cause)) {
            return;
        }
        if (source == null || !LocalPort.isOfBinding(cause)) {
            server.portLacks();
        } else if (server.sourceLacks(nowNanos)) {
            LOG.warn(
                    "server {}: no connection, for this host does not have {}, the `source`",
                    server.name(),
                    source.getAddress().getHostAddress());
        }
    }
}
