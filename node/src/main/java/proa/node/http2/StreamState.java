package proa.node.http2;

/**
 * Where a stream is (RFC 9113 §5.1). Nothing is pushed, so the reserved states do not occur.
 *
 * <pre>
 *            HEADERS              END_STREAM sent
 *   (idle) ───────────► OPEN ─────────────────────► HALF_CLOSED_LOCAL
 *                        │                                 │ END_STREAM received
 *                        │ END_STREAM received             ▼
 *                        └──────► HALF_CLOSED_REMOTE ──► CLOSED ◄── RST_STREAM, either way
 *                                      END_STREAM sent
 * </pre>
 */
public enum StreamState {
    OPEN,
    /** We have said everything. */
    HALF_CLOSED_LOCAL,
    /** The other side has said everything. */
    HALF_CLOSED_REMOTE,
    CLOSED;

    /** After END_STREAM was received. */
    public StreamState endReceived() {
        return switch (this) {
            case OPEN -> HALF_CLOSED_REMOTE;
            case HALF_CLOSED_LOCAL -> CLOSED;
            case HALF_CLOSED_REMOTE, CLOSED -> this;
        };
    }

    /** After END_STREAM was sent. */
    public StreamState endSent() {
        return switch (this) {
            case OPEN -> HALF_CLOSED_LOCAL;
            case HALF_CLOSED_REMOTE -> CLOSED;
            case HALF_CLOSED_LOCAL, CLOSED -> this;
        };
    }

    /** Whether DATA and HEADERS may still come. */
    public boolean receives() {
        return this == OPEN || this == HALF_CLOSED_LOCAL;
    }

    /** Whether DATA and HEADERS may still be sent. */
    public boolean sends() {
        return this == OPEN || this == HALF_CLOSED_REMOTE;
    }
}
