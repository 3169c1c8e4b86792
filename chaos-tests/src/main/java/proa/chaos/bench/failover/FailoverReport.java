package proa.chaos.bench.failover;

import java.util.Arrays;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Every fault, what it did to clients of Proa and of the peer.
 *
 * @param intervalMillis between the advertisements of both
 * @param runs of each fault for each of the two
 */
public record FailoverReport(long intervalMillis, int runs, List<Case> cases) {

    public FailoverReport {
        cases = List.copyOf(cases);
    }

    /**
     * One fault.
     *
     * @param name of the fault and the interval: {@code kill-node-100ms}
     * @param peer the other one's name
     */
    public record Case(String name, String peer, Figures proa, Figures peerFigures) {}

    /**
     * Over all runs.
     *
     * @param medianMillis of the longest time without an answer in each run; of an even number the
     *     mean of the two in the middle
     * @param p99Millis of a hundred runs, one took longer; of fewer, none did
     * @param maxMillis the longest of all
     * @param lostProbes median of the probes without an answer
     * @param overlapMillis the longest time for which two hosts answered ARP for the address
     * @param lateMillis the longest time between two probes: the observer's own share
     */
    public record Figures(
            double medianMillis,
            double p99Millis,
            double maxMillis,
            double lostProbes,
            double overlapMillis,
            double lateMillis) {

        static Figures of(List<FailoverRun> runs) {
            return new Figures(
                    median(runs, FailoverRun::gapMillis),
                    percentile99(runs, FailoverRun::gapMillis),
                    most(runs, FailoverRun::gapMillis),
                    median(runs, FailoverRun::lostProbes),
                    most(runs, FailoverRun::overlapMillis),
                    most(runs, FailoverRun::lateMillis));
        }

        private static double median(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
            double[] sorted = runs.stream().mapToDouble(figure).toArray();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1
                    ? sorted[middle]
                    : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        /** The nearest rank: no run is invented. */
        private static double percentile99(
                List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
            double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
            return sorted[Math.ceilDiv(sorted.length * 99, 100) - 1];
        }

        private static double most(List<FailoverRun> runs, ToDoubleFunction<FailoverRun> figure) {
            return runs.stream().mapToDouble(figure).max().orElseThrow();
        }
    }

    /** For people. */
    public String text() {
        StringBuilder text = new StringBuilder();
        try (Formatter out = new Formatter(text, Locale.ROOT)) {
            out.format(
                    "failover: milliseconds without an answer, probed every millisecond; %d runs of"
                            + " each, in turn%n",
                    runs);
            out.format(
                    "  %-18s %-11s %9s %9s %9s %6s %9s %9s%n",
                    "fault", "program", "median", "p99", "max", "lost", "2 owners", "observer");
            for (Case each : cases) {
                row(out, each.name, ProaPair.NAME, each.proa);
                row(out, "", each.peer, each.peerFigures);
            }
        }
        return text.toString();
    }

    private static void row(Formatter out, String fault, String program, Figures figures) {
        out.format(
                "  %-18s %-11s %9.1f %9.1f %9.1f %6.0f %9.1f %9.1f%n",
                fault,
                program,
                figures.medianMillis,
                figures.p99Millis,
                figures.maxMillis,
                figures.lostProbes,
                figures.overlapMillis,
                figures.lateMillis);
    }

    /** The same as a table of HTML. */
    public String html() {
        StringBuilder page = new StringBuilder();
        try (Formatter out = new Formatter(page, Locale.ROOT)) {
            out.format(
                    "<h2>Failover</h2><p>Time without an answer, probed every millisecond; %d runs"
                            + " of each, in turn.</p><table><tr><th>fault<th>program<th>median"
                            + " ms<th>p99 ms<th>max ms<th>lost probes<th>two owners ms<th>observer"
                            + " ms</tr>",
                    runs);
            for (Case each : cases) {
                cells(out, each.name, ProaPair.NAME, each.proa);
                cells(out, "", each.peer, each.peerFigures);
            }
            out.format("</table>");
        }
        return page.toString();
    }

    private static void cells(Formatter out, String fault, String program, Figures figures) {
        out.format(
                "<tr><td>%s<td>%s<td>%.1f<td>%.1f<td>%.1f<td>%.0f<td>%.1f<td>%.1f</tr>",
                fault,
                program,
                figures.medianMillis,
                figures.p99Millis,
                figures.maxMillis,
                figures.lostProbes,
                figures.overlapMillis,
                figures.lateMillis);
    }
}
