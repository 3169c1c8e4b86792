package proa.node.protocol.http2;

import proa.node.exchange.Exchange;
import proa.node.protocol.http1.ServerSide;

/** How long a request of a stream may stand still, and whose turn it is to go on. */
final class StreamPatience {

    private StreamPatience() {}

    /** For how long, from now on; not while the server is connected to. */
    static long nanos(
            Exchange exchange,
            ServerSide server,
            StreamOutput output,
            Http2ClientConnection connection) {
        boolean onServer = isOnServer(exchange, server, output);
        return switch (exchange.phase()) {
            case TUNNEL -> connection.protocol().tunnel().toNanos();
            case WAITING -> onServer ? server.answerNanos() : server.clientPatienceNanos();
            case READY, CONNECTING, RESPONDING, OVER ->
                    onServer ? server.answerNanos() : connection.clientNanos();
        };
    }

    /** Whether it is the server's turn to go on. */
    static boolean isOnServer(Exchange exchange, ServerSide server, StreamOutput output) {
        return switch (exchange.phase()) {
            case RESPONDING -> output.waitingBytes() == 0;
            case CONNECTING, WAITING -> exchange.requestEnded() || !server.isWritable();
            case READY, TUNNEL, OVER -> false;
        };
    }
}
