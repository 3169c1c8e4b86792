package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import proa.node.http2.ErrorCode;
import proa.node.http2.FloodGuard;
import proa.node.http2.FrameHeader;
import proa.node.http2.FrameType;
import proa.node.http2.PeerSettings;
import proa.node.http2.RequestFields;
import proa.node.http2.Trailers;
import proa.node.http2.Violation;
import proa.node.message.HeadBuffer;
import proa.node.message.Refusal;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * What a client's frames mean for its connection and streams (RFC 9113 §6). On one event loop.
 *
 * <p>Streams that were never begun, that go on, that we reset and that are over are four cases with
 * an answer each (§5.1).
 */
final class ClientFrames implements FrameReader.Taker {

    /** A new one for each WebSocket handshake (RFC 6455 §4.1). */
    private static final RandomGenerator KEYS = new SecureRandom();

    private final Http2ClientConnection connection;
    private final FloodGuard guard;
    private final HeaderBlock block;
    private final HeadBuffer head = new HeadBuffer();
    private final RequestFields request = new RequestFields(head, KEYS);
    private final Trailers trailers = new Trailers();
    private final ResetStreams reset = new ResetStreams();
    private boolean greeted;
    private boolean agreed;
    private int last;
    private int heads;

    ClientFrames(Http2ClientConnection connection, FloodGuard guard, HeaderBlock block) {
        this.connection = connection;
        this.guard = guard;
        this.block = block;
    }

    /** The highest stream that was begun. */
    int lastStream() {
        return last;
    }

    /** Whether a head has begun and not ended. */
    boolean inHead() {
        return block.open() != 0;
    }

    /** How many heads have begun. */
    int heads() {
        return heads;
    }

    /** What still comes for this stream is no error. */
    void wasReset(int stream) {
        reset.add(stream);
    }

    void drop() {
        block.drop();
    }

    private long now() {
        return connection.shared().loop().nowNanos();
    }

    @Override
    public @Nullable Violation frame(FrameHeader header, ByteBuf payload) {
        FrameType type = header.type();
        if (!greeted && (type != FrameType.SETTINGS || header.has(FrameHeader.ACK))) {
            return protocol("SETTINGS do not come first");
        }
        if (block.open() != 0
                && (type != FrameType.CONTINUATION || header.stream() != block.open())) {
            return protocol("a head is interrupted");
        }
        return type == null ? guard.control(now()) : frame(type, header, payload);
    }

    private @Nullable Violation frame(FrameType type, FrameHeader header, ByteBuf payload) {
        return switch (type) {
            case DATA -> data(header, payload);
            case HEADERS -> headers(header, payload);
            case CONTINUATION -> continuation(header, payload);
            case PRIORITY -> guard.control(now());
            case RST_STREAM -> reset(header.stream());
            case SETTINGS -> settings(header, payload);
            case PING -> ping(header, payload);
            case GOAWAY -> guard.control(now()); // it begins no more; its requests go on
            case WINDOW_UPDATE -> windowUpdate(header.stream(), payload.readInt() & 0x7fff_ffff);
            case PUSH_PROMISE -> protocol("a push");
        };
    }

    private static Violation protocol(String explanation) {
        return Violation.ofConnection(ErrorCode.PROTOCOL_ERROR, explanation);
    }

    private @Nullable Violation data(FrameHeader header, ByteBuf payload) {
        boolean end = header.has(FrameHeader.END_STREAM);
        Violation flood = payload.isReadable() || end ? null : guard.control(now());
        if (flood != null) {
            return flood;
        }
        if (header.stream() > last || (header.stream() & 1) == 0) {
            return protocol("DATA before HEADERS");
        }
        if (!connection.received(header.length())) {
            return Violation.ofConnection(
                    ErrorCode.FLOW_CONTROL_ERROR, "more DATA than the connection's window");
        }
        if (!Payloads.unpad(header, payload)) {
            return protocol("more padding than payload");
        }
        ClientStream stream = connection.stream(header.stream());
        if (stream == null) {
            return late(header.stream(), end, payload.isReadable());
        }
        if (!stream.state().receives()) {
            return closed(header.stream());
        }
        int padding = header.length() - payload.readableBytes();
        stream.data(payload.retainedSlice(), padding, end);
        return null;
    }

    /**
     * What comes for a stream that is over here.
     *
     * @param paid whether it costs the client something, or has been counted
     */
    private @Nullable Violation late(int number, boolean end, boolean paid) {
        if (reset.contains(number)) {
            if (end) {
                reset.ended(number);
            }
            return null;
        }
        if (!reset.mayHaveHeld(number, last)) {
            return closed(0);
        }
        return paid ? null : guard.control(now());
    }

    private static Violation closed(int stream) {
        return new Violation(ErrorCode.STREAM_CLOSED, stream, "a stream that is over goes on");
    }

    private @Nullable Violation headers(FrameHeader header, ByteBuf payload) {
        if ((header.stream() & 1) == 0) {
            return protocol("a stream that is ours to begin");
        }
        if (!Payloads.unpad(header, payload)) {
            return protocol("more padding than payload");
        }
        if (!Payloads.skipPriority(header, payload)) {
            return Violation.ofConnection(
                    ErrorCode.FRAME_SIZE_ERROR, "HEADERS without the priority they announce");
        }
        heads++;
        block.begin(header.stream(), header.has(FrameHeader.END_STREAM));
        return part(header, payload);
    }

    private @Nullable Violation continuation(FrameHeader header, ByteBuf payload) {
        return block.open() == 0 ? protocol("CONTINUATION without HEADERS") : part(header, payload);
    }

    private @Nullable Violation part(FrameHeader header, ByteBuf payload) {
        if (!header.has(FrameHeader.END_HEADERS)) {
            return block.part(connection.allocator(), payload);
        }
        Violation wrong = block.end(connection.allocator(), payload);
        if (wrong != null) {
            return wrong;
        }
        return block.stream() > last ? begin() : goOn();
    }

    /** A head for a stream that has one already: trailers (RFC 9113 §8.1). */
    private @Nullable Violation goOn() {
        int number = block.stream();
        ClientStream stream = connection.stream(number);
        if (stream == null) {
            Violation flood = guard.control(now());
            return flood == null ? late(number, block.endStream(), true) : flood;
        }
        if (!stream.state().receives()) {
            return closed(number);
        }
        if (!block.endStream() || block.tooLarge()) {
            return malformed(number, "trailers that are not the end, or too large");
        }
        trailers.begin();
        FieldList fields = block.fields();
        for (int at = 0; at < fields.size(); at++) {
            AsciiString name = fields.name(at);
            AsciiString value = fields.value(at);
            trailers.field(
                    name.array(),
                    name.arrayOffset(),
                    name.arrayOffset() + name.length(),
                    value.array(),
                    value.arrayOffset(),
                    value.arrayOffset() + value.length());
        }
        stream.trailers(trailers.lines());
        return null;
    }

    private static Violation malformed(int stream, String explanation) {
        return new Violation(ErrorCode.PROTOCOL_ERROR, stream, explanation);
    }

    private @Nullable Violation begin() {
        last = block.stream();
        if (!connection.mayBegin(last)) {
            return notBegun();
        }
        if (block.tooLarge()) {
            connection.begin(last).refuse(Refusal.HEAD_LENGTH);
            return null;
        }
        String wrong = fields();
        if (wrong != null) {
            return malformed(last, wrong);
        }
        if (request.asksUnknownProtocol()) {
            connection.begin(last).refuse(Refusal.PROTOCOL_UNKNOWN);
            return null;
        }
        int count = connection.shared().toScratch(head);
        connection.begin(last).begin(count, request, block.endStream());
        return null;
    }

    /** Too many streams are a client's fault once it has seen how many there may be (§6.5.3). */
    private @Nullable Violation notBegun() {
        if (connection.isFull()) {
            connection.resets(last, ErrorCode.REFUSED_STREAM);
        } else {
            reset.add(last);
        }
        if (block.endStream()) {
            reset.ended(last);
        }
        if (!connection.isFull()) {
            return null;
        }
        return agreed ? guard.reset(now()) : guard.control(now());
    }

    private @Nullable String fields() {
        request.begin();
        FieldList fields = block.fields();
        for (int at = 0; at < fields.size(); at++) {
            AsciiString name = fields.name(at);
            AsciiString value = fields.value(at);
            request.field(
                    name.array(),
                    name.arrayOffset(),
                    name.arrayOffset() + name.length(),
                    value.array(),
                    value.arrayOffset(),
                    value.arrayOffset() + value.length());
        }
        return request.end(block.endStream());
    }

    private @Nullable Violation reset(int number) {
        if (number > last) {
            return protocol("RST_STREAM before HEADERS");
        }
        ClientStream stream = connection.stream(number);
        if (stream == null) {
            return guard.control(now());
        }
        stream.close();
        return guard.reset(now());
    }

    private @Nullable Violation settings(FrameHeader header, ByteBuf payload) {
        if (header.has(FrameHeader.ACK)) {
            agreed = true;
            return guard.control(now());
        }
        greeted = true;
        PeerSettings peer = connection.peer();
        int windowBefore = peer.windowBytes();
        Violation wrong = Payloads.settings(payload, peer);
        if (wrong != null) {
            return wrong;
        }
        if (!connection.adopt(peer.windowBytes() - windowBefore)) {
            return Violation.ofConnection(ErrorCode.FLOW_CONTROL_ERROR, "a window too large");
        }
        return guard.control(now());
    }

    private @Nullable Violation ping(FrameHeader header, ByteBuf payload) {
        if (header.has(FrameHeader.ACK)) {
            connection.pinged();
        } else {
            connection.frames().ping(true, payload.readLong());
            connection.frames().flushSoon();
        }
        return guard.control(now());
    }

    private @Nullable Violation windowUpdate(int number, int bytes) {
        if (number > last) {
            return protocol("WINDOW_UPDATE before HEADERS");
        }
        if (bytes == 0) {
            return new Violation(ErrorCode.PROTOCOL_ERROR, number, "a window grows by nothing");
        }
        if (!connection.grow(number, bytes)) {
            return new Violation(ErrorCode.FLOW_CONTROL_ERROR, number, "a window too large");
        }
        return guard.windowUpdate(now());
    }

    @Override
    public boolean isOver() {
        return connection.isOver();
    }

    /** A stream that ends by the client's fault counts like one it resets. */
    @Override
    public boolean violated(Violation violation) {
        Violation worst = violation;
        if (!violation.endsConnection()) {
            connection.endStream(violation);
            Violation flood = guard.reset(now());
            if (flood == null) {
                return true;
            }
            worst = flood;
        }
        connection.fail(worst);
        return false;
    }
}
