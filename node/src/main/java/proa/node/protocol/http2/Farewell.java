package proa.node.protocol.http2;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;

import proa.node.exchange.Deadlines;
import proa.node.http2.ErrorCode;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.tcp.HalfClose;

import java.time.Duration;

/**
 * When and how a client's connection of HTTP/2 ends. A planned end takes two steps (RFC 9113 §6.8):
 * GOAWAY with the highest number, then, once the client has certainly seen that, GOAWAY with the
 * last stream that is served; no request is lost in between. On one event loop.
 */
final class Farewell {

    /** How long the client may take to answer the first step. */
    private static final long FIRST_STEP_NANOS = Duration.ofSeconds(5).toNanos();

    /** How long it may take to see the end of what has gone out. */
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long PING = 0x70726f61_64726169L;

    /** What the connection is at. */
    private enum Step {
        SERVING,
        /** The client has been told that the end is near. */
        ANNOUNCED,
        /** It has been told which stream is the last. */
        LAST_NAMED,
        /** Everything is written; what comes is thrown away. */
        LINGERING
    }

    private final Http2ClientConnection connection;
    private final SocketChannel channel;
    private final HttpProtocol protocol;
    private final Deadlines.Entry deadline = new Deadlines.Entry(_ -> expired());
    private final Deadlines.Entry step = new Deadlines.Entry(_ -> nameLast());
    private Step at = Step.SERVING;
    private int last = Integer.MAX_VALUE;
    private boolean inputEnded;

    Farewell(Http2ClientConnection connection, SocketChannel channel, HttpProtocol protocol) {
        this.connection = connection;
        this.channel = channel;
        this.protocol = protocol;
    }

    /** Whether a stream that begins now is served. */
    boolean serves(int stream) {
        return stream <= last;
    }

    /** The last stream that is served, which never grows once it was named (RFC 9113 §6.8). */
    int lastServed() {
        return Math.min(last, connection.lastStream());
    }

    private Deadlines deadlines() {
        return connection.shared().loop().deadlines();
    }

    private long in(long nanos) {
        return connection.shared().loop().nowNanos() + nanos;
    }

    /** A head is to be complete. */
    void forHead() {
        deadlines().set(deadline, in(protocol.requestNanos()));
    }

    /** The client has said how it wants it. */
    void greeted() {
        if (at == Step.SERVING) {
            deadlines().set(deadline, in(protocol.keepAliveNanos()));
        }
    }

    /** Requests are under way, which have deadlines of their own. */
    void clear() {
        deadlines().clear(deadline);
    }

    /** No request is under way. */
    void idle() {
        if (at == Step.LAST_NAMED || inputEnded) {
            connection.leave();
        } else if (at != Step.LINGERING) {
            deadlines().set(deadline, in(protocol.keepAliveNanos()));
        }
    }

    /** The client sends nothing more. */
    void inputEnded() {
        inputEnded = true;
        if (connection.isIdle() && !connection.isOver()) {
            connection.leave();
        } else if (at == Step.LINGERING) {
            channel.close();
        }
    }

    /** The listener drains. */
    void begin() {
        if (at == Step.SERVING && !connection.isOver()) {
            at = Step.ANNOUNCED;
            connection.frames().goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
            connection.frames().ping(false, PING);
            connection.frames().flushSoon();
            deadlines().set(step, in(FIRST_STEP_NANOS));
        }
    }

    /** The client has answered: it has seen the first step. */
    void pinged() {
        if (at == Step.ANNOUNCED) {
            nameLast();
        }
    }

    private void nameLast() {
        deadlines().remove(step);
        if (at != Step.ANNOUNCED || connection.isOver()) {
            return;
        }
        at = Step.LAST_NAMED;
        last = connection.lastStream();
        if (connection.isIdle()) {
            connection.leave();
        } else {
            connection.frames().goAway(last, ErrorCode.NO_ERROR, "");
            connection.frames().flushSoon();
        }
    }

    /**
     * Ends our direction behind what is written; the client then has a while to see that: closing a
     * socket with unread bytes would reset it, and GOAWAY with it.
     */
    void linger() {
        at = Step.LINGERING;
        deadlines().remove(step);
        deadlines().set(deadline, in(protocol.clientNanos()));
        connection.frames().flush();
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> written());
    }

    private void written() {
        if (inputEnded) {
            channel.close();
        } else if (channel.isActive()) {
            HalfClose.output(channel);
            deadlines().set(deadline, in(LINGER_NANOS));
        }
    }

    private void expired() {
        if (at == Step.LINGERING) {
            channel.close();
        } else {
            connection.leave();
        }
    }

    void remove() {
        at = Step.LINGERING;
        deadlines().remove(deadline);
        deadlines().remove(step);
    }
}
