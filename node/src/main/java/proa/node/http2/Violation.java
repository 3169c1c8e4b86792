package proa.node.http2;

/**
 * What the other side did and may not (RFC 9113 §5.4).
 *
 * @param code what it is told
 * @param stream the stream that ends; 0: the connection does
 * @param explanation one clause for GOAWAY and the log
 */
public record Violation(ErrorCode code, int stream, String explanation) {

    /** One that ends the connection (RFC 9113 §5.4.1). */
    public static Violation ofConnection(ErrorCode code, String explanation) {
        return new Violation(code, 0, explanation);
    }

    /** Whether the connection ends. */
    public boolean endsConnection() {
        return stream == 0;
    }
}
