package proa.node.record;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What a backend has had since the start of the node. Any thread. */
public final class BackendCounters extends Responses {

    private final String name;
    private final Latency latency = new Latency();
    private final Timing timing = new Timing();
    private final Availability availability = new Availability();
    private final LongAdder elsewhere = new LongAdder();
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

    /** The one that was tried last is another one than before. */
    void goesElsewhere() {
        elsewhere.increment();
    }

    /** Of the retries, those with another server. */
    public long elsewhere() {
        return elsewhere.sum();
    }

    /** Where the time goes, of what was logged. */
    public Timing timing() {
        return timing;
    }

    /** Since when it has had a server, or none. */
    public Availability availability() {
        return availability;
    }

    /** From the first byte of a request, or from accepting a connection, to its end. */
    public Latency latency() {
        return latency;
    }

    /** Requests, or in mode tcp connections, that have ended. */
    public long requests() {
        return latency.count();
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
