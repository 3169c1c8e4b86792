package proa.node.record;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a backend has had since the start of the node. Any thread. */
public final class BackendCounters extends Responses {

    private final String name;
    private final Latency latency = new Latency();
    private final LongAdder retries = new LongAdder();
    private volatile IntSupplier connections = () -> 0;
    private volatile IntSupplier waiting = () -> 0;

    /** Nothing yet. */
    public BackendCounters(String name) {
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** From now on these tell what there is at the moment. */
    public void follow(IntSupplier connectionsNow, IntSupplier waitingNow) {
        connections = connectionsNow;
        waiting = waitingNow;
    }

    void ended(long nanos, int tried) {
        latency.add(nanos);
        if (tried > 0) {
            retries.add(tried);
        }
    }

    /** From the first byte of a request, or from accepting a connection, to its end. */
    public Latency latency() {
        return latency;
    }

    /** Further servers that were tried. */
    public long retries() {
        return retries.sum();
    }

    /** Requests or connections its servers have now. */
    public int connections() {
        return connections.getAsInt();
    }

    /** Those that wait for a server with room. */
    public int waiting() {
        return waiting.getAsInt();
    }
}
