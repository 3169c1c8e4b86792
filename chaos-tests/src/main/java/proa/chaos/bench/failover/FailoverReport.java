package proa.chaos.bench.failover;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every fault, what it did to clients of Proa and of the peer.
 *
 * @param intervalMillis between the advertisements of both
 * @param runs of each fault for each of the two
 * @param promises of Proa, as far as what was measured shows them; none at another interval than
 *     100 ms
 */
public record FailoverReport(
        long intervalMillis, int runs, List<Case> cases, List<Promise> promises) {

    public FailoverReport {
        cases = List.copyOf(cases);
        promises = List.copyOf(promises);
    }

    /**
     * One fault.
     *
     * @param name of the fault and the interval: {@code kill-node-100ms}
     * @param peer the other one, unless Proa was alone
     */
    public record Case(String name, Figures proa, Optional<Peer> peer) {}

    /** Who had the same fault, and what it did to its clients. */
    public record Peer(String name, Figures figures) {}

    /**
     * Over all runs.
     *
     * @param minMillis the shortest of the longest time without an answer in each run; at least the
     *     1 ms between two probes
     * @param medianMillis of the longest time without an answer in each run; of an even number the
     *     mean of the two in the middle
     * @param p99Millis of a hundred runs, one took longer; of fewer, none did
     * @param maxMillis the longest of all
     * @param lostProbes median of the probes without an answer
     * @param overlapMillis the longest time for which two hosts answered ARP for the address
     * @param lateMillis the longest time between two probes: the observer's own share
     */
    public record Figures(
            double minMillis,
            double medianMillis,
            double p99Millis,
            double maxMillis,
            double lostProbes,
            double overlapMillis,
            double lateMillis) {

        static Figures of(List<FailoverRun> runs) {
            return new Figures(
                    Figure.least(runs, FailoverRun::gapMillis),
                    Figure.median(runs, FailoverRun::gapMillis),
                    Figure.percentile99(runs, FailoverRun::gapMillis),
                    Figure.most(runs, FailoverRun::gapMillis),
                    Figure.median(runs, FailoverRun::lostProbes),
                    Figure.most(runs, FailoverRun::overlapMillis),
                    Figure.most(runs, FailoverRun::lateMillis));
        }
    }

    /** Whether no promise is broken. */
    public boolean keeps() {
        return promises.stream().allMatch(Promise::kept);
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
                    "  %-18s %-11s %9s %9s %9s %9s %6s %9s %9s%n",
                    "fault",
                    "program",
                    "min",
                    "median",
                    "p99",
                    "max",
                    "lost",
                    "2 owners",
                    "observer");
            for (Case each : cases) {
                row(out, each.name, ProaPair.NAME, each.proa);
                each.peer.ifPresent(peer -> row(out, "", peer.name, peer.figures));
            }
            promises.forEach(promise -> out.format("  %s%n", promise.line()));
        }
        return text.toString();
    }

    private static void row(Formatter out, String fault, String program, Figures figures) {
        out.format(
                "  %-18s %-11s %9.1f %9.1f %9.1f %9.1f %6.0f %9.1f %9.1f%n",
                fault,
                program,
                figures.minMillis,
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
                            + " of each, in turn.</p><table><tr><th>fault<th>program<th>min"
                            + " ms<th>median ms<th>p99 ms<th>max ms<th>lost probes<th>two owners"
                            + " ms<th>observer ms</tr>",
                    runs);
            for (Case each : cases) {
                cells(out, each.name, ProaPair.NAME, each.proa);
                each.peer.ifPresent(peer -> cells(out, "", peer.name, peer.figures));
            }
            out.format("</table>");
            promises.forEach(promise -> out.format("<p>%s</p>", promise.line()));
        }
        return page.toString();
    }

    private static void cells(Formatter out, String fault, String program, Figures figures) {
        out.format(
                "<tr><td>%s<td>%s<td>%.1f<td>%.1f<td>%.1f<td>%.1f<td>%.0f<td>%.1f<td>%.1f</tr>",
                fault,
                program,
                figures.minMillis,
                figures.medianMillis,
                figures.p99Millis,
                figures.maxMillis,
                figures.lostProbes,
                figures.overlapMillis,
                figures.lateMillis);
    }
}
