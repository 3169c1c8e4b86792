package proa.node.record;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a server has had since the start of the node. Any thread. */
public final class ServerCounters extends Responses {

    /** Of servers that nobody counts. */
    public static final ServerCounters NOBODYS = new ServerCounters(() -> 0);

    private final IntSupplier current;
    private final LongAdder opened = new LongAdder();

    /**
     * Nothing yet.
     *
     * @param current requests or connections it has now
     */
    public ServerCounters(IntSupplier current) {
        this.current = current;
    }

    /** A connection to it is there that was not there before. */
    public void opens() {
        opened.increment();
    }

    /** Connections to it that were made; what else it was given used one of them again. */
    public long opened() {
        return opened.sum();
    }

    int current() {
        return current.getAsInt();
    }
}
