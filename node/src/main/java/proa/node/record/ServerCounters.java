package proa.node.record;

import java.util.function.IntSupplier;

/** What a server has had since the start of the node. Any thread. */
public final class ServerCounters extends Responses {

    /** Of servers that nobody counts. */
    public static final ServerCounters NOBODYS = new ServerCounters(() -> 0);

    private final IntSupplier current;

    /**
     * Nothing yet.
     *
     * @param current requests or connections it has now
     */
    public ServerCounters(IntSupplier current) {
        this.current = current;
    }

    int current() {
        return current.getAsInt();
    }
}
