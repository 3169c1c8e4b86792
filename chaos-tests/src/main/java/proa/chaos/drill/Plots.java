package proa.chaos.drill;

import proa.chaos.drill.facts.DrillFacts.Plot;
import proa.chaos.drill.facts.DrillFacts.Point;
import proa.chaos.load.LoadReport;
import proa.chaos.observe.Part;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What clients and prober saw in a drill, in parts small enough to see a gap. */
final class Plots {

    private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PART_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A page of fifteen drills stays far below 2 MB. */
    private static final int PARTS_MAX = 400;

    private Plots() {}

    static Plot of(Stage stage, long startNanos, long endNanos) {
        long from = startNanos - BEFORE_NANOS;
        long length = Math.max(PART_NANOS, (endNanos - from) / PARTS_MAX);
        int count = Math.clamp((endNanos - from) / length, 1, PARTS_MAX);
        long to = from + count * length;
        List<LoadReport.Part> requests = stage.load().series(from, to, count);
        List<Part> probes = stage.observer().parts(from, to, count);
        List<Point> points = new ArrayList<>();
        for (int part = 0; part < Math.min(requests.size(), probes.size()); part++) {
            LoadReport.Part http = requests.get(part);
            points.add(
                    new Point(
                            http.requests(),
                            http.failed(),
                            http.p50Millis(),
                            http.slowestMillis(),
                            probes.get(part).probes(),
                            probes.get(part).unanswered()));
        }
        return new Plot(-BEFORE_NANOS / 1e6, length / 1e6, points);
    }
}
