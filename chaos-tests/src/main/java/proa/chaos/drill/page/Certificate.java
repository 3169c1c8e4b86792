package proa.chaos.drill.page;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** The page for an auditor: what was shown, on what, and what was not. */
final class Certificate {

    private Certificate() {}

    static String of(RunFacts run) {
        StringBuilder page = new StringBuilder();
        Formatter out = new Formatter(page, Locale.ROOT);
        RunFacts.Header header = run.header();
        boolean passed = run.verdict() == Verdict.PASS;
        out.format(
                "<section class=\"certificate\"><h2>Failover certificate</h2><p>On %s, Proa %s with"
                        + " configuration <code>%s</code> and %d balancers was put through %d"
                        + " drills with %d faults under load (seed %d; %s).</p>",
                Markup.escape(header.begun()),
                Markup.escape(header.version()),
                Markup.escape(header.configuration()),
                header.nodes(),
                run.drills().size(),
                run.drills().stream().mapToInt(drill -> drill.strikes().size()).sum(),
                header.seed(),
                Markup.escape(header.machine()));
        out.format(
                "<p class=\"%s\">%s</p>",
                passed ? "pass" : "fail",
                passed
                        ? "Every invariant that these drills can show held."
                        : "Not every invariant was shown to hold: this certifies no failover.");
        figures(out, run);
        exceptions(out, run.drills());
        out.format(
                "<p class=\"soft\">Measured by independent clients: a probe each millisecond, ARP"
                        + " requests each 5 ms, HTTP clients with cookies, session writers that"
                        + " account for every acknowledged write, and requests that must not be"
                        + " repeated with the servers' own receipts. All of it ran on one machine:"
                        + " faults of real switches and cables are not part of it.</p>"
                        + "<p>Date and signature: ______________________________</p></section>");
        return page.toString();
    }

    private static void figures(Formatter out, RunFacts run) {
        List<Strike> strikes =
                run.drills().stream().flatMap(drill -> drill.strikes().stream()).toList();
        double gap = strikes.stream().mapToDouble(Strike::longestGapMillis).max().orElse(0);
        double overlap = strikes.stream().mapToDouble(Strike::longestOverlapMillis).max().orElse(0);
        long lost =
                run.drills().stream()
                        .flatMap(drill -> drill.carried().stream())
                        .mapToLong(carried -> carried.lost())
                        .sum();
        long sessions =
                run.drills().stream()
                        .flatMap(drill -> drill.carried().stream())
                        .mapToLong(carried -> carried.sessions())
                        .sum();
        long operations =
                run.drills().stream().mapToLong(drill -> drill.shared().operations()).sum();
        long excused = run.drills().stream().mapToLong(drill -> drill.shared().excused()).sum();
        out.format(
                "<table><tr><th>longest without an answer<td>%.1f ms</tr><tr><th>longest with two"
                        + " owners<td>%.1f ms</tr><tr><th>acknowledged sessions read back<td>%d,"
                        + " %d of them lost</tr><tr><th>operations on sessions that all clients"
                        + " write judged<td>%d, %d reads excepted</tr></table>",
                gap, Math.max(0, overlap), sessions, lost, operations, excused);
    }

    /** What did not pass is named: a certificate that leaves it out is none. */
    private static void exceptions(Formatter out, List<DrillFacts> drills) {
        out.format("<ul>");
        for (DrillFacts drill : drills) {
            if (drill.invariants().isEmpty()) {
                out.format(
                        "<li>%s: %s: %s</li>",
                        Markup.escape(drill.drill()),
                        Markup.word(drill.verdict()),
                        Markup.escape(drill.why()));
            }
            for (Finding finding : drill.invariants()) {
                if (finding.verdict() == Verdict.FAIL || finding.verdict() == Verdict.UNKNOWN) {
                    out.format(
                            "<li>%s, %s: %s (%s; %s)</li>",
                            Markup.escape(drill.drill()),
                            Markup.escape(finding.id()),
                            Markup.word(finding.verdict()),
                            Markup.escape(Markup.value(finding)),
                            Markup.escape(finding.why()));
                }
            }
        }
        out.format("</ul>");
    }
}
