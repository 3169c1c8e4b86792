package proa.chaos.load;

import proa.chaos.lab.Conversation;
import proa.chaos.lab.Launcher;
import proa.chaos.lab.Place;
import proa.chaos.load.LoadReport.Done;
import proa.chaos.load.LoadReport.Filled;
import proa.chaos.load.LoadReport.ReadBack;
import proa.chaos.report.Json;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The clients of a trio, as a process at a place. Used by one thread at a time. */
public final class Load implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration BULK = Duration.ofSeconds(60);

    private final Conversation process;

    private Load(Conversation process) {
        this.process = process;
    }

    /**
     * Starts the process; it is idle.
     *
     * @param folder gets its log
     */
    public static Load start(Place place, LoadPlan plan, Path folder) {
        return new Load(
                place.converse(
                        "load",
                        Launcher.command(List.of("demo-load", Json.line(plan))),
                        folder.resolve("load.log"),
                        Launcher.ENVIRONMENT));
    }

    /** Writes sessions and makes sticky keys through the floating address. */
    public Filled fill(int sessions, int sticky) {
        return process.ask("fill " + sessions + " " + sticky, Filled.class, BULK);
    }

    /** All clients begin. */
    public void begin() {
        process.ask("start", Done.class, SOON);
    }

    /** Waits and errors of session writers count from this moment of {@link System#nanoTime}. */
    public void fault(long nanos) {
        process.ask("fault " + nanos, Done.class, SOON);
    }

    /** What the clients have seen, with times since that moment. */
    public LoadReport report(long faultNanos) {
        return process.ask("report " + faultNanos, LoadReport.class, SOON);
    }

    /** Asks one node for every acknowledged session and every sticky key. */
    public ReadBack readBack(String node) {
        return process.ask("read " + node, ReadBack.class, BULK);
    }

    /** All clients end; what they know stays. */
    public void end() {
        process.ask("stop", Done.class, SOON);
    }

    @Override
    public void close() {
        process.close();
    }
}
