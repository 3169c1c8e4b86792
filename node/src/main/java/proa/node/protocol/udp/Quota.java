package proa.node.protocol.udp;

import proa.config.UdpOptions;

/**
 * How many datagrams a session still has before it. As nginx counts them: answers are owed for all
 * the client has sent so far, and which answer belongs to which datagram is not known.
 */
final class Quota {

    private static final long UNLIMITED = Long.MAX_VALUE;

    private final long requestsMax;
    private final long responsesEach;
    private long requests;
    private long responses;

    Quota(UdpOptions options) {
        requestsMax = options.requests().map(Integer::longValue).orElse(UNLIMITED);
        responsesEach = options.responses().map(Integer::longValue).orElse(UNLIMITED);
    }

    /** The client has sent one. */
    void requested() {
        requests++;
    }

    /** The server has sent one. */
    void responded() {
        responses++;
    }

    /** Whether the client may send no more in this session. */
    boolean full() {
        return requests >= requestsMax;
    }

    /** Whether no answer is expected at all. */
    boolean expectsNothing() {
        return responsesEach == 0;
    }

    /** Whether everything has come that was expected. */
    boolean done() {
        return responsesEach != UNLIMITED && requests > 0 && responses >= requests * responsesEach;
    }
}
