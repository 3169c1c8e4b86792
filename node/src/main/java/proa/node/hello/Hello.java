package proa.node.hello;

/** What the first bytes of a connection turned out to be. */
public sealed interface Hello {

    /**
     * More is needed.
     *
     * @param bytesNeeded from the start of the connection, before which it is no use to look again
     */
    record Partial(int bytesNeeded) implements Hello {}

    /**
     * A whole ClientHello.
     *
     * @param serverName the name that is asked for, lower case; empty: none
     */
    record Whole(String serverName) implements Hello {}

    /**
     * Not a ClientHello, or one of a form that no honest client sends.
     *
     * @param why for the log
     */
    record Refused(String why) implements Hello {}
}
