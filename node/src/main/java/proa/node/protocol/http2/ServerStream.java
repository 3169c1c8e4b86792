package proa.node.protocol.http2;

import static proa.node.message.Parsed.Progress.WHOLE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

import proa.config.HealthConfig.Failure;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Server;
import proa.node.http2.ErrorCode;
import proa.node.http2.ReceiveWindow;
import proa.node.http2.WebSocket;
import proa.node.message.Body;
import proa.node.message.HeadBuffer;
import proa.node.message.HeadLimits;
import proa.node.message.Refusal;
import proa.node.message.ResponseHead;
import proa.node.protocol.http1.Downstream;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.HttpServerConnection;
import proa.node.protocol.http1.ServerConnection;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * One request on a server's connection of HTTP/2. To the client's side it is a connection of
 * HTTP/1.1: both messages have that form here. On one event loop.
 */
final class ServerStream implements ServerConnection, SendLine.Sending {

    /** What a server may send before the client has taken it. */
    static final int WINDOW_BYTES = 64 << 10;

    /** Bytes of a request that may wait for the server. */
    private static final int WAITING_BYTES_MAX = 32 << 10;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

    private final HttpLoop shared;
    private final Server server;
    private final FramedBody requestBody = new FramedBody();
    private final ReceiveWindow window = new ReceiveWindow(WINDOW_BYTES);
    private @Nullable Downstream client;
    private @Nullable Http2ServerConnection connection;
    private @Nullable StreamOutput output;
    private int number;
    private int interimResponses;
    private boolean toHead;
    private boolean headCame;
    private boolean over;
    private boolean lost;
    private boolean tunnel;
    private boolean blocked;
    private boolean paused;
    private int owed;
    private Body framing = Body.NONE;
    private @Nullable String accept;
    private long left;

    ServerStream(HttpLoop shared, Server server, Downstream client) {
        this.shared = shared;
        this.server = server;
        this.client = client;
    }

    Server server() {
        return server;
    }

    /** Its number on the connection; 0: it has not begun. */
    int number() {
        return number;
    }

    void placed(Http2ServerConnection on) {
        connection = on;
    }

    private Http2ServerConnection connection() {
        return Objects.requireNonNull(connection);
    }

    @Override
    public StreamOutput output() {
        return Objects.requireNonNull(output);
    }

    @Override
    public boolean isConnected() {
        return connection().isConnected();
    }

    /** Whether its client still waits for it. */
    boolean isWanted() {
        return client != null;
    }

    /** The connection is there; {@code reused}: it has carried others before. */
    void connected(boolean reused) {
        Downstream to = client;
        if (to != null) {
            to.serverConnected(reused);
        }
    }

    @Override
    public void begin(ByteBuf message, boolean answersHead) {
        Http2ServerConnection to = connection();
        toHead = answersHead;
        RequestList head = to.servers().request();
        int count = shared.toScratch(message, message.readableBytes());
        message.skipBytes(head.read(shared.scratch(), count, to.scheme()));
        String key = head.key();
        if (key != null && !to.peer().connectProtocol()) {
            message.release();
            refuseBecause("the server does not take WebSocket over HTTP/2");
            return;
        }
        accept = key == null ? null : WebSocket.accept(key);
        number = to.begin(this);
        output = new StreamOutput(number, to.frames(), to.peer().windowBytes());
        boolean none = head.body() == Body.NONE && key == null;
        requestBody.begin(key == null ? head.body() : Body.UNTIL_CLOSE, head.length());
        to.frames().headers(number, none, head.list(), to.peer().payloadMax());
        if (none) {
            output().endedWithHead();
        }
        write(message);
        flush();
    }

    @Override
    public void write(ByteBuf bytes) {
        requestBody.read(bytes, bytes.readableBytes(), output());
        bytes.release();
        if (requestBody.done() && !output().ending()) {
            output().end(requestBody.trailers());
        }
        connection().line().wantsToSend(this);
    }

    @Override
    public void flush() {
        connection().frames().flushSoon();
    }

    @Override
    public boolean isWritable() {
        blocked = output != null && output.waitingBytes() >= WAITING_BYTES_MAX;
        return !blocked;
    }

    @Override
    public void sent() {
        Downstream to = client;
        if (blocked && to != null && isWritable()) {
            to.serverWritable();
        }
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        allow(0);
    }

    /** The server may send so many bytes more, once the client takes them. */
    private void allow(int count) {
        owed += count;
        if (!paused && owed > 0) {
            int more = window.consumed(owed);
            owed = 0;
            Http2ServerConnection to = connection; // none: its client went while it was written to
            if (more > 0 && !over && to != null) {
                to.frames().windowUpdate(number, more);
                to.frames().flushSoon();
            }
        }
    }

    @Override
    public void tunnel(Downstream through) {
        client = through;
        tunnel = true;
    }

    @Override
    public void endOutput() {
        output().end(null);
        connection().line().wantsToSend(this);
    }

    @Override
    public void stalled(long nanos) {
        connection().stalled(nanos);
    }

    @Override
    public void release(boolean keep, int idleMax, long idleNanos) {
        client = null;
        Http2ServerConnection from = connection;
        connection = null;
        if (from == null) {
            return;
        }
        boolean unfinished = number > 0 && !lost && !(over && output().ended());
        if (unfinished && !from.isOver()) {
            from.frames().reset(number, ErrorCode.CANCEL);
            from.frames().flushSoon();
        }
        if (output != null) {
            from.line().remove(this);
            output.drop();
        }
        from.left(this, idleMax, idleNanos);
    }

    /** A response head is in {@code head}, or something else that is malformed. */
    void answered(HeadBuffer head, boolean endStream) {
        int count = shared.toScratch(head);
        ResponseHead response = shared.response();
        if (response.parse(shared.scratch(), 0, count, HeadLimits.OF_SERVERS) != WHOLE) {
            refuse("its head cannot be read");
            return;
        }
        boolean interim = response.interim();
        if (interim && ++interimResponses > HttpServerConnection.INTERIM_RESPONSES_MAX) {
            refuse(Refusal.INTERIM_COUNT.explanation());
            return;
        }
        Body body = response.body(toHead);
        if (!interim && endStream && body == Body.LENGTH) {
            refuse("a body is missing");
            return;
        }
        if (HttpServerConnection.isServerError(response.status())) {
            server.failed(Failure.SERVER_ERROR, requestId());
        }
        if (!interim) {
            headCame = true;
            framing = endStream ? Body.NONE : isSwitch(response) ? Body.UNTIL_CLOSE : body;
            left = response.bodyLength();
        }
        Downstream to = client;
        if (to != null) {
            to.answered(response, interim ? Body.NONE : framing, Unpooled.EMPTY_BUFFER, 0);
            to.flush();
        }
        if (endStream) {
            ended();
        }
    }

    private static boolean isSwitch(ResponseHead response) {
        return response.status() == 101;
    }

    /** What answers the key of the client's WebSocket handshake, or null: it is none. */
    @Nullable String accept() {
        return accept;
    }

    boolean headCame() {
        return headCame;
    }

    /** Whether a body is to be framed for the client. */
    boolean framed() {
        Downstream to = client;
        return to != null && !to.endsBodies() && !toHead;
    }

    /** Whether a body may be framed by chunks. */
    boolean chunks() {
        Downstream to = client;
        return to == null || to.takesChunks();
    }

    /** Whether more than window allows has come. */
    boolean received(int count) {
        return window.received(count);
    }

    /**
     * A part of the response's body.
     *
     * @param bytes taken over
     * @param padding bytes of the frame besides
     */
    void data(ByteBuf bytes, int padding, boolean endStream) {
        int count = bytes.readableBytes();
        left -= count;
        boolean fits =
                switch (framing) {
                    case NONE -> count == 0;
                    case LENGTH -> left >= 0 && (!endStream || left == 0);
                    case CHUNKED, UNTIL_CLOSE -> true;
                };
        if (over || !headCame || !fits) {
            bytes.release();
            refuse("a body that its head did not announce");
            return;
        }
        pass(bytes);
        if (!over) {
            allow(count + padding);
        }
        if (endStream) {
            end(null);
        }
    }

    private void pass(ByteBuf bytes) {
        Downstream to = client;
        if (to == null || !bytes.isReadable()) {
            bytes.release();
            return;
        }
        if (framing == Body.CHUNKED) {
            byte[] size =
                    (Integer.toHexString(bytes.readableBytes()) + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII);
            ByteBuf chunk = bytes.alloc().directBuffer(size.length + bytes.readableBytes() + 2);
            to.passBody(chunk.writeBytes(size).writeBytes(bytes).writeBytes(CRLF));
            bytes.release();
        } else {
            to.passBody(bytes);
        }
        to.flush();
    }

    /** The response ends, with these lines behind its body. */
    void end(@Nullable HeadBuffer trailers) {
        Downstream to = client;
        if (framing == Body.LENGTH && left != 0) {
            refuse("a body that is shorter than its head said");
            return;
        }
        if (to != null && framing == Body.CHUNKED) {
            ByteBuf last = connection().allocator().directBuffer();
            last.writeBytes(LAST_CHUNK);
            if (trailers != null) {
                last.writeBytes(trailers.bytes(), 0, trailers.length());
            }
            to.passBody(last.writeBytes(CRLF));
            to.flush();
        }
        ended();
    }

    private void ended() {
        over = true;
        Downstream to = client;
        if (to != null) {
            to.on(Signal.RESPONSE_ENDED);
        }
    }

    /** The response cannot be passed on. */
    void refuse(String why) {
        refuseBecause("the server's answer is malformed: " + why);
    }

    private void refuseBecause(String why) {
        Downstream to = client;
        if (to != null) {
            to.on(new ResponseRefused(why));
        }
    }

    /** The server has not looked at the request and will not (RFC 9113 §8.7). */
    void refused() {
        lost(Signal.SERVER_REFUSED);
    }

    /** The connection is gone. One that was used before may be closed by nobody's fault. */
    void gone() {
        if (number == 1) {
            reset();
        } else {
            lost(Signal.SERVER_RESET);
        }
    }

    /** The server has reset the stream. */
    void reset() {
        if (!over && !headCame) {
            server.failed(Failure.NO_ANSWER, requestId());
        }
        lost(Signal.SERVER_RESET);
    }

    private String requestId() {
        Downstream of = client;
        return of == null ? "" : of.requestId();
    }

    /**
     * The end of a response is the end. A tunnel whose server has ended its side still has one: all
     * has come, and what the client says has nobody left to hear it.
     */
    private void lost(Signal how) {
        Downstream to = client;
        boolean ended = tunnel ? lost || over && output().ended() : over;
        if (to != null && !ended) {
            Signal told = over ? Signal.SERVER_CLOSED : how;
            over = true;
            lost = true; // a reset is not answered by another one (RFC 9113 §5.4.2)
            to.on(told);
        }
    }

    /** No connection could be made. */
    void failed() {
        Downstream to = client;
        if (to != null) {
            to.serverFailed();
        }
    }
}
