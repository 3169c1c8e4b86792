package proa.node.http2;

import org.jspecify.annotations.Nullable;

/** What the other side has said about itself (RFC 9113 §6.5.2). One thread. */
public final class PeerSettings {

    public static final int HEADER_TABLE_SIZE = 1;
    public static final int ENABLE_PUSH = 2;
    public static final int MAX_CONCURRENT_STREAMS = 3;
    public static final int INITIAL_WINDOW_SIZE = 4;
    public static final int MAX_FRAME_SIZE = 5;
    public static final int MAX_HEADER_LIST_SIZE = 6;

    /** Extended CONNECT is understood (RFC 8441 §3). */
    public static final int ENABLE_CONNECT_PROTOCOL = 8;

    /** Before anybody has said anything else (RFC 7541 §4.2, RFC 9113 §6.5.2). */
    public static final int TABLE_BYTES_FIRST = 4_096;

    private int tableBytes = TABLE_BYTES_FIRST;
    private long streamsMax = Integer.MAX_VALUE;
    private int windowBytes = SendWindow.BYTES_FIRST;
    private int payloadMax = FrameHeader.PAYLOAD_BYTES_FIRST;
    private boolean connectProtocol;

    /** Takes one setting; what is wrong with it, or null. Unknown ones are ignored. */
    public @Nullable Violation set(int identifier, long value) {
        switch (identifier) {
            case HEADER_TABLE_SIZE -> tableBytes = (int) Math.min(value, Integer.MAX_VALUE);
            case MAX_CONCURRENT_STREAMS -> streamsMax = value;
            case ENABLE_PUSH -> {
                return value > 1 ? wrong(ErrorCode.PROTOCOL_ERROR, "a flag not 0 or 1") : null;
            }
            case ENABLE_CONNECT_PROTOCOL -> {
                if (value > 1 || connectProtocol && value == 0) {
                    return wrong(ErrorCode.PROTOCOL_ERROR, "a flag not 0 or 1, or taken back");
                }
                connectProtocol = value == 1;
            }
            case INITIAL_WINDOW_SIZE -> {
                if (value > Integer.MAX_VALUE) {
                    return wrong(ErrorCode.FLOW_CONTROL_ERROR, "a window too large");
                }
                windowBytes = (int) value;
            }
            case MAX_FRAME_SIZE -> {
                if (value < FrameHeader.PAYLOAD_BYTES_FIRST
                        || value > FrameHeader.PAYLOAD_BYTES_MAX) {
                    return wrong(ErrorCode.PROTOCOL_ERROR, "a frame size out of range");
                }
                payloadMax = (int) value;
            }
            default -> {}
        }
        return null;
    }

    private static Violation wrong(ErrorCode code, String explanation) {
        return Violation.ofConnection(code, "SETTINGS: " + explanation);
    }

    /** Bytes of the table for compressing what it gets (RFC 7541 §4.2). */
    public int tableBytes() {
        return tableBytes;
    }

    /** Streams it takes at once. */
    public long streamsMax() {
        return streamsMax;
    }

    /** The window of its new streams. */
    public int windowBytes() {
        return windowBytes;
    }

    /** Whether it takes extended CONNECT. */
    public boolean connectProtocol() {
        return connectProtocol;
    }

    /** The largest payload it takes. */
    public int payloadMax() {
        return payloadMax;
    }
}
