package proa.node.protocol.http1;

import static proa.node.message.Parsed.Progress.PARTIAL;
import static proa.node.message.Parsed.Progress.WHOLE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.config.HealthConfig.Failure;
import proa.node.exchange.Deadlines;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Server;
import proa.node.listener.Cut;
import proa.node.message.Body;
import proa.node.message.HeadLimits;
import proa.node.message.Parsed;
import proa.node.message.Refusal;
import proa.node.message.ResponseHead;
import proa.node.protocol.tcp.HalfClose;
import proa.node.upstream.Connector;
import proa.node.upstream.IdleConnections;
import proa.node.upstream.Preface;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/**
 * A connection to a server: works for one client at a time, idles between. Bytes that no request
 * asked for end it, so that one client never gets what was meant for another.
 */
public final class HttpServerConnection extends ChannelInboundHandlerAdapter
        implements IdleConnections.Idle, ServerConnection {

    /**
     * However short others may idle: without the connection a handshake of NTLM, whose steps are
     * requests, begins anew. It ends with its client besides.
     */
    private static final long OWN_NANOS_MAX = Duration.ofMinutes(1).toNanos();

    /** For the last bytes of a tunnel to be taken by the server. */
    private static final long LAST_BYTES_NANOS_MAX = Duration.ofMinutes(1).toNanos();

    /**
     * Requests come in bursts, those of one HTTP/2 client above all: what served one stays for the
     * next. A connection for each of more requests than are kept would cost as much as they do.
     */
    private static final int BURST_FACTOR = 16;

    private static final long BURST_NANOS_MAX = Duration.ofSeconds(5).toNanos();

    /** A server that still works says so now and then; one that says nothing else is cut. */
    public static final int INTERIM_RESPONSES_MAX = 100;

    private final HttpLoop shared;
    private final Server server;
    private final Deadlines.Entry idleDeadline = new Deadlines.Entry(_ -> close());
    private final BodyFollower body = new BodyFollower();
    private final Inbox inbox = new Inbox();
    private final SocketChannel channel;
    private @Nullable Downstream client;
    private boolean connected;
    private boolean reset;
    private boolean fresh = true;
    private boolean headToCome;
    private boolean toHead;
    private boolean outputEnded;
    private boolean inputEnded;
    private boolean outputLost;
    private boolean own;
    private int interimResponses;
    private long idleSinceNanos;

    private HttpServerConnection(
            HttpLoop shared, Server server, Downstream client, SocketChannel channel) {
        this.shared = shared;
        this.server = server;
        this.client = client;
        this.channel = channel;
    }

    /**
     * Starts to connect on behalf of a client; null when there is no descriptor for it.
     *
     * @param preface what the connection begins with, before TLS too
     */
    static @Nullable HttpServerConnection connect(
            HttpLoop shared, Server server, Downstream client, byte[] preface) {
        SocketChannel socket = Connector.socket(shared.loop());
        if (socket == null) {
            return null;
        }
        socket.config().setAutoClose(false); // what has come is read although nothing can be sent
        HttpServerConnection made = new HttpServerConnection(shared, server, client, socket);
        Preface.on(socket, preface);
        Connector.connect(shared.loop(), socket, server, made, false, made::connectFailed);
        return made;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connected = true;
        if (client != null) {
            client.serverConnected(false);
        } else {
            channel.close();
        }
    }

    private void connectFailed() {
        Downstream waiting = client;
        client = null;
        if (waiting != null) {
            waiting.serverFailed();
        }
    }

    /** Takes this idle connection for another client. */
    void attach(Downstream next) {
        shared.loop().deadlines().clear(idleDeadline);
        client = next;
        fresh = false;
    }

    @Override
    public boolean isConnected() {
        return false;
    }

    @Override
    public void begin(ByteBuf head, boolean answersHead) {
        headToCome = true;
        interimResponses = 0;
        toHead = answersHead;
        channel.writeAndFlush(head, channel.voidPromise());
    }

    @Override
    public void release(boolean keep, int idleMax, long idleNanos) {
        client = null;
        boolean reusable = keep && inbox.isEmpty() && channel.isActive() && !outputLost;
        int others = reusable ? shared.idle().put(this, idleMax * BURST_FACTOR) : -1;
        if (others >= 0) {
            idleSinceNanos = shared.loop().nowNanos();
            long most = others < idleMax ? idleNanos : Math.min(idleNanos, BURST_NANOS_MAX);
            shared.loop().deadlines().set(idleDeadline, idleSinceNanos + most);
            resumeReading();
        } else if (outputEnded) {
            long now = shared.loop().nowNanos();
            shared.loop().deadlines().set(idleDeadline, now + LAST_BYTES_NANOS_MAX);
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.close();
        }
    }

    /** Whether it has come to stand for its client, so that it must not serve another one. */
    boolean isOwn() {
        return own;
    }

    /** Leaves its client, who alone may come back to it; whether it stays for that. */
    boolean releaseToOwner(boolean keep) {
        own = true;
        if (!keep || !inbox.isEmpty() || !channel.isActive() || outputLost) {
            release(false, 0, 0);
            return false;
        }
        client = null;
        shared.loop().deadlines().set(idleDeadline, shared.loop().nowNanos() + OWN_NANOS_MAX);
        resumeReading();
        return true;
    }

    @Override
    public void tunnel(Downstream through) {
        client = through;
        body.begin(Body.UNTIL_CLOSE, 0, Long.MAX_VALUE);
        channel.config().setAllowHalfClosure(true);
    }

    @Override
    public void endOutput() {
        outputEnded = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> halfClose());
    }

    private void halfClose() {
        if (!outputLost) {
            HalfClose.output(channel);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && client != null) {
            endInput(client);
        } else if (event == Cut.EVENT) {
            reset = true; // the end, which is said next, is none
        } else if (event == ChannelOutputShutdownEvent.INSTANCE && !outputEnded) {
            loseOutput();
        }
    }

    private void endInput(Downstream to) {
        if (reset) {
            channel.close();
        } else {
            inputEnded = true;
            to.on(Signal.RESPONSE_ENDED);
        }
    }

    /**
     * The server takes nothing more. One that answers before it has read the request, and closes,
     * resets the connection right behind its answer: that is still to be read, and then the end. A
     * tunnel whose other direction has ended has nothing to read any more.
     */
    private void loseOutput() {
        outputLost = true;
        reset = true;
        if (inputEnded) {
            channel.close();
        } else {
            resumeReading();
        }
    }

    @Override
    public void pauseReading() {
        channel.config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        shared.loop().progress();
        if (client == null) {
            bytes.release();
            channel.close();
            return;
        }
        inbox.add(channel.alloc(), bytes);
        boolean more = true;
        for (ByteBuf next = inbox.bytes();
                more && next != null && client != null;
                next = inbox.bytes()) {
            more = headToCome ? readHead(client, next) : readBody(client, next);
            inbox.dropIfRead();
        }
        if (client == null) {
            inbox.drop();
        }
    }

    /** Returns whether there may be more to do. */
    private boolean readHead(Downstream to, ByteBuf bytes) {
        int count = shared.toScratch(bytes, HeadLimits.OF_SERVERS.headBytesMax());
        ResponseHead head = shared.response();
        Parsed parsed = head.parse(shared.scratch(), 0, count, HeadLimits.OF_SERVERS);
        if (parsed == PARTIAL) {
            return false;
        }
        if (parsed instanceof Refusal why) {
            refuse(to, why);
            return false;
        }
        if (head.interim() && ++interimResponses > INTERIM_RESPONSES_MAX) {
            refuse(to, Refusal.INTERIM_COUNT);
            return false;
        }
        if (parsed == WHOLE) {
            bytes.skipBytes(head.end());
            Body framing = head.body(toHead);
            headToCome = head.interim();
            own |= head.asksWhoConnects();
            body.begin(framing, head.bodyLength(), Long.MAX_VALUE);
            answered(to, head, framing, bytes);
        }
        return afterHead();
    }

    /**
     * What has come of the body is looked at first: as long as nothing is passed on, the client can
     * be told.
     */
    private void answered(Downstream to, ResponseHead head, Body framing, ByteBuf bytes) {
        int part = body.follow(bytes, bytes.readableBytes());
        if (isServerError(head.status())) {
            server.failed(Failure.SERVER_ERROR, to.requestId());
        }
        if (body.refusal() == null) {
            to.answered(head, framing, bytes, part);
        } else {
            refuse(to, body.refusal());
        }
    }

    /** 501 and 505 speak of the request. */
    public static boolean isServerError(int status) {
        return status >= 500 && status != 501 && status != 505;
    }

    private static void refuse(Downstream to, @Nullable Refusal why) {
        String detail = why == null ? "" : ": " + why.explanation();
        to.on(new ResponseRefused("the server's answer is malformed" + detail));
    }

    private boolean afterHead() {
        Downstream to = client;
        if (to != null && !headToCome && body.done()) {
            responseEnded(to);
            return false;
        }
        inbox.dropIfRead();
        return true;
    }

    private boolean readBody(Downstream to, ByteBuf bytes) {
        int count = body.follow(bytes, bytes.readableBytes());
        if (body.refusal() != null) {
            refuse(to, body.refusal());
            return false;
        }
        to.passBody(inbox.take(bytes, count));
        if (body.done()) {
            responseEnded(to);
            return false;
        }
        return !inbox.isEmpty();
    }

    private void responseEnded(Downstream to) {
        inbox.dropIfRead();
        to.on(Signal.RESPONSE_ENDED);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (client != null) {
            client.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (client != null && channel.isWritable()) {
            client.serverWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        shared.loop().deadlines().remove(idleDeadline);
        inbox.drop();
        Downstream to = client;
        client = null;
        if (to == null) {
            shared.idle().remove(this);
        } else if (connected) {
            if (headToCome && fresh) { // a reused connection may be closed by nobody's fault
                server.failed(Failure.NO_ANSWER, to.requestId());
            }
            to.on(reset ? Signal.SERVER_RESET : Signal.SERVER_CLOSED);
        } else {
            to.serverFailed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof ChannelOutputShutdownException
                || outputLost && cause instanceof ClosedChannelException) {
            loseOutput(); // what was written is refused
            return;
        }
        reset = true;
        channel.close();
    }

    @Override
    public Server server() {
        return server;
    }

    @Override
    public long idleSinceNanos() {
        return idleSinceNanos;
    }

    @Override
    public boolean isOpen() {
        return channel.isActive();
    }

    @Override
    public void close() {
        channel.close();
    }

    /** The channel, now without this handler, for a tunnel. */
    SocketChannel handOver() {
        client = null;
        shared.loop().deadlines().remove(idleDeadline);
        channel.pipeline().remove(this);
        return channel;
    }

    /** Bytes that came behind the head. */
    @Nullable ByteBuf takePending() {
        return inbox.takeAll();
    }
}
