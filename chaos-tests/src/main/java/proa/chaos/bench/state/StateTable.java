package proa.chaos.bench.state;

import java.util.Formatter;
import java.util.Locale;

/** The report as text for a terminal. */
final class StateTable {

    private StateTable() {}

    static String of(StateReport report) {
        StringBuilder text = new StringBuilder();
        Formatter out = new Formatter(text, Locale.ROOT);
        if (!report.workloads().isEmpty()) {
            sessions(out, report);
        }
        report.tables().forEach(each -> out.format("%s%n", of(each)));
        report.sums().forEach(each -> out.format("%s%n", of(each)));
        report.limits().forEach(each -> out.format("%s%n", each.text()));
        return text.toString();
    }

    /** What two nodes count. */
    static String of(CounterSum sum) {
        return String.format(
                Locale.ROOT,
                "%s: of %d requests Proa's nodes say %s, off by %d: %s; HAProxy's peers say %s, off"
                        + " by %d",
                sum.name(),
                sum.expected(),
                sum.proa(),
                sum.error(),
                sum.kept() ? "kept" : "BROKEN",
                sum.peerFigures(),
                sum.peerError());
    }

    private static void sessions(Formatter out, StateReport report) {
        out.format(
                "sessions of %d bytes under %d keys; Proa: two members, each write acknowledged by"
                        + " both; redis-server: one replica, which it does not wait for%n",
                report.valueBytes(), report.keys());
        for (StateReport.Workload each : report.workloads()) {
            each.loads().forEach(cell -> cell(out, cell));
            out.format(
                    "%s: Proa's rate ÷ that of Redis %.2f (%.2f to %.2f) with %d connections;"
                            + " promised %.2f: %s%n",
                    each.name(),
                    each.ratio(),
                    each.ratioLeast(),
                    each.ratioMost(),
                    Load.PROMISED_CONNECTIONS,
                    each.floor(),
                    each.kept() ? "kept" : "BELOW THE FLOOR");
        }
    }

    /** One figure of a table. */
    static String of(TableFigure figure) {
        String promise =
                figure.promised() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; promised at %s %.4g: %s",
                                figure.least() ? "least" : "most",
                                figure.promised(),
                                figure.kept() ? "kept" : "BROKEN");
        return String.format(
                Locale.ROOT,
                "%s: %.2f %s%s",
                figure.name(),
                figure.value(),
                figure.unit(),
                promise);
    }

    private static void cell(Formatter out, StateReport.Cell cell) {
        out.format(
                "  %s: Proa's rate ÷ that of Redis %.2f (%.2f to %.2f)%n",
                cell.load().label(), cell.ratio(), cell.ratioLeast(), cell.ratioMost());
        figures(out, "proa", cell.proa());
        figures(out, "redis", cell.redis());
    }

    private static void figures(Formatter out, String name, StateReport.Figures figures) {
        out.format(
                "    %-6s %8.0f/s  p50 %6.2f  p99 %6.2f ms  %6.1f CPU µs each, both processes%n",
                name,
                figures.perSecond(),
                figures.p50Millis(),
                figures.p99Millis(),
                figures.cpuMicros());
    }
}
