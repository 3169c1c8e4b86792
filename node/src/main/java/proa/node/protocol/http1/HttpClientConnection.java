package proa.node.protocol.http1;

import static proa.node.message.Parsed.Progress.PARTIAL;
import static proa.node.message.Parsed.Progress.WHOLE;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange;
import proa.node.exchange.Exchange.Action;
import proa.node.exchange.Exchange.Action.End;
import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Action.Step;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Asked;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Exchange.Phase;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic.Decision;
import proa.node.listener.Protocol.Drain;
import proa.node.message.Body;
import proa.node.message.FormScanner;
import proa.node.message.Parsed;
import proa.node.message.Refusal;
import proa.node.message.RequestHead;
import proa.node.message.ResponseHead;
import proa.node.protocol.tcp.Resets;
import proa.node.protocol.tcp.Silence;
import proa.node.record.Ending;

import java.util.Objects;

/**
 * A client's connection: reads one request after another, and carries out what its {@link Exchange}
 * decides.
 *
 * <p>Everything happens on one event loop, the server's side included. Reading stops while bytes
 * wait that nobody can take yet: the body of a request whose server is slow, a pipelined request
 * behind the current one, or any request of a client that does not read its answers.
 */
final class HttpClientConnection extends ChannelInboundHandlerAdapter implements Downstream {
    /** Bodies up to this size travel in one buffer with their head, and can be sent again. */
    private static final int TOGETHER_BYTES_MAX = 16 << 10;

    private final HttpLoop shared;
    private final SocketChannel channel;
    private final HttpProtocol protocol;
    private final ServerSide server;
    private final Inbox inbox = new Inbox();
    private final Exchange exchange = new Exchange();
    private final RequestUpload requestBody;
    private final ClientOutput output;
    private final ClientDeadline deadline;
    private Stage stage = Stage.HEAD;
    private final Answering answering;
    private @Nullable Sender sender;
    private boolean receiving;
    private boolean inputEnded;
    private boolean toHead;
    private boolean before11;

    HttpClientConnection(HttpLoop shared, SocketChannel channel, HttpProtocol protocol) {
        this.shared = shared;
        this.channel = channel;
        this.protocol = protocol;
        this.server = protocol.serverSide(shared, channel, this, exchange);
        this.requestBody = new RequestUpload(this, inbox, server);
        this.deadline = new ClientDeadline(shared, protocol, channel, this::expired);
        this.output = new ClientOutput(shared, channel, deadline, protocol, server.record());
        this.answering = new Answering(shared, this, output, deadline);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        sender = protocol.sender(channel, server.record());
        if (sender == null) {
            close();
        } else {
            deadline.forHead();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        server.received(((ByteBuf) bytes).readableBytes());
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
        requestBody.flush();
        adjustReading();
        if (inputEnded) {
            endInput();
        }
    }

    private boolean receive(ByteBuf bytes) {
        return switch (stage) {
            case HEAD -> readHead(bytes);
            case EXCHANGE -> requestBody.pass(bytes, exchange.phase());
            case LINGER, ENDED -> {
                bytes.skipBytes(bytes.readableBytes());
                yield false;
            }
        };
    }

    private void adjustReading() {
        boolean taken = inbox.isEmpty() || requestBody.wantsMore();
        boolean wanted = stage.reads(channel.isWritable(), taken && server.isWritable());
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
    }

    private boolean readHead(ByteBuf bytes) {
        if (!channel.isWritable() || !inbox.mayHoldHead(bytes, protocol.headLimits())) {
            return false;
        }
        int count = shared.toScratch(bytes, protocol.headLimits().headBytesMax());
        RequestHead head = shared.request();
        Parsed parsed = head.parse(shared.scratch(), 0, count, protocol.headLimits());
        if (parsed instanceof Refusal why) {
            reply(server.malformed(why, head.wrongAt(), count));
        } else if (parsed == PARTIAL && inbox.headIsPartial(bytes)) {
            server.record().headBegins();
            deadline.forHead();
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
        int part = requestBody.begin(head, protocol.bodyBytesMax(), bytes, TOGETHER_BYTES_MAX);
        Refusal wrong = requestBody.refusal();
        if (wrong != null) {
            reply(server.malformed(wrong, -1, 0));
            return;
        }
        Sender by = Objects.requireNonNull(sender);
        Decision decision = protocol.traffic().decide(by.facts(head, server.record()));
        if (decision instanceof Decision.Forward forward) {
            output.change(forward.edits());
            FormScanner form = forward.destination().form();
            if (form != null) {
                BodyLook.begin(form, head, bytes, part, server, output);
            }
            by.forward(server, shared, head, forward, bytes, part, requestBody.done());
            on(asked(head, forward.destination().backend().retries()));
        } else {
            bytes.skipBytes(part);
            exchange.on(asked(head, 0));
            answering.answer(decision);
        }
    }

    private Asked asked(RequestHead head, int retries) {
        return new Asked(
                requestBody.done(), head.idempotent(), head.keepsAlive(), head.upgrade(), retries);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Drain.EVENT && !exchange.draining()) {
            drain();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            endInput();
        }
    }

    /** The client sends nothing more; what it has sent before, if whole, is answered first. */
    private void endInput() {
        ByteBuf got = inbox.bytes();
        if (stage == Stage.LINGER || stage == Stage.HEAD && (got == null || channel.isWritable())) {
            clientDone(); // what is there, if anything, is only a part of a head
        } else if (stage == Stage.EXCHANGE
                && (got == null || answering.isHeld() || !requestBody.endsIn(got))) {
            on(answering.whenHalfClosed());
        }
    }

    private void drain() {
        exchange.on(Signal.DRAIN);
        if (stage == Stage.HEAD && inbox.isEmpty() && !deadline.isForFlush()) {
            deadline.forNext(true);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!channel.isWritable()) {
            return;
        }
        alive();
        server.resumeReading();
        if (stage == Stage.HEAD) {
            received();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (stage != Stage.ENDED) {
            on(Signal.CLIENT_CLOSED);
        }
        deadline.remove();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (stage == Stage.ENDED) {
            channel.close();
        } else {
            on(Signal.CLIENT_CLOSED);
        }
    }

    @Override
    public void serverConnected(boolean reused) {
        connect(Exchange.connected(reused));
    }

    @Override
    public void serverFailed() {
        on(server.failed());
    }

    @Override
    public void serverWritable() {
        alive();
        adjustReading();
    }

    @Override
    public boolean takesChunks() {
        return !before11;
    }

    @Override
    public void answered(ResponseHead head, Body framing, ByteBuf bytes, int part) {
        if (before11 && framing == Body.CHUNKED) {
            on(new ResponseRefused("the server's answer is chunked, which HTTP/1.0 does not know"));
            return;
        }
        boolean last = framing == Body.UNTIL_CLOSE;
        Event answer = new Event.Answered(head.status(), head.interim(), head.keepsAlive(), last);
        Action action = exchange.on(answer);
        if (action == Step.PASS || action == Step.TUNNEL) {
            server.answered();
            output.pass(head, exchange.keepsClient(), before11, bytes, part, server);
            alive();
        }
        if (action != Step.PASS) {
            carryOut(action);
        }
    }

    @Override
    public void passBody(ByteBuf bytes) {
        output.write(bytes, server.connection());
        alive();
    }

    @Override
    public void flush() {
        output.flush();
    }

    /** Ends without a byte. */
    void drop() {
        server.record().endsAs(Ending.REFUSED);
        endAll();
        Silence.drop(channel);
    }

    @Override
    public void on(Event event) {
        carryOut(exchange.on(server.noted(event)));
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
            case NOTHING, PASS, END_OUTPUT -> {}
            case CONNECT -> connect(server.connectNext());
            case CONNECT_FRESH -> connect(server.connectFresh());
            case SEND -> {
                server.send(toHead);
                alive();
            }
            case TUNNEL -> tunnel();
            case ABORT -> {
                endAll();
                Resets.reset(channel);
            }
            case ABANDON -> {
                endAll();
                channel.close();
            }
        }
    }

    @Override
    public String requestId() {
        return server.record().requestId();
    }

    @Override
    public void connect(@Nullable Event atOnce) {
        if (atOnce == null) {
            deadline.in(server.patienceNanos());
        } else {
            on(atOnce);
            received();
        }
    }

    /** HTTP/1.0 clients are not told that they might stay. */
    private void reply(Reply reply) {
        boolean keep = reply.keepClient() && !before11;
        server.leave(false);
        output.reply(reply, !keep, toHead);
        endResponse(keep);
    }

    /** Before the client has the end: its next request may come on another loop at once. */
    private void end(boolean keepServer, boolean keepClient) {
        server.leave(keepServer);
        endResponse(keepClient);
    }

    private void endResponse(boolean keepClient) {
        server.clear();
        toHead = false;
        if (keepClient) {
            output.flush();
            stage = Stage.HEAD;
            deadline.forNext(exchange.draining());
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
            closeWhenFlushed();
            return;
        }
        stage = Stage.LINGER;
        output.endAndLinger();
        received();
    }

    /** The client sends nothing more, and all that was asked for is written. */
    private void clientDone() {
        if (output.isPending()) {
            closeWhenFlushed();
        } else {
            close();
        }
    }

    private void closeWhenFlushed() {
        stage = Stage.ENDED;
        inbox.drop();
        server.clear();
        output.closeWhenFlushed();
        adjustReading();
    }

    private void close() {
        endAll();
        output.close();
    }

    private void tunnel() {
        ServerConnection from = Objects.requireNonNull(server.connection());
        Server through = server.handOver();
        ByteBuf fromClient = inbox.takeAll();
        stage = Stage.ENDED;
        cleanUp();
        channel.pipeline().remove(this);
        Tunnel.open(shared.loop(), channel, fromClient, from, protocol.tunnel(), through::ended);
    }

    /** Comes before closing: bytes that arrive until that is done must not begin a request. */
    private void endAll() {
        stage = Stage.ENDED;
        server.leave(false);
        cleanUp();
    }

    private void cleanUp() {
        answering.release();
        deadline.remove();
        inbox.drop();
        server.clear();
    }

    void alive() {
        deadline.alive(stage, exchange, server);
    }

    private void expired() {
        switch (stage) {
            case HEAD -> headTooLate();
            case EXCHANGE -> stalled();
            case LINGER, ENDED -> close();
        }
    }

    /** A client that still reads an answer is not idle: until then it has the client's time. */
    private void headTooLate() {
        if (output.isPending() && !deadline.isForFlush()) {
            deadline.forFlush();
            output.whenFlushed(this::flushed);
        } else if (inbox.isEmpty() || deadline.isForFlush()) {
            close();
        } else {
            reply(new Reply(408, "the request did not arrive in time", false));
        }
    }

    private void flushed() {
        if (stage == Stage.HEAD && inbox.isEmpty()) {
            deadline.forNext(exchange.draining());
        } else if (stage == Stage.HEAD) {
            deadline.forHead();
        }
    }

    private void stalled() {
        Event refused = answering.release();
        if (refused != null) {
            on(refused);
        } else if (exchange.phase() == Phase.CONNECTING) {
            serverFailed();
        } else {
            boolean byServer = deadline.isByServer(exchange, server);
            on(byServer ? server.stalled(exchange.phase()) : Signal.CLIENT_STALLED);
        }
    }
}
