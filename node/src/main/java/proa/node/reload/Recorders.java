package proa.node.reload;

import proa.config.FrontendConfig;
import proa.node.log.AccessLogs;
import proa.node.record.FrontendCounters;
import proa.node.record.Recorder;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is recorded of every frontend: its counters, as long as the node runs, whatever
 * configuration it appears in, and its log. Any thread.
 */
final class Recorders {

    private static final Recorder.Clocks CLOCKS =
            new Recorder.Clocks(System::nanoTime, System::currentTimeMillis);

    private final Map<String, FrontendCounters> counters = new ConcurrentHashMap<>();
    private final AccessLogs logs;

    Recorders(AccessLogs logs) {
        this.logs = logs;
    }

    /** The counters of a frontend. */
    FrontendCounters counters(String frontend) {
        return counters.computeIfAbsent(frontend, FrontendCounters::new);
    }

    /** Those of all frontends that there have been, whose sums never fall. */
    Collection<FrontendCounters> all() {
        return counters.values();
    }

    AccessLogs logs() {
        return logs;
    }

    /**
     * What the connections of a frontend are recorded by.
     *
     * @throws IOException when its log cannot be written, in an operator's words
     */
    Recorder of(FrontendConfig frontend) throws IOException {
        return new Recorder(
                counters(frontend.name()), logs.of(frontend.name(), frontend.records()), CLOCKS);
    }
}
