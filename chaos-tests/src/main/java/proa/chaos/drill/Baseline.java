package proa.chaos.drill;

import proa.chaos.drill.facts.DrillFacts.ClientFact;
import proa.chaos.drill.facts.Evidence;
import proa.chaos.drill.facts.Use;
import proa.chaos.load.LoadReport;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How things were before a drill, for what is counted since the trio's start. */
final class Baseline {

    private static final int FAILURES_MAX = 50;

    private final LoadReport.Counts counts;
    private final LoadReport.Once once;
    private final long stickyMoved;
    private final Map<String, Footprint> held;

    private Baseline(
            LoadReport.Counts counts,
            LoadReport.Once once,
            long stickyMoved,
            Map<String, Footprint> held) {
        this.counts = counts;
        this.once = once;
        this.stickyMoved = stickyMoved;
        this.held = held;
    }

    static Baseline of(Stage stage) {
        return new Baseline(
                stage.load().counts(),
                stage.load().once(),
                moved(stage),
                stage.carrier().footprints());
    }

    private static long moved(Stage stage) {
        return stage.load().report(System.nanoTime()).sticky().moved();
    }

    /** Connections of sticky clients that have reached another server than before, since. */
    long stickyMoved(Stage stage) {
        return moved(stage) - stickyMoved;
    }

    LoadReport.Counts counts() {
        return counts;
    }

    /** What has come of requests that must not be repeated, since. */
    Evidence.Once once(LoadReport.Once now) {
        return new Evidence.Once(
                now.sent() - once.sent(),
                now.answered() - once.answered(),
                now.failed() - once.failed(),
                now.doubled() - once.doubled(),
                now.unreceived() - once.unreceived(),
                now.examples());
    }

    /**
     * The processes that have lived since.
     *
     * @param unmeasured of these, those that could not be looked at, then or now
     */
    record Held(List<Use> uses, List<String> unmeasured) {}

    Held held(Stage stage) {
        return held(stage.carrier().footprints());
    }

    private Held held(Map<String, Footprint> after) {
        List<Use> uses = new ArrayList<>();
        List<String> unmeasured = new ArrayList<>();
        after.forEach(
                (process, now) -> {
                    Footprint before = held.get(process);
                    if (before == null || !before.mayBe(now)) {
                        return; // another one
                    }
                    if (before.isMeasured() && now.isMeasured()) {
                        uses.add(use(process, now));
                    } else {
                        unmeasured.add(process);
                    }
                });
        return new Held(uses, unmeasured);
    }

    /** Beside the most of all of its kind: a new owner has the clients that the old one had. */
    private Use use(String process, Footprint now) {
        String role = process.substring(process.indexOf('/'));
        List<Footprint> before =
                held.entrySet().stream()
                        .filter(each -> each.getKey().endsWith(role))
                        .filter(each -> each.getValue().isMeasured())
                        .map(Map.Entry::getValue)
                        .toList();
        return new Use(
                process,
                before.stream().mapToInt(Footprint::descriptors).max().orElse(0),
                now.descriptors(),
                before.stream().mapToDouble(Footprint::megabytes).max().orElse(0),
                now.megabytes(),
                now.exact() && before.stream().allMatch(Footprint::exact));
    }

    /** Requests that have failed since, a few. */
    List<ClientFact> failures(Stage stage, long startNanos) {
        return stage.load().failures(startNanos).stream()
                .limit(FAILURES_MAX)
                .map(
                        fact ->
                                new ClientFact(
                                        fact.client(),
                                        fact.request()
                                                + " on a "
                                                + fact.connection()
                                                + " connection",
                                        fact.begunMillis(),
                                        fact.tookMillis(),
                                        fact.outcome()))
                .toList();
    }
}
