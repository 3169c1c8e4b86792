package proa.node.message;

/** How the end of a message's body is found (RFC 9112 §6.3). */
public enum Body {
    /** There is none. */
    NONE,
    /** After Content-Length bytes. */
    LENGTH,
    /** Where the chunks say. */
    CHUNKED,
    /** Where the connection ends; responses only. */
    UNTIL_CLOSE
}
