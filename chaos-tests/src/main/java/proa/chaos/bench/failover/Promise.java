package proa.chaos.bench.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One thing that Proa promises of a failover, and whether it was kept.
 *
 * @param what in words
 * @param measured in milliseconds, or probes where {@code what} says so
 * @param limit the most that is promised, in the same unit
 * @param runs that it was measured in, 1 or more
 * @param judged whether these were enough to say so
 * @param kept whether it was; what is not judged is not broken
 */
public record Promise(
        String what, double measured, double limit, int runs, boolean judged, boolean kept) {

    /** What is promised is promised of advertisements at this interval. */
    static final Duration INTERVAL = Duration.ofMillis(100);

    static final double KILL_MEDIAN_MILLIS = 10;
    static final double KILL_P99_MILLIS = 40;

    /** Of fewer the 99th percentile is the longest, of which nothing is promised. */
    static final int KILLS_JUDGED_MIN = 100;

    static final double OVERLAP_MILLIS = 5;
    static final double HANG_MILLIS = 450;
    static final double CABLE_MILLIS = 400;

    /**
     * What is promised of the faults that were measured; nothing at another interval. Of the 99th
     * percentile the kills of either process are one set, which is judged from {@link
     * #KILLS_JUDGED_MIN} on.
     *
     * @param runs of Proa by fault, none of them without a run
     */
    static List<Promise> of(Duration interval, Map<Fault, List<FailoverRun>> runs) {
        if (!interval.equals(INTERVAL) || runs.isEmpty()) {
            return List.of();
        }
        List<Promise> promises = new ArrayList<>();
        List<FailoverRun> kills = new ArrayList<>();
        runs.forEach(
                (fault, each) -> {
                    promises.add(of(fault, each));
                    if (fault.isKill()) {
                        kills.addAll(each);
                    }
                });
        if (!kills.isEmpty()) {
            double p99 = Figure.percentile99(kills, FailoverRun::gapMillis);
            promises.add(percentile(p99, kills.size()));
        }
        List<FailoverRun> all = runs.values().stream().flatMap(List::stream).toList();
        promises.add(worst("two owners, max ms", all, FailoverRun::overlapMillis, OVERLAP_MILLIS));
        return promises;
    }

    private static Promise of(Fault fault, List<FailoverRun> runs) {
        return switch (fault) {
            case KILL_NODE, KILL_VIPD ->
                    promise(
                            fault.label() + ", median ms",
                            Figure.median(runs, FailoverRun::gapMillis),
                            KILL_MEDIAN_MILLIS,
                            runs.size());
            case HANG -> worst("hang, max ms", runs, FailoverRun::gapMillis, HANG_MILLIS);
            case CABLE -> worst("cable, max ms", runs, FailoverRun::gapMillis, CABLE_MILLIS);
            case PLANNED -> worst("planned, lost probes", runs, FailoverRun::lostProbes, 0);
        };
    }

    private static Promise worst(
            String what,
            List<FailoverRun> runs,
            ToDoubleFunction<FailoverRun> figure,
            double limit) {
        return promise(what, Figure.most(runs, figure), limit, runs.size());
    }

    private static Promise percentile(double p99, int kills) {
        boolean judged = kills >= KILLS_JUDGED_MIN;
        boolean kept = !judged || p99 <= KILL_P99_MILLIS;
        return new Promise("kills, p99 ms", p99, KILL_P99_MILLIS, kills, judged, kept);
    }

    private static Promise promise(String what, double measured, double limit, int runs) {
        return new Promise(what, measured, limit, runs, true, measured <= limit);
    }

    /**
     * For people: {@code hang, max ms: 321.0 of 450 promised, 10 runs: kept}; {@code kills, p99 ms:
     * 41.0 of 40 promised, of 20 runs, not judged}.
     */
    String line() {
        String figures =
                String.format(Locale.ROOT, "%s: %.1f of %.0f promised, ", what, measured, limit);
        return judged
                ? figures + runs + " runs: " + (kept ? "kept" : "missed")
                : figures + "of " + runs + " runs, not judged";
    }
}
