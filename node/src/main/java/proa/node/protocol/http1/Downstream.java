package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Event;
import proa.node.message.Body;
import proa.node.message.ResponseHead;

/**
 * The client's side of one request, as the server's side sees it: a connection of HTTP/1.1, or a
 * stream of HTTP/2. On one event loop.
 */
public interface Downstream {

    /** Whether the end of a body is told by itself, and needs no length or chunks. */
    default boolean endsBodies() {
        return false;
    }

    /** Whether a body may come in chunks, which HTTP/1.0 does not know. */
    default boolean takesChunks() {
        return true;
    }

    /** Of the request; empty: it has none. */
    String requestId();

    /** What has happened at once when a server was turned to, or null: it will be told later. */
    void connect(@Nullable Event atOnce);

    /** A connection to the server is there. */
    void serverConnected(boolean reused);

    /** No connection could be made. */
    void serverFailed();

    /** The server takes bytes again. */
    void serverWritable();

    /**
     * A response head is there.
     *
     * @param framing how its body ends
     * @param part bytes of the body at the reader index of {@code bytes}, to be read from it
     */
    void answered(ResponseHead head, Body framing, ByteBuf bytes, int part);

    /** Takes over a part of the response's body, framed as the head said. */
    void passBody(ByteBuf bytes);

    /** Nothing more comes for the moment. */
    void flush();

    /** Something else has happened. */
    void on(Event event);
}
