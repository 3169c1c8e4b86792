package proa.node.record;

import java.util.concurrent.atomic.LongAdder;

/** What a frontend has had since the start of the node. Any thread. */
public final class FrontendCounters extends Responses {

    private final String name;
    private final LongAdder connections = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final LongAdder[] endings = new LongAdder[Ending.values().length];

    /** Nothing yet. */
    public FrontendCounters(String name) {
        this.name = name;
        for (int at = 0; at < endings.length; at++) {
            endings[at] = new LongAdder();
        }
    }

    public String name() {
        return name;
    }

    /** A connection has been accepted. */
    public void accepted() {
        connections.increment();
    }

    void ended(Ending how) {
        requests.increment();
        endings[how.ordinal()].increment();
    }

    /** Connections that were accepted. */
    public long connections() {
        return connections.sum();
    }

    /** Requests, or in mode tcp connections, that have ended. */
    public long requests() {
        return requests.sum();
    }

    /** Those that ended like this. */
    public long ended(int how) {
        return endings[how].sum();
    }
}
