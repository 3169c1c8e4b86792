package proa.chaos.fuzz;

import static proa.chaos.fuzz.Subject.latin;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.jspecify.annotations.Nullable;

import proa.node.http2.FrameHeader;
import proa.node.http2.RequestFields;
import proa.node.http2.Violation;
import proa.node.message.HeadBuffer;
import proa.node.message.HeadLimits;
import proa.node.message.Parsed.Progress;
import proa.node.message.RequestHead;
import proa.node.protocol.http2.FrameReader;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** What HTTP/2 makes of bytes: frames, and the fields of requests. */
final class Http2Subjects {

    /** Between fields, and between a name and its value, in the input of {@link #request}. */
    static final String FIELD = "\u0001";

    static final String VALUE = "\u0002";

    private Http2Subjects() {}

    /** A field in the input of {@link #request}. */
    static String field(String name, String value) {
        return FIELD + name + VALUE + value;
    }

    private static String pseudo(String method, String path) {
        return field(":method", method)
                + field(":scheme", "https")
                + field(":path", path)
                + field(":authority", "a");
    }

    /** A field list, and an E in front of it when no body follows. */
    static Subject request() {
        String webSocket =
                field(":method", "CONNECT")
                        + field(":protocol", "websocket")
                        + field(":scheme", "http")
                        + field(":path", "/")
                        + field(":authority", "a");
        return new Subject(
                "HTTP/2 request",
                input -> readRequest(input.bytes()), // lists come whole
                Http2Reference::request,
                latin(
                        "E" + pseudo("GET", "/") + field("x", "y"),
                        "-" + pseudo("POST", "/up?a") + field("content-length", "5"),
                        "E" + pseudo("GET", "/") + field("cookie", "a") + field("cookie", "b"),
                        "E" + pseudo("OPTIONS", "*") + field("te", "trailers"),
                        "E" + field(":method", "CONNECT") + field(":authority", "a:80"),
                        "-" + webSocket + field("sec-websocket-version", "13")),
                latin(
                        FIELD,
                        VALUE,
                        field(":method", "GET"),
                        field(":path", "*"),
                        field(":path", "/ x"),
                        field(":scheme", "ftp"),
                        field(":protocol", "h2c"),
                        field(":protocol", "websocket"),
                        field(":status", "200"),
                        field("host", "a"),
                        field("host", "b"),
                        field("X-A", "b"),
                        field("x", "y\r\nz: a"),
                        field("x", " y"),
                        field("x", ""),
                        field("te", "gzip"),
                        field("connection", "close"),
                        field("transfer-encoding", "chunked"),
                        field("content-length", "5"),
                        field("content-length", "5") + field("content-length", "5"),
                        field("content-length", "05"),
                        field("content-length", "-1"),
                        field("content-length", "9999999999999999999"),
                        field("sec-websocket-key", "k"),
                        field("upgrade", "h2c"),
                        "E",
                        "\r\n",
                        "\0",
                        "\t",
                        "\u007f",
                        "\u00e9",
                        "CONNECT",
                        "HTTP/1.1"),
                Http2Subjects::begunSoundly);
    }

    /** With pseudo-fields that nothing is wrong with, so that changes of the others are met. */
    private static byte[] begunSoundly(byte[] bytes) {
        String text = latin(bytes);
        StringBuilder sound = new StringBuilder();
        sound.append(text.startsWith("E") ? "E" : "-").append(pseudo("POST", "/"));
        for (String each : text.substring(Math.min(2, text.length())).split(FIELD, -1)) {
            if (!each.startsWith(":")) {
                sound.append(FIELD).append(each);
            }
        }
        return latin(sound.toString());
    }

    private static String readRequest(byte[] bytes) {
        String text = latin(bytes);
        HeadBuffer head = new HeadBuffer();
        RequestFields request = new RequestFields(head, new Random(1));
        request.begin();
        for (String each : text.substring(Math.min(2, text.length())).split(FIELD, -1)) {
            int cut = each.indexOf(VALUE);
            byte[] name = latin(cut < 0 ? each : each.substring(0, cut));
            byte[] value = latin(cut < 0 ? "" : each.substring(cut + 1));
            request.field(name, 0, name.length, value, 0, value.length);
        }
        String malformed = request.end(text.startsWith("E"));
        if (malformed != null) {
            return "refused " + malformed;
        }
        requireOneReading(head);
        String key = request.key();
        String shown = head.toString();
        return "whole "
                + (key == null ? shown : shown.replace(key, "KEY"))
                + (request.asksUnknownProtocol() ? "unknown" : "");
    }

    /** What a server gets is one head and nothing behind it. */
    private static void requireOneReading(HeadBuffer head) {
        RequestHead reader = new RequestHead();
        HeadLimits limits = new HeadLimits(8 << 10, 64 << 10, 1_000);
        Object parsed = reader.parse(head.bytes(), 0, head.length(), limits);
        boolean behind = parsed == Progress.WHOLE && reader.end() != head.length();
        if (parsed == Progress.PARTIAL || behind) {
            throw new IllegalStateException("more than one reading of " + head);
        }
    }

    private static byte[] frame(int length, int type, int flags, int stream) {
        return ByteBuffer.allocate(FrameHeader.BYTES + length)
                .putInt(length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .array();
    }

    private static byte[] frames(byte[]... each) {
        int bytes = 0;
        for (byte[] one : each) {
            bytes += one.length;
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        for (byte[] one : each) {
            all.put(one);
        }
        return all.array();
    }

    /** Frames one after another, each judged by itself. */
    static Subject frames() {
        return new Subject(
                "HTTP/2 frames",
                Http2Subjects::readFrames,
                Http2Reference::frames,
                List.of(
                        frames(frame(0, 4, 0, 0), frame(0, 4, 1, 0), frame(8, 6, 0, 0)),
                        frames(frame(6, 4, 0, 0), frame(9, 1, 5, 1), frame(3, 0, 1, 1)),
                        frames(frame(5, 2, 0, 3), frame(4, 3, 0, 3), frame(4, 8, 0, 0)),
                        frames(frame(8, 7, 0, 0), frame(2, 9, 4, 5), frame(1, 77, 0, 9))),
                List.of(
                        frame(0, 0, 0, 0),
                        frame(1, 1, 0, 0),
                        frame(6, 2, 0, 1),
                        frame(4, 2, 0, 0),
                        frame(5, 3, 0, 1),
                        frame(7, 4, 0, 0),
                        frame(6, 4, 1, 0),
                        frame(0, 4, 0, 1),
                        frame(4, 5, 4, 1),
                        frame(7, 6, 0, 0),
                        frame(8, 6, 0, 7),
                        frame(7, 7, 0, 0),
                        frame(3, 8, 0, 0),
                        frame(0, 9, 0, 0),
                        new byte[] {0x7f, (byte) 0xff, 0, 0},
                        new byte[] {0, 0x40, 1, 0, 0, 0, 0, 0, 1},
                        new byte[] {0, 0x40, 0, 0, 0, 0, 0, 0, 1}),
                UnaryOperator.identity());
    }

    /** Tells what came, up to what ends the connection. */
    private static final class Listing implements FrameReader.Taker {
        private final List<String> came = new ArrayList<>();
        private String ended = "";

        @Override
        public @Nullable Violation frame(FrameHeader header, ByteBuf payload) {
            int sum = 0;
            while (payload.isReadable()) {
                sum = 31 * sum + payload.readByte();
            }
            came.add(header.type() + " " + header.stream() + " " + header.length() + " " + sum);
            return null;
        }

        @Override
        public boolean violated(Violation violation) {
            if (violation.endsConnection()) {
                ended = "refused " + violation.code();
            } else {
                came.add("stream " + violation.stream() + " " + violation.code());
            }
            return !violation.endsConnection();
        }

        @Override
        public boolean isOver() {
            return !ended.isEmpty();
        }
    }

    private static String readFrames(Subject.Input input) {
        Listing listing = new Listing();
        FrameReader reader = new FrameReader(listing);
        int from = 0;
        for (int end : input.ends()) {
            byte[] guarded = input.guarded(end);
            ByteBuf part =
                    Unpooled.wrappedBuffer(guarded).slice(Subject.Input.BEFORE + from, end - from);
            if (part.isReadable() && !listing.isOver()) {
                reader.add(UnpooledByteBufAllocator.DEFAULT, part);
            }
            from = end;
        }
        reader.drop();
        return listing.isOver() ? listing.ended : "whole " + String.join(", ", listing.came);
    }
}
