package proa.chaos.bench;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * A drawing (SVG) of the ratios: a bar for each workload and peer with its interval, and marks at
 * what is promised and aimed at.
 */
final class RatioPlot {

    private static final int WIDTH = 920;
    private static final int LEFT = 230;
    private static final int RIGHT = 60;
    private static final int TOP = 30;
    private static final int ROW = 30;
    private static final int BAR = 16;

    /** The axis goes at least so far. */
    private static final double SCALE_MIN = 2;

    private final List<Comparison> comparisons;
    private final double scale;
    private final StringBuilder svg = new StringBuilder();
    private final Formatter out = new Formatter(svg, Locale.ROOT);

    private RatioPlot(List<Comparison> comparisons) {
        this.comparisons = comparisons;
        this.scale =
                Math.ceil(
                        comparisons.stream()
                                .mapToDouble(Comparison::ratioMost)
                                .reduce(SCALE_MIN, Math::max));
    }

    static String of(List<Comparison> comparisons) {
        return new RatioPlot(comparisons).draw();
    }

    private String draw() {
        int height = TOP + comparisons.size() * ROW + 10;
        out.format(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"CPU of the peer divided by"
                        + " Proa's\">",
                WIDTH, height);
        for (double at = 0; at <= scale; at += 0.5) {
            out.format(
                    "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                    at == 1 ? "one" : "grid", x(at), x(at), TOP - 6, height);
            out.format("<text class=\"axis\" x=\"%.1f\" y=\"%d\">%.1f</text>", x(at), TOP - 12, at);
        }
        for (int row = 0; row < comparisons.size(); row++) {
            row(comparisons.get(row), TOP + row * ROW);
        }
        return svg.append("</svg>\n").toString();
    }

    private void row(Comparison each, int top) {
        double middle = top + ROW / 2.0;
        out.format(
                "<text class=\"name\" x=\"%d\" y=\"%.1f\">%s beside %s</text>",
                LEFT - 10, middle + 4, each.name(), each.peer());
        out.format(
                "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>",
                each.verdict().name().toLowerCase(Locale.ROOT),
                LEFT,
                middle - BAR / 2.0,
                x(each.ratio()) - LEFT,
                BAR);
        out.format(
                "<path class=\"interval\" d=\"M%.1f %.1fH%.1f\"/>",
                x(each.ratioLeast()), middle, x(each.ratioMost()));
        if (each.verdict() != Verdict.NOT_PROMISED) {
            mark("floor", each.floor(), middle);
            mark("target", each.target(), middle);
        }
        out.format(
                "<text class=\"value\" x=\"%.1f\" y=\"%.1f\">%.2f</text>",
                x(Math.max(each.ratio(), each.ratioMost())) + 8, middle + 4, each.ratio());
    }

    private void mark(String name, double at, double middle) {
        out.format(
                "<path class=\"%s\" d=\"M%.1f %.1fV%.1f\"/>",
                name, x(at), middle - BAR / 2.0 - 4, middle + BAR / 2.0 + 4);
    }

    private double x(double ratio) {
        return LEFT + ratio / scale * (WIDTH - LEFT - RIGHT);
    }
}
