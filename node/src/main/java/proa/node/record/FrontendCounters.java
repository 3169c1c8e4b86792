package proa.node.record;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a frontend has had since the start of the node. Any thread. */
public final class FrontendCounters extends Responses {

    private final String name;
    private final LongAdder connections = new LongAdder();
    private final LongAdder requests = new LongAdder();
    private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);

    /** Nothing yet. */
    public FrontendCounters(String name) {
        this.name = name;
        for (Ending ending : Ending.values()) {
            endings.put(ending, new LongAdder());
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
        counter(how).increment();
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
    public long endings(Ending how) {
        return counter(how).sum();
    }

    private LongAdder counter(Ending how) {
        return Objects.requireNonNull(endings.get(how));
    }
}
