package proa.node.message;

/**
 * Why a message is not passed on. A refused request is answered with the status; a refused response
 * becomes a 502.
 *
 * <p>Each is a place where another reader might see other message boundaries, or a limit.
 */
public enum Refusal implements Parsed {
    METHOD_SYNTAX(400, "the method is not a token"),
    METHOD_CONNECT(405, "CONNECT is not served here"),
    PROTOCOL_UNKNOWN(501, "that protocol is not served here"),
    TARGET_SYNTAX(400, "the request target is malformed"),
    TARGET_LENGTH(414, "the request line is too long"),
    PATH_ENCODING(400, "a percent-encoding in the path is malformed"),
    PATH_DISGUISE(400, "the path has a dot segment or a slash that not everybody sees"),
    VERSION_SYNTAX(400, "the HTTP version is malformed"),
    VERSION_OTHER(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"),
    HTTP2_PREFACE(400, "HTTP/2 is not spoken on this port"),
    STATUS_SYNTAX(502, "the status line is malformed"),
    BARE_LF(400, "a line ends without CR"),
    BARE_CR(400, "CR without LF"),
    FOLDED_LINE(400, "a header line is folded"),
    SPACE_BEFORE_COLON(400, "white space before the colon of a header"),
    NAME_SYNTAX(400, "a header name is not a token"),
    NAME_UNDERSCORE(400, "an underscore in the name of a header that frames or names the client"),
    VALUE_SYNTAX(400, "a header value has a control character"),
    LINE_LENGTH(431, "a header line is too long"),
    HEAD_LENGTH(431, "the head is too large"),
    FIELD_COUNT(431, "too many headers"),
    HOST_MISSING(400, "Host is missing"),
    HOST_SEVERAL(400, "more than one Host"),
    HOST_SYNTAX(400, "Host is malformed"),
    HOST_CONFLICT(400, "Host differs from the request target"),
    LENGTH_SYNTAX(400, "Content-Length is not a number"),
    LENGTH_SEVERAL(400, "more than one Content-Length"),
    LENGTH_AND_ENCODING(400, "both Content-Length and Transfer-Encoding"),
    ENCODING_UNKNOWN(400, "Transfer-Encoding is not exactly chunked"),
    ENCODING_SEVERAL(400, "more than one Transfer-Encoding"),
    ENCODING_BEFORE_11(400, "Transfer-Encoding in HTTP/1.0"),
    CONNECTION_NAMES_FRAMING(400, "Connection names a header that frames the message"),
    CONNECTION_NAMES_CLIENT(400, "Connection names a header that says whose the message is"),
    CONNECTION_SYNTAX(400, "Connection is malformed"),
    CONNECTION_COUNT(431, "Connection has too many options"),
    EXPECTATION(417, "Expect is not exactly 100-continue"),
    INTERIM_COUNT(502, "too many interim responses"),
    CHUNK_SIZE(400, "a chunk size is malformed"),
    CHUNK_EXTENSION(400, "a chunk extension is malformed or too long"),
    CHUNK_END(400, "a chunk does not end where it should"),
    TRAILER_SYNTAX(400, "a trailer is malformed"),
    TRAILER_NAME(400, "a trailer that belongs into the head"),
    TRAILER_LENGTH(431, "the trailers are too large"),
    BODY_LENGTH(413, "the body is too large");

    private final int status;
    private final String explanation;

    Refusal(int status, String explanation) {
        this.status = status;
        this.explanation = explanation;
    }

    /** The status a client gets. */
    public int status() {
        return status;
    }

    /** One clause for the body of that answer; tells nothing but what the sender did. */
    public String explanation() {
        return explanation;
    }
}
