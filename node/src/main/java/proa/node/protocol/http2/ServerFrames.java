package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import proa.config.Http2Options;
import proa.node.http2.AnswerFields;
import proa.node.http2.ErrorCode;
import proa.node.http2.FloodGuard;
import proa.node.http2.FrameHeader;
import proa.node.http2.FrameType;
import proa.node.http2.PeerSettings;
import proa.node.http2.Trailers;
import proa.node.http2.Violation;
import proa.node.message.HeadBuffer;
import proa.node.message.HeadLimits;

/** What a server's frames mean for its connection and streams (RFC 9113 §6). On one event loop. */
final class ServerFrames implements FrameReader.Taker {

    /** Servers are trusted a little more than strangers, but not without limit. */
    private static final Http2Options LIMITS = new Http2Options(1, 64 << 10, 10_000, 10_000, 16);

    private final Http2ServerConnection connection;
    private final FloodGuard guard;
    private final HeaderBlock block =
            new HeaderBlock(
                    new FieldList(),
                    HeadLimits.OF_SERVERS.headBytesMax(),
                    LIMITS.continuationsMax());
    private final HeadBuffer head = new HeadBuffer();
    private final AnswerFields answer = new AnswerFields(head);
    private final Trailers trailers = new Trailers();
    private boolean greeted;

    ServerFrames(Http2ServerConnection connection, long nowNanos) {
        this.connection = connection;
        this.guard = new FloodGuard(LIMITS, nowNanos);
    }

    FloodGuard guard() {
        return guard;
    }

    void drop() {
        block.drop();
    }

    private long now() {
        return connection.nowNanos();
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
            case CONTINUATION ->
                    block.open() == 0
                            ? protocol("CONTINUATION without HEADERS")
                            : part(header, payload);
            case PRIORITY -> guard.control(now());
            case RST_STREAM -> reset(header.stream(), ErrorCode.of(payload.readUnsignedInt()));
            case SETTINGS -> settings(header, payload);
            case PING -> ping(header, payload);
            case GOAWAY -> {
                connection.goesAway(payload.readInt() & 0x7fff_ffff);
                yield guard.control(now());
            }
            case WINDOW_UPDATE -> windowUpdate(header.stream(), payload.readInt() & 0x7fff_ffff);
            case PUSH_PROMISE -> protocol("a push");
        };
    }

    private static Violation protocol(String explanation) {
        return Violation.ofConnection(ErrorCode.PROTOCOL_ERROR, explanation);
    }

    private @Nullable Violation data(FrameHeader header, ByteBuf payload) {
        boolean end = header.has(FrameHeader.END_STREAM);
        if (!connection.received(header.length()) || !Payloads.unpad(header, payload)) {
            return protocol("DATA beyond the window, or its padding");
        }
        ServerStream stream = connection.stream(header.stream());
        if (stream == null) {
            return unknown(header.stream());
        }
        if (!stream.received(header.length())) {
            return new Violation(ErrorCode.FLOW_CONTROL_ERROR, header.stream(), "a window");
        }
        Violation flood = payload.isReadable() || end ? null : guard.control(now());
        int padding = header.length() - payload.readableBytes();
        stream.data(payload.retainedSlice(), padding, end);
        return flood;
    }

    /** What comes for a stream that we have given up is ignored. */
    private @Nullable Violation unknown(int number) {
        return connection.hasBegun(number) ? null : protocol("a stream that was not begun");
    }

    private @Nullable Violation headers(FrameHeader header, ByteBuf payload) {
        if (!Payloads.unpad(header, payload) || !Payloads.skipPriority(header, payload)) {
            return protocol("HEADERS without what they announce");
        }
        block.begin(header.stream(), header.has(FrameHeader.END_STREAM));
        return part(header, payload);
    }

    private @Nullable Violation part(FrameHeader header, ByteBuf payload) {
        if (!header.has(FrameHeader.END_HEADERS)) {
            return block.part(connection.allocator(), payload);
        }
        Violation wrong = block.end(connection.allocator(), payload);
        if (wrong != null) {
            return wrong;
        }
        ServerStream stream = connection.stream(block.stream());
        if (stream == null) {
            return unknown(block.stream());
        }
        if (block.tooLarge()) {
            return malformed("a head that is too large");
        }
        return stream.headCame() ? trailers(stream) : answer(stream);
    }

    private Violation malformed(String explanation) {
        return new Violation(ErrorCode.PROTOCOL_ERROR, block.stream(), explanation);
    }

    private @Nullable Violation answer(ServerStream stream) {
        answer.begin(stream.accept());
        each(answer::field);
        String wrong = answer.end(block.endStream(), stream.framed(), stream.chunks());
        if (wrong != null) {
            return malformed(wrong);
        }
        stream.answered(head, block.endStream());
        return null;
    }

    private @Nullable Violation trailers(ServerStream stream) {
        trailers.begin();
        each(trailers::field);
        HeadBuffer lines = trailers.lines();
        if (lines == null || !block.endStream()) {
            return malformed("trailers");
        }
        stream.end(lines);
        return null;
    }

    /** Takes a name and a value. */
    private interface Taker {
        void field(byte[] name, int nameFrom, int nameTo, byte[] value, int from, int to);
    }

    private void each(Taker taker) {
        FieldList fields = block.fields();
        for (int at = 0; at < fields.size(); at++) {
            AsciiString name = fields.name(at);
            AsciiString value = fields.value(at);
            taker.field(
                    name.array(),
                    name.arrayOffset(),
                    name.arrayOffset() + name.length(),
                    value.array(),
                    value.arrayOffset(),
                    value.arrayOffset() + value.length());
        }
    }

    private @Nullable Violation reset(int number, ErrorCode code) {
        ServerStream stream = connection.stream(number);
        if (stream == null) {
            return unknown(number);
        }
        if (code == ErrorCode.REFUSED_STREAM) {
            stream.refused();
        } else {
            stream.reset();
        }
        return guard.reset(now());
    }

    private @Nullable Violation settings(FrameHeader header, ByteBuf payload) {
        if (header.has(FrameHeader.ACK)) {
            return guard.control(now());
        }
        PeerSettings peer = connection.peer();
        int windowBefore = peer.windowBytes();
        Violation wrong = Payloads.settings(payload, peer);
        if (wrong != null) {
            return wrong;
        }
        if (!connection.adopt(peer.windowBytes() - windowBefore)) {
            return Violation.ofConnection(ErrorCode.FLOW_CONTROL_ERROR, "a window too large");
        }
        if (!greeted) {
            greeted = true;
            connection.greeted();
        }
        return guard.control(now());
    }

    private @Nullable Violation ping(FrameHeader header, ByteBuf payload) {
        if (!header.has(FrameHeader.ACK)) {
            connection.frames().ping(true, payload.readLong());
            connection.frames().flushSoon();
        }
        return guard.control(now());
    }

    private @Nullable Violation windowUpdate(int number, int bytes) {
        if (bytes == 0) {
            return new Violation(ErrorCode.PROTOCOL_ERROR, number, "a window grows by nothing");
        }
        if (!connection.grow(number, bytes)) {
            return new Violation(ErrorCode.FLOW_CONTROL_ERROR, number, "a window too large");
        }
        return guard.windowUpdate(now());
    }

    @Override
    public boolean violated(Violation violation) {
        Violation worst = violation;
        if (!violation.endsConnection()) {
            connection.refuse(violation);
            Violation flood = guard.reset(now());
            if (flood == null) {
                return true;
            }
            worst = flood;
        }
        connection.fail(worst);
        return false;
    }

    @Override
    public boolean isOver() {
        return connection.isOver();
    }
}
