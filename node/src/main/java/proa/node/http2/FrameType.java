package proa.node.http2;

import org.jspecify.annotations.Nullable;

/** The kinds of frames (RFC 9113 §6); the code is the ordinal. */
public enum FrameType {
    DATA,
    HEADERS,
    PRIORITY,
    RST_STREAM,
    SETTINGS,
    PUSH_PROMISE,
    PING,
    GOAWAY,
    WINDOW_UPDATE,
    CONTINUATION;

    private static final FrameType[] ALL = values();

    /** The number in frames. */
    public int code() {
        return ordinal();
    }

    /** The kind of that number, or null for one that is to be ignored (RFC 9113 §4.1). */
    static @Nullable FrameType of(int code) {
        return code < ALL.length ? ALL[code] : null;
    }
}
