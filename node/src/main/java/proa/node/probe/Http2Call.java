package proa.node.probe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import org.jspecify.annotations.Nullable;

import proa.node.health.dialogue.Dialogue;
import proa.node.health.dialogue.GrpcHealth;
import proa.node.health.dialogue.Received;
import proa.node.http2.ErrorCode;
import proa.node.http2.FrameHeader;
import proa.node.http2.FrameType;
import proa.node.http2.PeerSettings;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Carries one gRPC call on stream 1 of a connection of HTTP/2 with prior knowledge (RFC 9113 §3.3).
 * It leaves with GOAWAY. One probe, one thread.
 */
final class Http2Call implements Dialogue {

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int STREAM = 1;
    private static final int PRIORITY_BYTES = 5;
    private static final int SETTING_BYTES = 6;
    private static final int HEAD_BYTES_MAX = 32 << 10;
    private static final int HUFFMAN_CAPACITY = 32;

    private final GrpcHealth call;
    private final boolean secured;
    private final String authority;
    private final FrameHeader header = new FrameHeader();
    private final DefaultHttp2HeadersDecoder decoder =
            new DefaultHttp2HeadersDecoder(false, HEAD_BYTES_MAX, HUFFMAN_CAPACITY);
    private final ByteArrayOutputStream reply = new ByteArrayOutputStream();
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private boolean greeted;
    private boolean headEndsStream;

    /** A call; {@code secured}: it is in TLS. */
    Http2Call(GrpcHealth call, String authority, boolean secured) {
        this.call = call;
        this.authority = authority;
        this.secured = secured;
    }

    @Override
    public int bytesMax() {
        return FrameHeader.BYTES + FrameHeader.PAYLOAD_BYTES_FIRST;
    }

    @Override
    public Turn begin() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PREFACE);
        byte[] noPush =
                ByteBuffer.allocate(SETTING_BYTES)
                        .putShort((short) PeerSettings.ENABLE_PUSH)
                        .array();
        write(out, FrameType.SETTINGS, 0, 0, noPush);
        write(out, FrameType.HEADERS, FrameHeader.END_HEADERS, STREAM, head());
        write(out, FrameType.DATA, FrameHeader.END_STREAM, STREAM, call.question());
        return new Turn.Say(out.toByteArray());
    }

    private static void write(
            ByteArrayOutputStream out, FrameType type, int flags, int stream, byte[] payload) {
        int first = payload.length << 8 | type.code();
        ByteBuffer frame = ByteBuffer.allocate(FrameHeader.BYTES + payload.length);
        out.writeBytes(frame.putInt(first).put((byte) flags).putInt(stream).put(payload).array());
    }

    private byte[] head() {
        Http2Headers fields =
                new DefaultHttp2Headers()
                        .method("POST")
                        .scheme(secured ? "https" : "http")
                        .path(GrpcHealth.PATH)
                        .authority(authority)
                        .add("te", "trailers")
                        .add("content-type", GrpcHealth.TYPE)
                        .add("user-agent", "proa-check");
        ByteBuf encoded = Unpooled.buffer();
        try (DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder()) {
            encoder.encodeHeaders(STREAM, fields, encoded);
        } catch (Http2Exception impossible) {
            throw new IllegalStateException("a head that cannot be encoded", impossible);
        }
        byte[] bytes = new byte[encoded.readableBytes()];
        encoded.readBytes(bytes);
        return bytes;
    }

    @Override
    public Turn next(Received received) {
        while (received.length() >= FrameHeader.BYTES) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(received.bytes(), received.from(), received.length());
            header.read(bytes.getLong(), bytes.get());
            boolean first = greeted || header.type() == FrameType.SETTINGS;
            if (!first || header.check(FrameHeader.PAYLOAD_BYTES_FIRST) != null) {
                return new Turn.Failed("the answer is not HTTP/2");
            }
            if (bytes.remaining() < header.length()) {
                break;
            }
            byte[] payload = new byte[header.length()];
            bytes.get(payload);
            received.take(FrameHeader.BYTES + payload.length);
            Turn turn = frame(payload);
            if (turn != null) {
                return turn;
            }
        }
        if (reply.size() == 0) {
            return MORE;
        }
        byte[] said = reply.toByteArray();
        reply.reset();
        return new Turn.Say(said);
    }

    /** The verdict, or null when the frame says nothing about it. */
    private @Nullable Turn frame(byte[] payload) {
        FrameType type = header.type();
        return type == null
                ? null
                : switch (type) {
                    case SETTINGS -> {
                        greeted = true;
                        acknowledge(FrameType.SETTINGS, new byte[0]);
                        yield null;
                    }
                    case PING -> {
                        acknowledge(FrameType.PING, payload);
                        yield null;
                    }
                    case HEADERS -> {
                        headEndsStream = header.has(FrameHeader.END_STREAM);
                        yield head(payload);
                    }
                    case CONTINUATION -> head(payload);
                    case DATA -> data(payload);
                    case RST_STREAM -> failed("the call was reset: ", ByteBuffer.wrap(payload));
                    case GOAWAY -> goAway(ByteBuffer.wrap(payload));
                    case WINDOW_UPDATE, PRIORITY, PUSH_PROMISE -> null;
                };
    }

    private void acknowledge(FrameType type, byte[] payload) {
        if (!header.has(FrameHeader.ACK)) {
            write(reply, type, FrameHeader.ACK, 0, payload);
        }
    }

    private static Turn failed(String what, ByteBuffer code) {
        return new Turn.Failed(what + ErrorCode.of(code.getInt() & 0xffff_ffffL));
    }

    /** A connection that ends behind our call still answers it. */
    private static @Nullable Turn goAway(ByteBuffer payload) {
        return payload.getInt() >= STREAM ? null : failed("the connection was ended: ", payload);
    }

    private @Nullable Turn head(byte[] payload) {
        int from = 0;
        int to = payload.length;
        if (header.type() == FrameType.HEADERS) {
            boolean padded = header.has(FrameHeader.PADDED) && to > 0;
            to -= padded ? payload[0] & 0xff : 0;
            from = padded ? 1 : 0;
            from += header.has(FrameHeader.PRIORITIZED) ? PRIORITY_BYTES : 0;
        }
        if (from > to || block.size() + to - from > HEAD_BYTES_MAX) {
            return new Turn.Failed("the answer is malformed");
        }
        block.write(payload, from, to - from);
        return header.has(FrameHeader.END_HEADERS) ? fields() : null;
    }

    private @Nullable Turn fields() {
        try {
            decoder.decodeHeaders(STREAM, Unpooled.wrappedBuffer(block.toByteArray()))
                    .forEach(
                            each ->
                                    call.field(
                                            each.getKey().toString(), each.getValue().toString()));
        } catch (Http2Exception | RuntimeException malformed) {
            return new Turn.Failed("the answer is malformed: " + malformed.getMessage());
        }
        block.reset();
        return headEndsStream ? verdict() : null;
    }

    private @Nullable Turn data(byte[] payload) {
        boolean padded = header.has(FrameHeader.PADDED) && payload.length > 0;
        int from = padded ? 1 : 0;
        int to = payload.length - (padded ? payload[0] & 0xff : 0);
        if (from > to || !call.data(payload, from, to)) {
            return new Turn.Failed("the answer is no HealthCheckResponse");
        }
        return header.has(FrameHeader.END_STREAM) ? verdict() : null;
    }

    private Turn verdict() {
        String wrong = call.verdict();
        if (!wrong.isEmpty()) {
            return new Turn.Failed(wrong);
        }
        ByteArrayOutputStream farewell = new ByteArrayOutputStream();
        write(farewell, FrameType.GOAWAY, 0, 0, new byte[2 * Integer.BYTES]);
        return new Turn.Passed(farewell.toByteArray());
    }
}
