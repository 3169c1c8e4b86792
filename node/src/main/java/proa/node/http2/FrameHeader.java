package proa.node.http2;

import org.jspecify.annotations.Nullable;

/**
 * The nine bytes before each frame (RFC 9113 §4.1), and whether a frame may look like that whatever
 * came before it. Reused from frame to frame; one thread.
 */
public final class FrameHeader {

    /** Bytes of a header. */
    public static final int BYTES = 9;

    /** The largest payload before anybody has said anything else (RFC 9113 §4.2). */
    public static final int PAYLOAD_BYTES_FIRST = 16 << 10;

    /** The largest payload there can be. */
    public static final int PAYLOAD_BYTES_MAX = (1 << 24) - 1;

    public static final int END_STREAM = 0x1;
    public static final int ACK = 0x1;
    public static final int END_HEADERS = 0x4;
    public static final int PADDED = 0x8;
    public static final int PRIORITIZED = 0x20;

    private static final int SETTING_BYTES = 6;

    private int length;
    private int code;
    private int flags;
    private int stream;

    /**
     * Takes over what stands in the header.
     *
     * @param first the first eight bytes, the first of them the highest
     * @param last the ninth
     */
    public void read(long first, byte last) {
        length = (int) (first >>> 40);
        code = (int) (first >>> 32) & 0xff;
        flags = (int) (first >>> 24) & 0xff;
        stream = ((int) first << 8 | last & 0xff) & 0x7fff_ffff;
    }

    /** Bytes of the payload, with padding. */
    public int length() {
        return length;
    }

    /** The kind, or null for one that is to be ignored. */
    public @Nullable FrameType type() {
        return FrameType.of(code);
    }

    /** Whether that flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The stream; 0: the connection. */
    public int stream() {
        return stream;
    }

    /**
     * What is wrong with this frame by itself, or null.
     *
     * @param payloadMax the largest payload that was allowed
     */
    public @Nullable Violation check(int payloadMax) {
        FrameType type = type();
        if (length > payloadMax) {
            // An error of the connection in any case: a stream is left undecided (RFC 9113 §4.2).
            return wrong(ErrorCode.FRAME_SIZE_ERROR, "a frame is too large");
        }
        return type == null ? null : check(type);
    }

    private @Nullable Violation check(FrameType type) {
        return switch (type) {
            case DATA, HEADERS, CONTINUATION -> ofStream();
            case PUSH_PROMISE -> wrong(ErrorCode.PROTOCOL_ERROR, "a push that was not allowed");
            case PRIORITY -> priority();
            case RST_STREAM -> firstOf(ofStream(), size(length == 4));
            case SETTINGS -> settings();
            case PING -> firstOf(ofConnection(), size(length == 8));
            case GOAWAY -> firstOf(ofConnection(), size(length >= 8));
            case WINDOW_UPDATE -> size(length == 4);
        };
    }

    private static @Nullable Violation firstOf(@Nullable Violation one, @Nullable Violation other) {
        return one == null ? other : one;
    }

    private @Nullable Violation ofStream() {
        return stream == 0 ? wrong(ErrorCode.PROTOCOL_ERROR, "a frame without its stream") : null;
    }

    private @Nullable Violation ofConnection() {
        return stream == 0 ? null : wrong(ErrorCode.PROTOCOL_ERROR, "a frame on a stream");
    }

    private static @Nullable Violation size(boolean right) {
        return right ? null : wrong(ErrorCode.FRAME_SIZE_ERROR, "a frame of the wrong size");
    }

    private @Nullable Violation priority() {
        Violation nowhere = ofStream();
        if (nowhere != null || length == 5) {
            return nowhere;
        }
        return new Violation(ErrorCode.FRAME_SIZE_ERROR, stream, "PRIORITY of the wrong size");
    }

    private @Nullable Violation settings() {
        boolean right = has(ACK) ? length == 0 : length % SETTING_BYTES == 0;
        return firstOf(ofConnection(), size(right));
    }

    private static Violation wrong(ErrorCode code, String explanation) {
        return Violation.ofConnection(code, explanation);
    }
}
