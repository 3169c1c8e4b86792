package proa.node.protocol.http1;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Exchange;
import proa.node.exchange.Exchange.Phase;

import java.time.Duration;

/** The one deadline of a client's connection: what it may take its time for, and how much. */
final class ClientDeadline {

    /** How long an idle connection may still bring a request when the listener drains. */
    private static final long DRAIN_IDLE_NANOS = Duration.ofSeconds(1).toNanos();

    private final HttpLoop shared;
    private final HttpProtocol protocol;
    private final SocketChannel channel;
    private final Runnable expired;
    private final Deadlines.Entry entry = new Deadlines.Entry(_ -> expire());
    private boolean forFlush;

    /** Bytes that waited for the client when its time to take them began; 0: it has none. */
    private long waiting;

    ClientDeadline(
            HttpLoop shared, HttpProtocol protocol, SocketChannel channel, Runnable expired) {
        this.shared = shared;
        this.protocol = protocol;
        this.channel = channel;
        this.expired = expired;
    }

    /** One that has taken a part of what waited for it in its time gets as much again. */
    private void expire() {
        if (waiting() >= waiting) {
            expired.run();
        } else if (forFlush) {
            forFlush();
        } else {
            forTaking();
        }
    }

    private void forTaking() {
        in(protocol.clientNanos());
        waiting = waiting();
    }

    /** What the kernel had room for at once is not what the client takes. */
    void flushed() {
        if (waiting > 0) {
            waiting = Math.min(waiting, waiting());
        }
    }

    /** Less with every byte that is taken. */
    private long waiting() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes() - out.currentProgress();
    }

    /** The head that has begun is to be complete. */
    void forHead() {
        in(protocol.requestNanos());
    }

    /** The next request is to begin. */
    void forNext(boolean draining) {
        long idle = protocol.keepAliveNanos();
        in(draining ? Math.min(DRAIN_IDLE_NANOS, idle) : idle);
    }

    /** The client is to take what is written. */
    void forFlush() {
        forTaking();
        forFlush = true;
    }

    /** Whether {@link #forFlush} was the last that was said. */
    boolean isForFlush() {
        return forFlush;
    }

    /**
     * Something moved: what is under way is to go on, by the server or by the client. The time for
     * connecting goes on, whatever else does.
     */
    void alive(Stage stage, Exchange exchange, ServerSide server) {
        if (forFlush) {
            forFlush();
        } else if (stage == Stage.EXCHANGE && exchange.phase() != Phase.CONNECTING) {
            forExchange(exchange, server);
        }
    }

    private void forExchange(Exchange exchange, ServerSide server) {
        boolean responding = exchange.phase() == Phase.RESPONDING;
        if (responding ? channel.isWritable() : exchange.requestEnded()) {
            in(server.timeouts().server().toNanos());
        } else if (responding) {
            forTaking();
        } else {
            in(server.clientPatienceNanos());
        }
    }

    /** Whose time is up when a request or a response does not go on: the server's? */
    boolean isByServer(Exchange exchange, ServerSide server) {
        return exchange.phase() == Phase.RESPONDING
                ? channel.isWritable()
                : exchange.requestEnded() || !server.isWritable();
    }

    /** The client is to see the end of a last answer that has gone out, and to close. */
    void forEnd() {
        in(protocol.clientFinNanos());
    }

    void in(long nanos) {
        forFlush = false;
        waiting = 0;
        shared.loop().deadlines().set(entry, shared.loop().nowNanos() + nanos);
    }

    void remove() {
        forFlush = false;
        shared.loop().deadlines().remove(entry);
    }
}
