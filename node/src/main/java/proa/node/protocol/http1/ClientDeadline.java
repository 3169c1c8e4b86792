package proa.node.protocol.http1;

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
    private final Deadlines.Entry entry;
    private boolean forFlush;

    ClientDeadline(HttpLoop shared, HttpProtocol protocol, Runnable expired) {
        this.shared = shared;
        this.protocol = protocol;
        this.entry = new Deadlines.Entry(_ -> expired.run());
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
        in(protocol.clientNanos());
        forFlush = true;
    }

    /** Whether {@link #forFlush} was the last that was said. */
    boolean isForFlush() {
        return forFlush;
    }

    /**
     * The request or the response is to go on: by the server, or by the client.
     *
     * @param clientTakes whether the client takes bytes at the moment
     */
    void forExchange(Exchange exchange, ServerSide server, boolean clientTakes) {
        boolean responding = exchange.phase() == Phase.RESPONDING;
        boolean onServer = responding ? clientTakes : exchange.requestEnded();
        if (onServer) {
            in(server.timeouts().server().toNanos());
        } else {
            in(responding ? protocol.clientNanos() : server.clientPatienceNanos());
        }
    }

    /** The client is to see the end of a last answer that has gone out, and to close. */
    void forEnd() {
        in(protocol.clientFinNanos());
    }

    void in(long nanos) {
        forFlush = false;
        shared.loop().deadlines().set(entry, shared.loop().nowNanos() + nanos);
    }

    void remove() {
        forFlush = false;
        shared.loop().deadlines().remove(entry);
    }
}
