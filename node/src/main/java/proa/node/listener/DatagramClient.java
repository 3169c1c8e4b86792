package proa.node.listener;

import io.netty.buffer.ByteBuf;

import java.net.InetSocketAddress;

/** The client of a session as the session sees it. Called on its loop. */
public interface DatagramClient {

    /** Who it is. */
    InetSocketAddress address();

    /** Where it sends to, and where its answers come from. */
    InetSocketAddress local();

    /** Takes over a datagram for the client; it may be sent with {@link #flush}. */
    void send(ByteBuf datagram);

    /** Sends what there is to send. */
    void flush();

    /** Says that its session is over; called once. */
    void ended();

    /** What is counted over all sessions of the listener. */
    DatagramCounters counters();
}
