package proa.node.http2;

/** Why a stream or a connection ends (RFC 9113 §7). */
public enum ErrorCode {
    NO_ERROR(0x0),
    PROTOCOL_ERROR(0x1),
    INTERNAL_ERROR(0x2),
    FLOW_CONTROL_ERROR(0x3),
    SETTINGS_TIMEOUT(0x4),
    STREAM_CLOSED(0x5),
    FRAME_SIZE_ERROR(0x6),
    REFUSED_STREAM(0x7),
    CANCEL(0x8),
    COMPRESSION_ERROR(0x9),
    CONNECT_ERROR(0xa),
    ENHANCE_YOUR_CALM(0xb),
    INADEQUATE_SECURITY(0xc),
    HTTP_1_1_REQUIRED(0xd);

    private final int code;

    ErrorCode(int code) {
        this.code = code;
    }

    /** The number in frames. */
    public int code() {
        return code;
    }

    /** The meaning of a number; one that nobody knows is an internal error (RFC 9113 §7). */
    public static ErrorCode of(long number) {
        for (ErrorCode each : values()) {
            if (each.code == number) {
                return each;
            }
        }
        return INTERNAL_ERROR;
    }
}
