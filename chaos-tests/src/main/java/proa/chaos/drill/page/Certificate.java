package proa.chaos.drill.page;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** The page for an auditor: what was shown, on what, and what was not. */
final class Certificate {

    /** Who watches an invariant, in the order in which they are told. */
    private static final Map<String, String> WATCHED = watched();

    private Certificate() {}

    private static Map<String, String> watched() {
        Map<String, String> watched = new LinkedHashMap<>();
        watched.put("I3", "clients that have to keep their server");
        watched.put("I4", "clients over their limit");
        watched.put("I5", "session writers that account for every acknowledged write");
        watched.put("I6", "requests that must not be repeated with the servers' own receipts");
        watched.put("I10", "a long connection");
        return watched;
    }

    static String of(RunFacts run) {
        StringBuilder page = new StringBuilder();
        Formatter out = new Formatter(page, Locale.ROOT);
        RunFacts.Header header = run.header();
        boolean passed = run.verdict() == Verdict.PASS;
        out.format(
                "<section class=\"certificate\"><h2>Failover certificate</h2><p>On %s, Proa %s with"
                        + " configuration <code>%s</code> and %d balancers was put through %d"
                        + " drills with %d faults under load (seed %d; %s; %s).</p>",
                Markup.escape(header.begun()),
                Markup.escape(header.version()),
                Markup.escape(header.configuration()),
                header.nodes(),
                run.drills().size(),
                run.drills().stream().mapToInt(drill -> drill.strikes().size()).sum(),
                header.seed(),
                Markup.escape(header.machine()),
                conditions(header));
        out.format(
                "<p class=\"%s\">%s</p>",
                passed ? "pass" : "fail",
                passed
                        ? "Every invariant that these drills can show held."
                        : "Not every invariant was shown to hold: this certifies no failover.");
        figures(out, run);
        exceptions(out, run);
        out.format(
                "<p class=\"soft\">Measured by independent clients: %s. All of it ran on %s.</p>"
                        + "<p>Date and signature: ______________________________</p></section>",
                String.join(", ", measured(run)), Markup.escape(header.place()));
        return page.toString();
    }

    private static String conditions(RunFacts.Header header) {
        return String.format(
                Locale.ROOT,
                "%s; budgets of time %s",
                header.brief() ? "in the brief form" : "in the whole form",
                header.patience() == 1
                        ? "as they are"
                        : String.format(Locale.ROOT, "times %.1f", header.patience()));
    }

    /** Only what was there: a target of an operator's need not have every service. */
    private static List<String> measured(RunFacts run) {
        Set<String> unwatched = run.header().unwatched().keySet();
        List<String> measured = new ArrayList<>(List.of("a probe each millisecond"));
        if (worst(run, Strike::longestOverlapMillis) >= 0) {
            measured.add("ARP requests each 5 ms");
        }
        measured.add("HTTP clients");
        WATCHED.forEach(
                (invariant, what) -> {
                    if (!unwatched.contains(invariant)) {
                        measured.add(what);
                    }
                });
        return measured;
    }

    /** Negative: it was not asked for. */
    private static double worst(RunFacts run, ToDoubleFunction<Strike> of) {
        return run.drills().stream()
                .flatMap(drill -> drill.strikes().stream())
                .mapToDouble(of)
                .max()
                .orElse(-1);
    }

    private static String millis(double millis) {
        return millis < 0 ? "not asked" : String.format(Locale.ROOT, "%.1f ms", millis);
    }

    private static void figures(Formatter out, RunFacts run) {
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
                "<table><tr><th>longest without an answer<td>%s</tr><tr><th>longest with two"
                        + " owners<td>%s</tr><tr><th>acknowledged sessions read back<td>%d,"
                        + " %d of them lost</tr><tr><th>operations on sessions that all clients"
                        + " write judged<td>%d, %d reads excepted</tr></table>",
                millis(worst(run, Strike::longestGapMillis)),
                millis(worst(run, Strike::longestOverlapMillis)),
                sessions,
                lost,
                operations,
                excused);
    }

    /** What did not pass or was not watched is named: a certificate that leaves it out is none. */
    private static void exceptions(Formatter out, RunFacts run) {
        out.format("<ul>");
        new TreeMap<>(run.header().unwatched())
                .forEach(
                        (invariant, why) ->
                                out.format(
                                        "<li>%s was not watched: %s</li>",
                                        Markup.escape(invariant), Markup.escape(why)));
        for (DrillFacts drill : run.drills()) {
            if (drill.isWorseThanItsFindings()) {
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
