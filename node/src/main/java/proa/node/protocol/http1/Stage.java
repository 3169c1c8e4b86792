package proa.node.protocol.http1;

/** What a client's connection is at. */
enum Stage {
    /** A request head is awaited. */
    HEAD,
    /** A request is under way. */
    EXCHANGE,
    /** The last answer is out; what still comes is thrown away. */
    LINGER,
    ENDED;

    /**
     * Whether more is read from the client.
     *
     * @param clientTakes whether it takes what is written
     * @param serverTakes whether what comes can be passed on
     */
    boolean reads(boolean clientTakes, boolean serverTakes) {
        return switch (this) {
            case HEAD -> clientTakes;
            case EXCHANGE -> serverTakes;
            case LINGER, ENDED -> true;
        };
    }
}
