package proa.cluster.raft;

/** What a leader knows of another member, in its own term. */
final class RaftPeer {

    /** The next entry to send. */
    long next;

    /** The log is the leader's up to here. */
    long match;

    /** The last question of the leader's that it has answered. */
    long round;

    /** The last question that it was sent. */
    long asked;

    /** When it last answered. */
    long heardNanos;

    /** Has not answered for two heartbeats. */
    boolean silent;

    /** Without a vote. */
    boolean fresh;

    /** The first question that was asked after that was heard of it. */
    long freshSince;

    /** The snapshot that it is being sent; 0: none. */
    long pieceOf;

    /** Where the part begins that it was sent last. */
    long pieceAt;

    RaftPeer(long next, long nowNanos) {
        this.next = next;
        heardNanos = nowNanos;
    }
}
