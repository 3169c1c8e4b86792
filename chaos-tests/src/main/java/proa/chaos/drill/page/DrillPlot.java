package proa.chaos.drill.page;

import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.DrillFacts.Point;
import proa.chaos.drill.facts.Moment;
import proa.chaos.drill.facts.Strike;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A drawing (SVG) of one drill from its first fault on: the faults as bands, its moments by number,
 * what clients waited, and what failed.
 */
final class DrillPlot {

    private static final int WIDTH = 920;
    private static final int LEFT = 60;
    private static final int RIGHT = 15;
    private static final int LATENCY_TOP = 34;
    private static final int LATENCY_BOTTOM = 154;
    private static final int ERRORS_TOP = 172;
    private static final int ERRORS_BOTTOM = 222;
    private static final int HEIGHT = 250;
    private static final int LABELS = 8;

    /** More are in the table and in the JSON. */
    static final int MOMENTS_MAX = 40;

    private final DrillFacts drill;
    private final double from;
    private final double to;
    private final StringBuilder svg = new StringBuilder();
    private final Formatter out = new Formatter(svg, Locale.ROOT);

    private DrillPlot(DrillFacts drill) {
        this.drill = drill;
        this.from = drill.plot().fromMillis();
        this.to = from + Math.max(1, drill.plot().partMillis() * drill.plot().points().size());
    }

    /** The drawing; empty when there is nothing to draw. */
    static String of(DrillFacts drill) {
        return drill.plot().points().isEmpty() ? "" : new DrillPlot(drill).draw();
    }

    private String draw() {
        out.format(
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Latency"
                        + " and errors of %s over time\">",
                WIDTH, HEIGHT, Markup.escape(drill.drill()));
        drill.strikes().forEach(this::band);
        axis();
        latency();
        errors();
        moments();
        return svg.append("</svg></div>\n").toString();
    }

    private void band(Strike strike) {
        out.format(
                "<rect class=\"band\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s"
                        + "</title></rect>",
                x(strike.fromMillis()),
                LATENCY_TOP,
                Math.max(1, x(strike.toMillis()) - x(strike.fromMillis())),
                ERRORS_BOTTOM - LATENCY_TOP,
                Markup.escape(strike.what()));
    }

    private void axis() {
        double step = step((to - from) / LABELS);
        for (double at = Math.ceil(from / step) * step; at <= to; at += step) {
            out.format(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    x(at), x(at), LATENCY_TOP, ERRORS_BOTTOM);
            out.format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f s</text>",
                    x(at), HEIGHT - 8, at / 1e3);
        }
    }

    /** A round number of whole seconds, at least so many milliseconds. */
    private static double step(double millis) {
        double step = 1_000;
        for (int factor : List.of(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600)) {
            step = factor * 1_000.0;
            if (step >= millis) {
                break;
            }
        }
        return step;
    }

    private void latency() {
        double most = 1;
        for (Point point : drill.plot().points()) {
            most = Math.max(most, point.slowestMillis());
        }
        path("slow", Point::slowestMillis, most);
        path("half", Point::p50Millis, most);
        out.format(
                "<text x=\"4\" y=\"%d\">%.0f ms</text><text x=\"4\" y=\"%d\">0</text>",
                LATENCY_TOP + 10, most, LATENCY_BOTTOM);
    }

    private void path(String style, ToDoubleFunction<Point> of, double most) {
        out.format("<path class=\"%s\" d=\"", style);
        boolean drawing = false;
        List<Point> points = drill.plot().points();
        for (int at = 0; at < points.size(); at++) {
            boolean any = points.get(at).requests() > points.get(at).failed();
            if (any) {
                out.format(
                        "%s%.1f %.1f",
                        drawing ? "L" : "M",
                        x(middle(at)),
                        LATENCY_BOTTOM
                                - of.applyAsDouble(points.get(at))
                                        / most
                                        * (LATENCY_BOTTOM - LATENCY_TOP));
            }
            drawing = any;
        }
        out.format("\"/>");
    }

    private double middle(int part) {
        return from + (part + 0.5) * drill.plot().partMillis();
    }

    /** Shares of a part: probes without an answer, and requests that failed in front of them. */
    private void errors() {
        List<Point> points = drill.plot().points();
        for (int at = 0; at < points.size(); at++) {
            Point point = points.get(at);
            bar("silent", at, point.unanswered(), point.probes());
            bar("failed", at, point.failed(), point.requests());
        }
        out.format(
                "<text x=\"4\" y=\"%d\">100 %%</text><text x=\"4\" y=\"%d\">lost</text>",
                ERRORS_TOP + 8, ERRORS_BOTTOM);
    }

    private void bar(String style, int part, int some, int all) {
        if (some > 0) {
            double height =
                    Math.max(2, (double) some / Math.max(some, all) * (ERRORS_BOTTOM - ERRORS_TOP));
            out.format(
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    style,
                    x(middle(part) - drill.plot().partMillis() / 2),
                    ERRORS_BOTTOM - height,
                    Math.max(1, drill.plot().partMillis() / (to - from) * (WIDTH - LEFT - RIGHT)),
                    height);
        }
    }

    private void moments() {
        int number = 0;
        for (Moment moment : drill.timeline()) {
            number++;
            if (number <= MOMENTS_MAX && moment.atMillis() >= from && moment.atMillis() <= to) {
                double at = x(moment.atMillis());
                out.format(
                        "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                        at, at, LATENCY_TOP - 6, ERRORS_BOTTOM);
                out.format(
                        "<text x=\"%.1f\" y=\"%d\""
                                + " text-anchor=\"middle\">%d<title>%s</title></text>",
                        at, number % 2 == 0 ? 12 : 24, number, Markup.escape(moment.what()));
            }
        }
    }

    private double x(double millis) {
        return LEFT + (Math.clamp(millis, from, to) - from) / (to - from) * (WIDTH - LEFT - RIGHT);
    }
}
