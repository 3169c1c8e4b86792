package proa.node.balance;

/**
 * What a cookie says.
 *
 * @param server a server's name, which no server may have
 * @param issuedSeconds when the client got it, seconds of the Unix epoch; {@link #UNDATED}: not
 *     said
 * @param seenSeconds when the client was seen with it
 */
record Mark(String server, long issuedSeconds, long seenSeconds) {

    static final long UNDATED = -1;

    /** A mark without times. */
    Mark(String server) {
        this(server, UNDATED, UNDATED);
    }

    boolean dated() {
        return issuedSeconds != UNDATED;
    }
}
