package proa.chaos.bench;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** The report as one page of HTML that needs nothing else: a plot and the figures. */
final class BenchPage {

    private static final String HEAD =
            """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Proa beside its peers</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em;
                   color: #1c2430; background: #fff }
            table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums }
            th, td { padding: .2em .7em; text-align: right; border-bottom: 1px solid #dde2e8 }
            th:first-child, td:first-child { text-align: left }
            svg { width: 100%; height: auto; font: 13px system-ui, sans-serif; fill: #1c2430 }
            .name { text-anchor: end } .axis { text-anchor: middle; fill: #667 }
            .grid { stroke: #e4e8ee } .one { stroke: #667; stroke-width: 1.5 }
            .broken { fill: #c8443c } .kept { fill: #6f9bd1 } .target_reached { fill: #3a9a5f }
            .not_promised { fill: #b9c2ce }
            .interval { stroke: #1c2430; stroke-width: 2 }
            .floor { stroke: #c8443c; stroke-width: 2.5 } .target { stroke: #3a9a5f; stroke-width: 2.5 }
            b.broken { color: #c8443c } b.kept, b.target_reached { color: inherit }
            </style>
            <h1>Proa beside its peers</h1>
            """;

    private static final String LEGEND =
            """
            <p>CPU time of the peer for one request ÷ Proa's: above 1, Proa needs less. The line in a bar goes from the
            least to the most of any round. Red mark: promised at least; green mark: aimed at. Ratios are of the same
            round, figures are medians. Latency counts from when a request was due (of HTTP/2, which h2load asks for, from
            when it was sent), at half of the slower peer's highest rate. “&gt;”: the generator was the limit.</p>
            """;

    private final StringBuilder page = new StringBuilder(HEAD);
    private final Formatter out = new Formatter(page, Locale.ROOT);

    private BenchPage() {}

    static String of(BenchReport report) {
        BenchPage page = new BenchPage();
        page.out.format("<p>Load average before: %s</p>", escape(report.load()));
        if (!report.workloads().isEmpty()) {
            page.page.append(RatioPlot.of(report.workloads())).append(LEGEND);
            page.workloads(report.workloads());
        }
        report.latency()
                .ifPresent(latency -> page.out.format("<pre>%s</pre>", escape(latency.text())));
        report.memory().ifPresent(page::memory);
        report.warmStart().ifPresent(warm -> page.out.format("<pre>%s</pre>", escape(warm.text())));
        report.features()
                .ifPresent(features -> page.out.format("<pre>%s</pre>", escape(features.text())));
        report.start()
                .ifPresent(start -> page.out.format("<p>%s</p>", escape(start.line().strip())));
        report.failover().ifPresent(failover -> page.page.append(failover.html()));
        return page.page.append("</html>\n").toString();
    }

    private void workloads(List<Comparison> comparisons) {
        out.format(
                "<table><tr><th>workload<th>program<th>CPU µs<th>spread<th>max/s<th>p50 ms"
                        + "<th>p99 ms<th>p99.9 ms<th>ratio<th>promise</tr>");
        String name = "";
        for (Comparison each : comparisons) {
            if (!each.name().equals(name)) {
                name = each.name();
                row(name + ", per " + each.unit(), Peer.PROA, each.proa(), each.spread());
                out.format("<td><td></tr>");
            }
            row("", each.peer(), each.peerFigures(), each.peerSpread());
            out.format(
                    "<td>%.2f (%.2f–%.2f)<td>%s</tr>",
                    each.ratio(), each.ratioLeast(), each.ratioMost(), promise(each));
        }
        out.format("</table>");
    }

    private static String promise(Comparison each) {
        if (each.verdict() == Verdict.NOT_PROMISED) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%.2f: %s; p99 %s",
                each.floor(),
                words(each.verdict(), each.verdict().words()),
                words(
                        each.p99Verdict(),
                        each.p99Verdict() == Verdict.BROKEN ? "worse" : "no worse"));
    }

    private static String words(Verdict verdict, String words) {
        return "<b class=\"%s\">%s</b>".formatted(verdict.name().toLowerCase(Locale.ROOT), words);
    }

    private void row(String workload, String program, Sample sample, double spread) {
        out.format(
                "<tr><td>%s<td>%s<td>%.2f<td>%.0f %%<td>%s%.0f<td>%.2f<td>%.2f<td>%.2f",
                workload,
                program,
                sample.cpuMicrosPerRequest(),
                spread * 100,
                sample.busy() < Sample.SATURATED ? "&gt; " : "",
                sample.requestsPerSecond(),
                sample.p50Millis(),
                sample.p99Millis(),
                sample.p999Millis());
    }

    private void memory(IdleMemory memory) {
        out.format(
                "<h2>%d idle connections</h2>"
                        + "<table><tr><th>program<th>MB without<th>MB with<th>KiB each</tr>",
                memory.connections());
        for (IdleMemory.Held each : memory.programs()) {
            out.format(
                    "<tr><td>%s<td>%.0f<td>%.0f<td>%.1f</tr>",
                    each.program(),
                    each.megabytesBefore(),
                    each.megabytes(),
                    each.kibPerConnection());
        }
        out.format(
                "</table><p>Promised: at most %.0f KiB each: %s; at most %.0f MB: %s.</p>",
                IdleMemory.KIB_PER_CONNECTION_MAX,
                words(memory.perConnection(), memory.perConnection().words()),
                IdleMemory.RESIDENT_MEGABYTES_MAX,
                words(memory.resident(), memory.resident().words()));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
