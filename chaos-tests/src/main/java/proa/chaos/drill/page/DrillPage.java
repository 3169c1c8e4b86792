package proa.chaos.drill.page;

import proa.chaos.drill.facts.Carried;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.DrillFacts.ClientFact;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.SharedFacts;
import proa.chaos.drill.facts.Strike;
import proa.chaos.drill.facts.Verdict;

import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The report as one page of HTML that needs nothing else. Pure: the same facts make the same page.
 * Everything that comes from facts is escaped.
 */
public final class DrillPage {

    private final RunFacts run;
    private final StringBuilder page = new StringBuilder(Styles.HEAD);
    private final Formatter out = new Formatter(page, Locale.ROOT);

    private DrillPage(RunFacts run) {
        this.run = run;
    }

    /**
     * The page.
     *
     * @param previous an earlier run to compare with
     */
    public static String of(RunFacts run, Optional<RunFacts> previous) {
        DrillPage page = new DrillPage(run);
        page.header();
        page.matrix();
        run.drills().forEach(page::drill);
        page.page.append(ControlSection.of(run.control()));
        previous.ifPresent(earlier -> page.page.append(Comparison.of(run, earlier)));
        page.page.append(Certificate.of(run));
        return page.page.append("</html>\n").toString();
    }

    private void header() {
        RunFacts.Header header = run.header();
        out.format(
                "<h1>Failover drills</h1><p>%s, %d of %d drills passed.</p><table>",
                verdict(run.verdict()),
                run.drills().stream().filter(d -> d.verdict() == Verdict.PASS).count(),
                run.drills().size());
        row("version", header.version());
        row("configuration", header.configuration());
        row("seed", Long.toString(header.seed()));
        row("machine", header.machine());
        row("balancers", Integer.toString(header.nodes()));
        row("begun", header.begun());
        row("took", String.format(Locale.ROOT, "%.0f s", header.seconds()));
        row(
                "budgets of time",
                header.patience() == 1
                        ? "as written"
                        : String.format(Locale.ROOT, "times %.1f", header.patience()));
        out.format("</table>");
    }

    private void row(String name, String value) {
        out.format("<tr><th>%s<td>%s</tr>", Markup.escape(name), Markup.escape(value));
    }

    private static String verdict(Verdict verdict) {
        return "<span class=\"" + Markup.style(verdict) + "\">" + Markup.word(verdict) + "</span>";
    }

    /** Drills down, invariants across. */
    private void matrix() {
        List<String> ids = new ArrayList<>();
        for (DrillFacts drill : run.drills()) {
            drill.invariants().stream()
                    .map(Finding::id)
                    .filter(id -> !ids.contains(id))
                    .forEach(ids::add);
        }
        out.format("<h2>Verdicts</h2><div class=\"wide\"><table><tr><th>drill<th>verdict");
        ids.forEach(id -> out.format("<th>%s", Markup.escape(id)));
        out.format("</tr>");
        for (DrillFacts drill : run.drills()) {
            out.format(
                    "<tr><td><a href=\"#%s\">%s</a><td>%s",
                    anchor(drill), Markup.escape(drill.drill()), verdict(drill.verdict()));
            for (String id : ids) {
                out.format("<td>%s", cell(drill, id));
            }
            out.format("</tr>");
        }
        out.format("</table></div>");
        legend();
    }

    private void legend() {
        run.drills().stream()
                .filter(drill -> !drill.invariants().isEmpty())
                .findFirst()
                .ifPresent(
                        drill -> {
                            out.format("<p class=\"soft\">");
                            for (Finding finding : drill.invariants()) {
                                out.format(
                                        "<b>%s</b> %s. ",
                                        Markup.escape(finding.id()), Markup.escape(finding.what()));
                            }
                            out.format(
                                    "✓ held, ✗ did not, ? too little was seen to say, – this"
                                            + " drill cannot show it.</p>");
                        });
    }

    private static String cell(DrillFacts drill, String id) {
        return drill.invariants().stream()
                .filter(finding -> finding.id().equals(id))
                .findFirst()
                .map(
                        finding ->
                                String.format(
                                        Locale.ROOT,
                                        "<span class=\"%s\" title=\"%s\">%s</span>",
                                        Markup.style(finding.verdict()),
                                        Markup.escape(Markup.value(finding) + " " + finding.why()),
                                        sign(finding)))
                .orElse("");
    }

    private static String sign(Finding finding) {
        return switch (finding.verdict()) {
            case PASS -> "✓";
            case FAIL -> "✗";
            case UNKNOWN -> "?";
            case NOT_APPLICABLE -> "–";
            case ABORTED -> "∎";
        };
    }

    private static String anchor(DrillFacts drill) {
        return Markup.escape(drill.drill().replaceAll("[^A-Za-z0-9-]", "-"));
    }

    private void drill(DrillFacts drill) {
        out.format(
                "<h2 id=\"%s\">%s: %s</h2><p>%s</p>",
                anchor(drill),
                Markup.escape(drill.drill()),
                verdict(drill.verdict()),
                Markup.escape(drill.summary()));
        if (!drill.why().isEmpty()) {
            out.format("<p class=\"aborted\">%s</p>", Markup.escape(drill.why()));
        }
        findings(drill.invariants());
        timeline(drill);
        page.append(DrillPlot.of(drill));
        strikes(drill.strikes());
        carried(drill.carried());
        shared(drill.shared());
        failures(drill.failures());
    }

    private void findings(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        out.format(
                "<div class=\"wide\"><table><tr><th>id<th>invariant<th>verdict<th class=\"n\">"
                        + "measured<th>limit or reason</tr>");
        for (Finding finding : findings) {
            out.format(
                    "<tr><td>%s<td>%s<td>%s<td class=\"n\">%s<td>%s</tr>",
                    Markup.escape(finding.id()),
                    Markup.escape(finding.what()),
                    verdict(finding.verdict()),
                    Markup.escape(Markup.value(finding)),
                    Markup.escape(finding.why()));
        }
        out.format("</table></div>");
    }

    private void timeline(DrillFacts drill) {
        if (drill.timeline().isEmpty()) {
            return;
        }
        out.format("<h3>From the first fault on</h3><div class=\"wide\"><table>");
        int number = 0;
        for (Moment moment : drill.timeline()) {
            if (++number > DrillPlot.MOMENTS_MAX) {
                break;
            }
            out.format(
                    "<tr><td class=\"n\">%d<td class=\"n\">%+.1f ms<td>%s<td>%s</tr>",
                    number,
                    moment.atMillis(),
                    Markup.escape(moment.kind()),
                    Markup.escape(moment.what()));
        }
        out.format("</table></div>");
        if (drill.timeline().size() > DrillPlot.MOMENTS_MAX) {
            out.format(
                    "<p class=\"soft\">… and %d more, all in the JSON.</p>",
                    drill.timeline().size() - DrillPlot.MOMENTS_MAX);
        }
    }

    private void strikes(List<Strike> strikes) {
        if (strikes.isEmpty()) {
            return;
        }
        out.format(
                "<p class=\"soft\">Bands: faults. Thick line: the median of HTTP requests, thin"
                        + " line: the slowest. Bars: the share of requests that failed, and of"
                        + " probes without an answer.</p><div class=\"wide\"><table><tr><th>fault"
                        + "<th>owner<th class=\"n\">silence<th class=\"n\">nobody looked"
                        + "<th class=\"n\">failed<th class=\"n\">in flight"
                        + "<th class=\"n\">longest write<th class=\"n\">whole after</tr>");
        for (Strike strike : strikes) {
            out.format(
                    "<tr><td>%s<td>%s → %s<td class=\"n\">%.1f ms<td class=\"n\">%.1f ms"
                            + "<td class=\"n\">%d<td class=\"n\">%d<td class=\"n\">%s"
                            + "<td class=\"n\">%s</tr>",
                    Markup.escape(strike.what()),
                    Markup.escape(strike.before()),
                    Markup.escape(strike.after()),
                    strike.gapMillis(),
                    strike.gapUnknownMillis(),
                    strike.failed(),
                    strike.inFlight(),
                    millis(strike.writeWaitMillis()),
                    millis(strike.wholeMillis()));
        }
        out.format("</table></div>");
    }

    private static String millis(double millis) {
        return millis < 0 ? "–" : String.format(Locale.ROOT, "%.0f ms", millis);
    }

    private void carried(List<Carried> carried) {
        if (carried.isEmpty()) {
            return;
        }
        out.format(
                "<h3>State carried</h3><div class=\"wide\"><table><tr><th>through"
                        + "<th class=\"n\">sessions<th class=\"n\">lost<th class=\"n\">sticky"
                        + "<th class=\"n\">moved<th class=\"n\">ended<th class=\"n\">came back"
                        + "<th>examples</tr>");
        for (Carried each : carried) {
            out.format(
                    "<tr><td>%s<td class=\"n\">%d<td class=\"n\">%d<td class=\"n\">%d"
                            + "<td class=\"n\">%d<td class=\"n\">%d<td class=\"n\">%d<td>%s</tr>",
                    Markup.escape(each.node()),
                    each.sessions(),
                    each.lost(),
                    each.sticky(),
                    each.moved(),
                    each.ended(),
                    each.returned(),
                    Markup.escape(String.join("; ", each.examples())));
        }
        out.format("</table></div>");
    }

    private void shared(SharedFacts shared) {
        if (shared.operations() == 0) {
            return;
        }
        out.format("<p>%s.</p>", Markup.escape(shared.text()));
        if (!shared.examples().isEmpty()) {
            out.format("<ul>");
            shared.examples().forEach(each -> out.format("<li>%s</li>", Markup.escape(each)));
            out.format("</ul>");
        }
    }

    private void failures(List<ClientFact> failures) {
        if (failures.isEmpty()) {
            return;
        }
        out.format(
                "<h3>What clients saw fail</h3><div class=\"wide\"><table><tr><th>client<th>request"
                        + "<th class=\"n\">begun<th class=\"n\">took<th>outcome</tr>");
        for (ClientFact each : failures) {
            out.format(
                    "<tr><td>%s<td>%s<td class=\"n\">%+.1f ms<td class=\"n\">%.0f ms<td>%s</tr>",
                    Markup.escape(each.client()),
                    Markup.escape(each.request()),
                    each.begunMillis(),
                    each.tookMillis(),
                    Markup.escape(each.outcome()));
        }
        out.format("</table></div>");
    }
}
