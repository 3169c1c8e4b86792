package proa.node.protocol.http1;

import static proa.node.message.Parsed.Progress.PARTIAL;
import static proa.node.message.Parsed.Progress.WHOLE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Destination;
import proa.node.exchange.Exchange;
import proa.node.exchange.Exchange.Action;
import proa.node.exchange.Exchange.Action.End;
import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Action.Step;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Answered;
import proa.node.exchange.Exchange.Event.Asked;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Exchange.Phase;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.Protocol.Drain;
import proa.node.message.Body;
import proa.node.message.Parsed;
import proa.node.message.Refusal;
import proa.node.message.RequestEditor;
import proa.node.message.RequestHead;
import proa.node.message.ResponseEditor;
import proa.node.message.ResponseEditor.Tell;
import proa.node.message.ResponseHead;
import proa.node.protocol.tcp.Resets;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;

/**
 * A client's connection: reads one request after another, and carries out what its {@link Exchange}
 * decides.
 *
 * <p>Everything happens on one event loop, the server's side included. Reading stops while bytes
 * wait that nobody can take yet: the body of a request whose server is slow, or a pipelined request
 * behind the current one.
 */
final class HttpClientConnection extends ChannelInboundHandlerAdapter {
    /** Bodies up to this size travel in one buffer with their head, and can be sent again. */
    private static final int TOGETHER_BYTES_MAX = 16 << 10;

    /** How long the client may take to read a last answer before the connection is cut. */
    private static final long LINGER_NANOS = Duration.ofSeconds(2).toNanos();

    /** How long an idle connection may still bring a request when the listener drains. */
    private static final long DRAIN_IDLE_NANOS = Duration.ofSeconds(1).toNanos();

    private enum Stage {
        HEAD,
        EXCHANGE,
        LINGER,
        ENDED
    }

    private final HttpLoop shared;
    private final SocketChannel channel;
    private final HttpProtocol protocol;
    private final ServerSide server;
    private final Inbox inbox = new Inbox();
    private final Exchange exchange = new Exchange();
    private final BodyFollower requestBody = new BodyFollower();
    private final Deadlines.Entry deadline = new Deadlines.Entry(_ -> expired());
    private Stage stage = Stage.HEAD;
    private InetAddress source = InetAddress.getLoopbackAddress();
    private byte[] forwardedFor = new byte[0];
    private boolean draining;
    private boolean receiving;
    private boolean bodyWritten;
    private boolean toHead;
    private boolean before11;

    HttpClientConnection(HttpLoop shared, SocketChannel channel, HttpProtocol protocol) {
        this.shared = shared;
        this.channel = channel;
        this.protocol = protocol;
        this.server = new ServerSide(shared, this);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        InetSocketAddress remote = channel.remoteAddress();
        if (remote == null) {
            channel.close();
            return;
        }
        source = remote.getAddress();
        forwardedFor = RequestEditor.forwardedFor(source);
        expireIn(protocol.requestNanos());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        shared.loop().progress();
        inbox.add(channel.alloc(), (ByteBuf) bytes);
        received();
    }

    /** Does what can be done with the bytes that are there. */
    private void received() {
        if (receiving) {
            return;
        }
        receiving = true;
        boolean more = true;
        for (ByteBuf bytes = inbox.bytes(); more && bytes != null; bytes = inbox.bytes()) {
            more = receive(bytes);
            inbox.dropIfRead();
        }
        receiving = false;
        HttpServerConnection to = server.connection();
        if (to != null && bodyWritten) {
            to.flush();
        }
        bodyWritten = false;
        adjustReading();
    }

    private boolean receive(ByteBuf bytes) {
        return switch (stage) {
            case HEAD -> readHead(bytes);
            case EXCHANGE -> forwardBody(bytes);
            case LINGER, ENDED -> {
                bytes.skipBytes(bytes.readableBytes());
                yield false;
            }
        };
    }

    private void adjustReading() {
        boolean wanted = stage != Stage.EXCHANGE || (inbox.isEmpty() && server.isWritable());
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private boolean readHead(ByteBuf bytes) {
        if (!inbox.mayHoldHead(bytes, protocol.headLimits().lineBytesMax())) {
            return false;
        }
        int count = shared.toScratch(bytes, protocol.headLimits().headBytesMax());
        RequestHead head = shared.request();
        Parsed parsed = head.parse(shared.scratch(), 0, count, protocol.headLimits());
        if (parsed instanceof Refusal why) {
            reply(new Reply(why.status(), why.explanation(), false));
        } else if (parsed == PARTIAL) {
            if (inbox.headIsPartial(bytes)) {
                expireIn(protocol.requestNanos());
            }
        } else if (parsed == WHOLE) {
            bytes.skipBytes(head.end());
            begin(head, bytes);
        }
        return parsed != PARTIAL;
    }

    private void begin(RequestHead head, ByteBuf bytes) {
        stage = Stage.EXCHANGE;
        inbox.headIsWhole();
        toHead = head.methodIs("HEAD");
        before11 = head.before11();
        requestBody.begin(head.body(), head.bodyLength(), protocol.bodyBytesMax());
        int part = requestBody.follow(bytes, TOGETHER_BYTES_MAX);
        Refusal wrong = requestBody.refusal();
        if (wrong != null) {
            reply(new Reply(wrong.status(), wrong.explanation(), false));
            return;
        }
        switch (protocol.traffic().decide(new RequestFacts(source, head))) {
            case Decision.Forward(Destination to) -> forward(to, head, bytes, part);
            case Decision.Reply(int status, String explanation) -> {
                bytes.skipBytes(part);
                exchange.on(asked(head, 0));
                on(new RequestRefused(status, explanation));
            }
        }
    }

    private Asked asked(RequestHead head, int retries) {
        return new Asked(
                requestBody.done(), head.idempotent(), head.keepsAlive(), head.upgrade(), retries);
    }

    private void forward(Destination to, RequestHead head, ByteBuf bytes, int part) {
        RequestEditor.write(head, forwardedFor, to.hiddenCookie(), shared.out());
        ByteBuf message = shared.head(channel.alloc(), part).writeBytes(bytes, part);
        server.begin(to, message, head.idempotent() && requestBody.done());
        on(asked(head, to.backend().retries()));
    }

    private boolean forwardBody(ByteBuf bytes) {
        HttpServerConnection to = server.connection();
        if (to == null || exchange.phase() == Phase.CONNECTING || requestBody.done()) {
            return false;
        }
        int count = requestBody.follow(bytes, bytes.readableBytes());
        Refusal wrong = requestBody.refusal();
        if (wrong != null) {
            on(new RequestRefused(wrong.status(), wrong.explanation()));
            return true;
        }
        to.write(inbox.take(bytes, count));
        bodyWritten = true;
        if (requestBody.done()) {
            on(Signal.REQUEST_ENDED);
        }
        alive();
        return !inbox.isEmpty();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.EVENT && !draining) {
            drain();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            switch (stage) {
                case HEAD, LINGER -> channel.close();
                case EXCHANGE -> on(Signal.CLIENT_HALF_CLOSED);
                case ENDED -> {}
            }
        }
    }

    private void drain() {
        draining = true;
        exchange.on(Signal.DRAIN);
        if (stage == Stage.HEAD && inbox.isEmpty()) {
            expireIn(Math.min(DRAIN_IDLE_NANOS, protocol.keepAliveNanos()));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        HttpServerConnection from = server.connection();
        if (from != null && channel.isWritable()) {
            alive();
            from.resumeReading();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (stage != Stage.ENDED) {
            on(Signal.CLIENT_CLOSED);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        channel.close();
    }

    void serverConnected(boolean reused) {
        on(Exchange.connected(reused));
        received();
    }

    void serverFailed() {
        server.failed();
        on(Signal.CONNECT_FAILED);
    }

    void serverWritable() {
        alive();
        adjustReading();
    }

    /** A response head, and {@code part} bytes of its body at the reader index of {@code bytes}. */
    void answered(ResponseHead head, Body framing, ByteBuf bytes, int part) {
        if (before11 && framing == Body.CHUNKED) {
            on(new ResponseRefused("the server's answer is chunked, which HTTP/1.0 does not know"));
            return;
        }
        Action action =
                exchange.on(
                        new Answered(
                                head.status(),
                                head.interim(),
                                head.keepsAlive(),
                                framing == Body.UNTIL_CLOSE));
        if (action == Step.PASS || action == Step.TUNNEL) {
            pass(head, bytes, part);
        }
        if (action != Step.PASS) {
            carryOut(action);
        }
    }

    private void pass(ResponseHead head, ByteBuf bytes, int part) {
        if (head.interim() && before11) {
            return;
        }
        String cookie = head.status() < 200 ? null : server.setCookie();
        Tell tell = Tell.of(head, exchange.keepsClient(), before11);
        ResponseEditor.write(head, tell, cookie, shared.out());
        if (part <= TOGETHER_BYTES_MAX) {
            write(shared.head(channel.alloc(), part).writeBytes(bytes, part));
        } else {
            write(shared.head(channel.alloc(), 0));
            write(bytes.readRetainedSlice(part));
        }
        if (!head.interim()) {
            server.dropMessage();
        }
        alive();
    }

    /** Takes over a part of the response's body. */
    void passBody(ByteBuf bytes) {
        write(bytes);
        alive();
    }

    private void write(ByteBuf bytes) {
        channel.write(bytes, channel.voidPromise());
        HttpServerConnection from = server.connection();
        if (from != null && !channel.isWritable()) {
            from.pauseReading();
        }
    }

    void flush() {
        channel.flush();
    }

    void on(Event event) {
        carryOut(exchange.on(event));
    }

    private void carryOut(Action action) {
        switch (action) {
            case Step step -> carryOut(step);
            case Reply reply -> reply(reply);
            case End(boolean keepServer, boolean keepClient) -> end(keepServer, keepClient);
        }
    }

    private void carryOut(Step step) {
        switch (step) {
            case NOTHING, PASS -> {}
            case CONNECT -> connect(server.connectNext());
            case CONNECT_FRESH -> connect(server.connectFresh());
            case SEND -> {
                server.send(toHead);
                alive();
            }
            case TUNNEL -> tunnel(Objects.requireNonNull(server.connection()));
            case ABORT -> {
                Resets.reset(channel);
                endAll();
            }
            case ABANDON -> {
                channel.close();
                endAll();
            }
        }
    }

    private void connect(@Nullable Event atOnce) {
        if (atOnce == null) {
            expireIn(server.timeouts().connect().toNanos());
        } else {
            on(atOnce);
        }
    }

    /** HTTP/1.0 clients are not told that they might stay. */
    private void reply(Reply reply) {
        boolean keep = reply.keepClient() && !before11;
        server.leave(false);
        write(OwnReply.of(channel.alloc(), reply.status(), reply.explanation(), !keep, toHead));
        endResponse(keep);
    }

    private void end(boolean keepServer, boolean keepClient) {
        channel.flush();
        server.leave(keepServer);
        endResponse(keepClient);
    }

    private void endResponse(boolean keepClient) {
        server.clear();
        toHead = false;
        if (keepClient) {
            channel.flush();
            stage = Stage.HEAD;
            expireIn(protocol.keepAliveNanos());
            received();
        } else {
            finish();
        }
    }

    /**
     * Ends the connection so that the client reads the last answer: closing a socket with unread
     * bytes would reset it, so our direction ends first and what still comes is thrown away for a
     * while (RFC 9112 §9.6).
     */
    private void finish() {
        if (exchange.clientAskedClose() && requestBody.done() && inbox.isEmpty()) {
            stage = Stage.ENDED;
            cleanUp();
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        stage = Stage.LINGER;
        expireIn(LINGER_NANOS);
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.shutdownOutput());
        received();
    }

    private void tunnel(HttpServerConnection from) {
        Server through = server.handOver();
        ByteBuf fromServer = from.takePending();
        ByteBuf fromClient = inbox.takeAll();
        stage = Stage.ENDED;
        cleanUp();
        channel.pipeline().remove(this);
        Tunnel.open(
                shared.loop(),
                channel,
                fromClient,
                from.handOver(),
                fromServer,
                protocol.tunnel(),
                through::ended);
    }

    private void endAll() {
        stage = Stage.ENDED;
        server.leave(false);
        cleanUp();
    }

    private void cleanUp() {
        shared.loop().deadlines().remove(deadline);
        inbox.drop();
        server.clear();
    }

    private void expireIn(long nanos) {
        shared.loop().deadlines().set(deadline, shared.loop().nowNanos() + nanos);
    }

    /** Something moved. */
    private void alive() {
        if (stage == Stage.EXCHANGE) {
            boolean onServer =
                    exchange.phase() == Phase.RESPONDING
                            ? channel.isWritable()
                            : exchange.requestEnded();
            expireIn(onServer ? server.timeouts().server().toNanos() : protocol.clientNanos());
        }
    }

    private void expired() {
        switch (stage) {
            case HEAD -> headTooLate();
            case EXCHANGE -> stalled();
            case LINGER, ENDED -> channel.close();
        }
    }

    private void headTooLate() {
        if (inbox.isEmpty()) {
            channel.close();
        } else {
            reply(new Reply(408, "the request did not arrive in time", false));
        }
    }

    private void stalled() {
        if (exchange.phase() == Phase.CONNECTING) {
            serverFailed();
        } else {
            boolean byServer = exchange.requestEnded() || !server.isWritable();
            on(byServer ? Signal.SERVER_STALLED : Signal.CLIENT_STALLED);
        }
    }
}
