package proa.chaos.drill.page;

import proa.chaos.drill.facts.ControlFact;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** What the same faults cost a control: a table, and a bar for each of both. */
final class ControlSection {

    private static final int WIDTH = 920;
    private static final int LEFT = 330;
    private static final int RIGHT = 90;
    private static final int TOP = 10;
    private static final int ROW = 44;
    private static final int BAR = 14;

    private final List<ControlFact> facts;
    private final double scale;
    private final StringBuilder page = new StringBuilder();
    private final Formatter out = new Formatter(page, Locale.ROOT);

    private ControlSection(List<ControlFact> facts) {
        this.facts = facts;
        this.scale =
                facts.stream()
                        .mapToDouble(f -> Math.max(f.gapMillis(), f.controlGapMillis()))
                        .reduce(1, Math::max);
    }

    /** Nothing without a control. */
    static String of(List<ControlFact> facts) {
        return facts.isEmpty() ? "" : new ControlSection(facts).write();
    }

    private String write() {
        String control = Markup.escape(facts.getFirst().control());
        out.format(
                "<h2>Beside %1$s</h2><p class=\"soft\">The same faults of the owner, one after the"
                        + " other in the same lab under the same load of the machine; each 1 ms a"
                        + " new connection asks.</p><div class=\"wide\"><table><tr><th>drill"
                        + "<th>fault<th class=\"n\">silence<th class=\"n\">two owners"
                        + "<th class=\"n\">silence, %1$s<th class=\"n\">two owners"
                        + "<th class=\"n\">probes lost</tr>",
                control);
        facts.forEach(this::row);
        out.format("</table></div>");
        plot(control);
        return page.toString();
    }

    private void row(ControlFact fact) {
        out.format(
                "<tr><td>%s<td>%s<td class=\"n\">%s<td class=\"n\">%s<td class=\"n\">%s"
                        + "<td class=\"n\">%s<td class=\"n\">%d</tr>",
                Markup.escape(fact.drill()),
                Markup.escape(fact.what()),
                millis(fact.gapMillis()),
                millis(fact.overlapMillis()),
                millis(fact.controlGapMillis()),
                millis(fact.controlOverlapMillis()),
                fact.controlLost());
    }

    private void plot(String control) {
        out.format(
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Silence"
                        + " here and of %s\">",
                WIDTH, TOP + facts.size() * ROW, control);
        for (int row = 0; row < facts.size(); row++) {
            ControlFact fact = facts.get(row);
            int top = TOP + row * ROW;
            out.format(
                    "<text x=\"0\" y=\"%d\">%s: %s</text>",
                    top + BAR + 4, Markup.escape(fact.drill()), Markup.escape(fact.what()));
            bar("here", fact.gapMillis(), top);
            bar("there", fact.controlGapMillis(), top + BAR + 2);
        }
        out.format("</svg></div><p class=\"soft\">Upper bar: here; lower bar: %s.</p>", control);
    }

    private void bar(String style, double millis, int top) {
        double width = Math.max(0, millis) / scale * (WIDTH - LEFT - RIGHT);
        out.format(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                        + "<text x=\"%.1f\" y=\"%d\">%s</text>",
                style, LEFT, top, width, BAR, LEFT + width + 6, top + BAR - 3, millis(millis));
    }

    private static String millis(double millis) {
        return millis < 0 ? "–" : String.format(Locale.ROOT, "%.1f ms", millis);
    }
}
