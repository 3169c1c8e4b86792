package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;

/**
 * The server's side of one request, as the client's side sees it: a connection of HTTP/1.1, or a
 * stream of HTTP/2. Messages have the form of HTTP/1.1 either way. On one event loop.
 */
public interface ServerConnection {

    /** Whether it is there already; else its client is told when it is. */
    boolean isConnected();

    /**
     * Sends a request head, perhaps with its body; taken over.
     *
     * @param answersHead whether the response has no body in any case
     */
    void begin(ByteBuf head, boolean answersHead);

    /** Takes over a part of the request's body. */
    void write(ByteBuf bytes);

    /** Sends what was written. */
    void flush();

    /** Whether the server takes what is written. */
    boolean isWritable();

    /** Its client does not take more. */
    void pauseReading();

    /** Its client takes bytes again. */
    void resumeReading();

    /**
     * From now on, after a response that said so, bytes go both ways as they are; the server ends
     * its direction with {@link proa.node.exchange.Exchange.Event.Signal#RESPONSE_ENDED}.
     *
     * @param client whose they are
     */
    void tunnel(Downstream client);

    /** Of a tunnel: nothing comes behind what was written. */
    void endOutput();

    /** Nothing has come of its answer for that long, which is too long. */
    default void stalled(long nanos) {}

    /**
     * Leaves its client.
     *
     * @param keep whether the connection may serve others
     * @param idleMax idle connections that are kept
     * @param idleNanos how long they are
     */
    void release(boolean keep, int idleMax, long idleNanos);
}
