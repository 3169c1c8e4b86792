package proa.node.exchange;

/** Who waits in line for a server with room. Called once, on any thread; must not block. */
public interface Waiter {

    /** It is this one's turn: the server has room and counts one more. */
    void granted(Server server);

    /** The servers have changed: {@link Destination#next()} is to be asked again. */
    void askAgain();
}
