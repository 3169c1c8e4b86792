package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.listener.Loop;
import proa.node.protocol.tcp.Relay;

import java.time.Duration;

/**
 * What a client's connection and its server's become after an upgrade (RFC 9110 §7.8): bytes both
 * ways.
 */
final class Tunnel {

    private Tunnel() {}

    /**
     * Joins a client, from whose channel the HTTP handler is gone, with the server, and passes on
     * what came early.
     *
     * @param fromClient bytes behind the request, or null
     */
    static void open(
            Loop loop,
            SocketChannel client,
            @Nullable ByteBuf fromClient,
            ServerConnection behind,
            Duration silence,
            Runnable ended) {
        if (behind instanceof HttpServerConnection connection) {
            relay(loop, client, fromClient, connection, silence, ended);
        } else {
            StreamTunnel.open(loop, client, fromClient, behind, silence, ended);
        }
    }

    private static void relay(
            Loop loop,
            SocketChannel client,
            @Nullable ByteBuf fromClient,
            HttpServerConnection behind,
            Duration silence,
            Runnable ended) {
        ByteBuf fromServer = behind.takePending();
        SocketChannel server = behind.handOver();
        Relay relay = Relay.join(loop, client, server, silence, ended);
        pass(fromServer, client);
        pass(fromClient, server);
        client.config().setAutoRead(true);
        server.config().setAutoRead(true);
        if (client.isInputShutdown()) { // which is told once only, and was before there was a relay
            relay.clientEnded();
        }
    }

    private static void pass(@Nullable ByteBuf early, SocketChannel to) {
        if (early != null) {
            to.write(early, to.voidPromise());
        }
        to.flush();
    }
}
