package proa.node.http2;

import org.jspecify.annotations.Nullable;

/** The kinds of frames (RFC 9113 §6). */
public enum FrameType {
    DATA(0x0),
    HEADERS(0x1),
    PRIORITY(0x2),
    RST_STREAM(0x3),
    SETTINGS(0x4),
    PUSH_PROMISE(0x5),
    PING(0x6),
    GOAWAY(0x7),
    WINDOW_UPDATE(0x8),
    CONTINUATION(0x9);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    /** The number in frames. */
    public int code() {
        return code;
    }

    /** The kind of that number, or null for one that is to be ignored (RFC 9113 §4.1). */
    static @Nullable FrameType of(int code) {
        return switch (code) {
            case 0x0 -> DATA;
            case 0x1 -> HEADERS;
            case 0x2 -> PRIORITY;
            case 0x3 -> RST_STREAM;
            case 0x4 -> SETTINGS;
            case 0x5 -> PUSH_PROMISE;
            case 0x6 -> PING;
            case 0x7 -> GOAWAY;
            case 0x8 -> WINDOW_UPDATE;
            case 0x9 -> CONTINUATION;
            default -> null;
        };
    }
}
