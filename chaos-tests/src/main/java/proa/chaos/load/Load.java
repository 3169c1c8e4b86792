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
    private static final Duration BULK = Duration.ofMinutes(3);

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

    /** The clients that only drills need begin, too. */
    public void beginWitnesses() {
        process.ask("witnesses", Done.class, SOON);
    }

    /** HTTP requests under way at any moment of a period. */
    public long underWay(long fromNanos, long toNanos) {
        String question = "underway " + fromNanos + " " + toNanos;
        return process.ask(question, LoadReport.UnderWay.class, SOON).requests();
    }

    /** Counts of HTTP requests so far. */
    public LoadReport.Counts counts() {
        return process.ask("counts", LoadReport.Counts.class, SOON);
    }

    /** HTTP requests from one moment to another, in so many equal parts. */
    public List<LoadReport.Part> series(long fromNanos, long toNanos, int count) {
        return process.ask(
                        "series " + fromNanos + " " + toNanos + " " + count,
                        LoadReport.Series.class,
                        SOON)
                .parts();
    }

    /** Requests that have failed since a moment, some of them. */
    public List<LoadReport.RequestFact> failures(long sinceNanos) {
        return process.ask("failures " + sinceNanos, LoadReport.Failures.class, SOON).requests();
    }

    /** What servers did with requests that must not be repeated. */
    public LoadReport.Once once() {
        return process.ask("once", LoadReport.Once.class, BULK);
    }

    /** Judges the history of the sessions that all clients write over each other. */
    public LoadReport.Registers registers() {
        return process.ask("registers", LoadReport.Registers.class, BULK);
    }

    /** The same; the history begins anew, with other sessions. */
    public LoadReport.Registers registersSoFar() {
        return process.ask("page", LoadReport.Registers.class, BULK);
    }

    /** Asks one node for every session that is over. */
    public LoadReport.Gone gone(String node) {
        return process.ask("gone " + node, LoadReport.Gone.class, BULK);
    }

    /**
     * A new source begins to ask for more than its limit; what an earlier one asked is given up.
     */
    public void beginExact() {
        process.ask("limit", Done.class, SOON);
    }

    /** What came of the latest {@link #beginExact}, which takes some seconds. */
    public LoadReport.Exact exact() {
        return process.ask("exact", LoadReport.Exact.class, BULK);
    }

    /** What has been read back and counted is no subject of the next drill. */
    public void forget() {
        process.ask("forget", Done.class, SOON);
    }

    /**
     * Tells a server what to suffer from.
     *
     * @param trouble a word that the test servers know, {@code none} ends it
     */
    public void server(String name, String trouble) {
        process.ask("server " + name + " " + trouble, Done.class, SOON);
    }

    /** So many clients connect at once; does not wait for them. */
    public void storm(int connections) {
        process.ask("storm " + connections, Done.class, SOON);
    }

    /** Waits until these clients have had their answers. */
    public void stormed() {
        process.ask("stormed", Done.class, BULK);
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
