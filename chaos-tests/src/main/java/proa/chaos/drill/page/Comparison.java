package proa.chaos.drill.page;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.RunFacts;

import java.util.Formatter;
import java.util.Locale;
import java.util.Optional;

/** What differs from an earlier run: every number of the same drill and invariant side by side. */
final class Comparison {

    private Comparison() {}

    static String of(RunFacts now, RunFacts earlier) {
        StringBuilder page = new StringBuilder();
        Formatter out = new Formatter(page, Locale.ROOT);
        out.format(
                "<h2>Compared with the run of %s</h2><p class=\"soft\">Version %s, configuration"
                        + " %s, seed %d.</p>",
                Markup.escape(earlier.header().begun()),
                Markup.escape(earlier.header().version()),
                sameOrNot(now, earlier),
                earlier.header().seed());
        out.format(
                "<div class=\"wide\"><table><tr><th>drill<th>id<th>before<th class=\"n\">measured"
                        + "<th>now<th class=\"n\">measured</tr>");
        for (DrillFacts drill : now.drills()) {
            for (Finding finding : drill.invariants()) {
                before(earlier, drill.drill(), finding.id())
                        .filter(before -> differs(before, finding))
                        .ifPresent(before -> row(out, drill.drill(), before, finding));
            }
        }
        out.format("</table></div>");
        return page.toString();
    }

    private static String sameOrNot(RunFacts now, RunFacts earlier) {
        return now.header().configuration().equals(earlier.header().configuration())
                ? "the same"
                : "another";
    }

    private static Optional<Finding> before(RunFacts earlier, String drill, String id) {
        return earlier.drills().stream()
                .filter(each -> each.drill().equals(drill))
                .flatMap(each -> each.invariants().stream())
                .filter(finding -> finding.id().equals(id))
                .findFirst();
    }

    private static boolean differs(Finding before, Finding now) {
        return before.verdict() != now.verdict() || !Markup.value(before).equals(Markup.value(now));
    }

    private static void row(Formatter out, String drill, Finding before, Finding now) {
        out.format(
                "<tr><td>%s<td>%s<td class=\"%s\">%s<td class=\"n\">%s<td class=\"%s\">%s"
                        + "<td class=\"n\">%s</tr>",
                Markup.escape(drill),
                Markup.escape(now.id()),
                Markup.style(before.verdict()),
                Markup.word(before.verdict()),
                Markup.escape(Markup.value(before)),
                Markup.style(now.verdict()),
                Markup.word(now.verdict()),
                Markup.escape(Markup.value(now)));
    }
}
