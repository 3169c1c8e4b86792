package proa.node.protocol.http2;

import static proa.node.message.Parsed.Progress.WHOLE;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;
import proa.node.exchange.Exchange;
import proa.node.exchange.Exchange.Action;
import proa.node.exchange.Exchange.Action.End;
import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Action.Step;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Asked;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Exchange.Phase;
import proa.node.exchange.Traffic.Decision;
import proa.node.http2.ErrorCode;
import proa.node.http2.RequestFields;
import proa.node.http2.StreamState;
import proa.node.message.Body;
import proa.node.message.FormScanner;
import proa.node.message.HeadBuffer;
import proa.node.message.Parsed;
import proa.node.message.Refusal;
import proa.node.message.RequestHead;
import proa.node.message.ResponseHead;
import proa.node.protocol.http1.Downstream;
import proa.node.protocol.http1.Held;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.ServerConnection;
import proa.node.protocol.http1.ServerSide;
import proa.node.protocol.http2.RequestBody.Judgement;
import proa.node.record.Ending;

import java.util.Objects;

/**
 * One request of a client and its response: carries out what its {@link Exchange} decides. To the
 * server's side it is a client like one of HTTP/1.1; an extended CONNECT (RFC 8441) is the upgrade
 * it stands for, and a tunnel once the server has agreed. On one event loop.
 *
 * <p>Neither way is more kept than a window or a read: what the server does not take the client is
 * not allowed to send, and what the client does not take is not read from the server.
 */
final class ClientStream implements Downstream, SendLine.Sending {

    /** Bytes of a response that may wait for the client before reading from the server pauses. */
    private static final int WAITING_BYTES_MAX = 32 << 10;

    private final int number;
    private final Http2ClientConnection connection;
    private final HttpLoop shared;
    private final ServerSide server;
    private final Exchange exchange = new Exchange();
    private final FramedBody responseBody = new FramedBody();
    private final StreamOutput output;
    private final Upload upload;
    private final AnswerHeads heads;
    private final Held held;
    private final Deadlines.Entry deadline = new Deadlines.Entry(_ -> expired());
    private StreamState state = StreamState.OPEN;
    private @Nullable String key;
    private boolean toHead;
    private boolean closed;
    private long noted;

    ClientStream(int number, Http2ClientConnection connection, int sendWindow, int window) {
        this.number = number;
        this.connection = connection;
        this.shared = connection.shared();
        this.server = connection.protocol().streamSide(shared, this, exchange);
        this.output = new StreamOutput(number, connection.frames(), sendWindow);
        this.upload = new Upload(number, connection, window);
        this.heads = new AnswerHeads(connection, server);
        this.held = new Held(shared);
    }

    int number() {
        return number;
    }

    StreamState state() {
        return state;
    }

    @Override
    public StreamOutput output() {
        return output;
    }

    /**
     * The request begins; its head is in {@link HttpLoop#scratch()}.
     *
     * @param headBytes bytes of it
     * @param request what it was made of
     * @param endStream whether no body follows
     */
    void begin(int headBytes, RequestFields request, boolean endStream) {
        server.record().received(headBytes);
        RequestHead head = shared.request();
        Parsed parsed =
                head.parse(shared.scratch(), 0, headBytes, connection.protocol().headLimits());
        toHead = parsed == WHOLE && head.methodIs("HEAD");
        key = request.key();
        Judgement body =
                key == null ? upload.begin(request.length(), endStream) : upload.beginTunnel();
        if (endStream) {
            state = state.endReceived();
        }
        if (parsed != WHOLE) {
            refuse(parsed instanceof Refusal why ? why : Refusal.HEAD_LENGTH);
        } else if (body == Judgement.TOO_LARGE) {
            refuse(Refusal.BODY_LENGTH);
        } else {
            decide(head);
        }
    }

    /** Refuses a request that never came to the rules. */
    void refuse(Refusal why) {
        exchange.on(new Asked(upload.ended(), false, false, false, 0));
        on(server.refused(why));
    }

    private void decide(RequestHead head) {
        Decision decision = connection.decide(head, server.record());
        boolean whole = upload.ended() || key != null;
        if (decision instanceof Decision.Forward forward) {
            heads.change(forward.edits());
            connection
                    .sender()
                    .forward(server, shared, head, forward, connection.nothing(), 0, whole);
            FormScanner form = forward.destination().form();
            if (form != null && !whole) {
                upload.lookFirst(form, server);
                heads.askForBody(head, number);
            }
            int retries = forward.destination().backend().retries();
            on(new Asked(whole, head.idempotent(), true, key != null, retries));
        } else {
            exchange.on(new Asked(whole, false, true, false, 0));
            answer(decision);
        }
    }

    private void answer(Decision decision) {
        switch (decision) {
            case Decision.Forward _ -> throw new IllegalStateException("not an answer");
            case Decision.Reply reply -> on(Held.refused(reply));
            case Decision.Respond respond -> on(heads.prepare(respond));
            case Decision.Tarpit(long delayNanos, Decision.Reply then) -> {
                if (held.hold(then)) {
                    in(delayNanos);
                } else {
                    on(Held.refused(then));
                }
            }
            case Decision.Drop _ -> {
                server.record().endsAs(Ending.REFUSED);
                connection.drop();
            }
        }
    }

    /**
     * A part of the request's body.
     *
     * @param bytes taken over
     * @param padding bytes of the frame besides
     */
    void data(ByteBuf bytes, int padding, boolean last) {
        if (!upload.received(bytes.readableBytes() + padding)) {
            bytes.release();
            reset(ErrorCode.FLOW_CONTROL_ERROR);
            connection.misbehaved();
            return;
        }
        server.received(bytes.readableBytes());
        if (last) {
            state = state.endReceived();
        }
        judged(upload.add(bytes, padding, last));
    }

    /** The request's body ends with these lines behind it; null: they are malformed. */
    void trailers(@Nullable HeadBuffer lines) {
        state = state.endReceived();
        judged(lines == null ? Judgement.MALFORMED : upload.end(lines));
    }

    private void judged(Judgement judgement) {
        switch (judgement) {
            case MALFORMED -> {
                reset(ErrorCode.PROTOCOL_ERROR);
                connection.misbehaved();
            }
            case TOO_LARGE -> {
                Refusal why = Refusal.BODY_LENGTH;
                upload.discard();
                if (isAnsweredByServer()) {
                    on(new RequestRefused(why.status(), why.explanation()));
                }
            }
            case FINE -> {
                if (isAnsweredByServer()) {
                    forward();
                } else {
                    upload.discard(); // the answer does not wait for the rest of the question
                }
            }
        }
    }

    private boolean isAnsweredByServer() {
        return exchange.phase() != Phase.OVER && exchange.phase() != Phase.READY;
    }

    /** Passes on what has come of the body, as far as the server takes it. */
    private void forward() {
        ServerConnection to = server.connection();
        Phase at = exchange.phase();
        boolean early = key == null ? at == Phase.CONNECTING : at != Phase.TUNNEL;
        if (to == null || early || upload.passedOn()) {
            if (upload.isLookedAt()) {
                connect(server.connectNext());
            }
            return;
        }
        upload.forward(to);
        if (upload.passedOn()) {
            on(Signal.REQUEST_ENDED);
        }
        alive();
    }

    @Override
    public boolean endsBodies() {
        return true;
    }

    @Override
    public String requestId() {
        return server.record().requestId();
    }

    @Override
    public void connect(@Nullable Event atOnce) {
        if (atOnce == null) {
            in(server.patienceNanos());
        } else {
            on(atOnce);
            forward();
        }
    }

    @Override
    public void serverConnected(boolean reused) {
        on(Exchange.connected(reused));
        forward();
    }

    @Override
    public void serverFailed() {
        on(server.failed());
    }

    @Override
    public void serverWritable() {
        alive();
        forward();
    }

    @Override
    public void answered(ResponseHead head, Body framing, ByteBuf bytes, int part) {
        Action action = exchange.on(AnswerHeads.event(head, framing, key));
        if (action == Step.PASS) {
            server.answered();
            pass(head, framing, bytes, part);
            alive();
        } else if (action == Step.TUNNEL) {
            server.answered();
            tunnel(head);
        } else {
            carryOut(action);
        }
    }

    private void tunnel(ResponseHead head) {
        heads.write(head);
        connection.sendSwitched(number, shared.out());
        server.record().answered(200);
        responseBody.begin(Body.UNTIL_CLOSE, 0);
        Objects.requireNonNull(server.connection()).tunnel(this);
        forward();
        alive();
    }

    private void pass(ResponseHead head, Body framing, ByteBuf bytes, int part) {
        heads.write(head);
        if (head.interim()) {
            sendHead(false);
            return;
        }
        server.record().answered(head.status());
        server.dropMessage();
        responseBody.begin(framing, head.bodyLength());
        sendHead(framing == Body.NONE);
        body(bytes, part);
    }

    private void sendHead(boolean end) {
        if (end) {
            output.endedWithHead();
            state = state.endSent();
        }
        connection.sendHead(number, end, shared.out());
    }

    @Override
    public void passBody(ByteBuf bytes) {
        body(bytes, bytes.readableBytes());
        bytes.release();
        alive();
    }

    private void body(ByteBuf bytes, int count) {
        server.record().sent(count);
        responseBody.read(bytes, count, output);
        if (responseBody.done() && !output.ending()) {
            output.end(responseBody.trailers());
        }
        send();
    }

    private void send() {
        note();
        connection.line().wantsToSend(this);
        ServerConnection from = server.connection();
        if (from != null && !takesMore()) {
            from.pauseReading();
        }
    }

    private boolean takesMore() {
        return output.waitingBytes() < connection.waitingBytesMax(WAITING_BYTES_MAX);
    }

    @Override
    public void sent() {
        note();
        if (output.ended()) {
            state = state.endSent();
            endIfDone();
            return;
        }
        ServerConnection from = server.connection();
        if (from != null && takesMore()) {
            from.resumeReading();
        }
        alive();
    }

    @Override
    public void flush() {
        connection.frames().flushSoon();
    }

    @Override
    public void on(Event event) {
        carryOut(exchange.on(server.noted(event)));
    }

    private void carryOut(Action action) {
        switch (action) {
            case Step step -> carryOut(step);
            case Reply reply -> reply(reply);
            case End(boolean keepServer, boolean _) -> {
                server.leave(keepServer);
                endOutput();
            }
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
            case TUNNEL -> throw new IllegalStateException("only a response brings about that");
            case END_OUTPUT -> endOutput();
            case ABORT -> reset(key == null ? ErrorCode.INTERNAL_ERROR : ErrorCode.CANCEL);
            case ABANDON -> close();
        }
    }

    private void reply(Reply reply) {
        server.leave(false);
        upload.discard();
        ByteBuf message = heads.own(reply, toHead);
        ResponseHead head = shared.response();
        pass(head, head.body(toHead), message, message.readableBytes());
        message.release();
        endIfDone();
        alive();
    }

    private void endOutput() {
        if (!output.ending()) {
            output.end(null);
        }
        send();
        endIfDone();
        alive();
    }

    /** Once the whole answer is out, a client that still sends is told to stop (RFC 9113 §8.1). */
    private void endIfDone() {
        if (closed || !output.ended() || isAnsweredByServer()) {
            return;
        }
        if (state.receives()) {
            reset(ErrorCode.NO_ERROR);
        } else {
            close();
        }
    }

    /** Ends the stream at once; the client is told why. */
    void reset(ErrorCode code) {
        if (!closed) {
            connection.resets(number, code);
            close();
        }
    }

    /** Ends the stream without a word. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        state = StreamState.CLOSED;
        held.release();
        shared.loop().deadlines().remove(deadline);
        server.leave(false);
        server.clear(output.ended());
        output.drop();
        note();
        upload.drop();
        connection.left(this);
    }

    /** Tells the connection of what has changed in how much waits for the client. */
    private void note() {
        long now = output.waitingBytes();
        connection.waits(now - noted);
        noted = now;
    }

    /** Something moved. The time for connecting goes on, whatever else does. */
    private void alive() {
        if (closed || exchange.phase() == Phase.CONNECTING) {
            return;
        }
        in(StreamPatience.nanos(exchange, server, output, connection));
    }

    private void in(long nanos) {
        shared.loop().deadlines().set(deadline, shared.loop().nowNanos() + nanos);
    }

    private void expired() {
        Event refused = held.release();
        if (refused != null) {
            on(refused);
            return;
        }
        switch (exchange.phase()) {
            case CONNECTING -> serverFailed();
            case WAITING, RESPONDING -> {
                boolean onServer = StreamPatience.isOnServer(exchange, server, output);
                on(onServer ? server.stalled(exchange.phase()) : Signal.CLIENT_STALLED);
            }
            case READY, TUNNEL, OVER -> reset(ErrorCode.CANCEL);
        }
    }
}
