package proa.node.record;

import org.jspecify.annotations.Nullable;

import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the connections of one frontend are recorded by. Any thread. */
public final class Recorder {

    private final FrontendCounters counters;
    private final Function<Object, @Nullable AccessLog> logs;
    private final Clocks clocks;

    /**
     * Two clocks.
     *
     * @param nanoTime for what passes
     * @param wallMillis for what is shown
     */
    public record Clocks(LongSupplier nanoTime, LongSupplier wallMillis) {}

    /**
     * A recorder.
     *
     * @param logs from an event loop to its log, or null for none
     */
    public Recorder(
            FrontendCounters counters, Function<Object, @Nullable AccessLog> logs, Clocks clocks) {
        this.counters = counters;
        this.logs = logs;
        this.clocks = clocks;
    }

    /** For traffic that nobody wants to know of. */
    public static Recorder silent(String name) {
        return new Recorder(new FrontendCounters(name), _ -> null, new Clocks(() -> 0L, () -> 0L));
    }

    /** Counts a connection. */
    public void accepted() {
        counters.accepted();
    }

    /**
     * A record for one request after another.
     *
     * @param loop the event loop that it belongs to
     * @param ending how the last request ended, asked when it has
     */
    public TrafficRecord record(Object loop, Supplier<Ending> ending) {
        return new TrafficRecord(counters, logs.apply(loop), clocks, ending, false);
    }

    /** Likewise, for a stream of HTTP/2. */
    public TrafficRecord ofStream(Object loop, Supplier<Ending> ending) {
        return new TrafficRecord(counters, logs.apply(loop), clocks, ending, true);
    }
}
