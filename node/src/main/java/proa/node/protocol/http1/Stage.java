package proa.node.protocol.http1;

/** What a client's connection is at. */
enum Stage {
    /** A request head is awaited. */
    HEAD,
    /** A request is under way. */
    EXCHANGE,
    /** The last answer is out; what still comes is thrown away. */
    LINGER,
    ENDED
}
