package proa.chaos.bench;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** The report as text for a terminal. */
final class BenchTable {

    private final StringBuilder text = new StringBuilder();
    private final Formatter out = new Formatter(text, Locale.ROOT);

    private BenchTable() {}

    static String of(BenchReport report) {
        BenchTable table = new BenchTable();
        report.workloads().stream()
                .map(Comparison::name)
                .distinct()
                .forEach(name -> table.workload(beside(report, name)));
        report.latency().ifPresent(latency -> table.text.append(latency.text()));
        report.memory().ifPresent(table::memory);
        report.warmStart().ifPresent(warm -> table.text.append(warm.text()));
        report.features().ifPresent(features -> table.text.append(features.text()));
        report.start().ifPresent(start -> table.text.append(start.line()));
        report.failover().ifPresent(failover -> table.text.append(failover.text()));
        return table.text.toString();
    }

    private static List<Comparison> beside(BenchReport report, String name) {
        return report.workloads().stream().filter(each -> each.name().equals(name)).toList();
    }

    private void workload(List<Comparison> comparisons) {
        Comparison first = comparisons.getFirst();
        out.format(
                "%s: medians of %d rounds, %d left out; latency at %.0f %s/s%n",
                first.name(), first.rounds(), first.leftOut(), first.ratePerSecond(), first.unit());
        program(Peer.PROA, first.unit(), first.proa(), first.spread());
        for (Comparison each : comparisons) {
            program(each.peer(), each.unit(), each.peerFigures(), each.peerSpread());
        }
        comparisons.forEach(this::ratio);
    }

    private void program(String name, String unit, Sample sample, double spread) {
        out.format(
                "  %-8s %8.2f CPU µs/%s ± %.0f %%  max %s%.0f/s  p50 %.2f  p99 %.2f  p99.9 %.2f ms "
                        + " others %.0f %%%n",
                name,
                sample.cpuMicrosPerRequest(),
                unit,
                spread * 50,
                sample.busy() < Sample.SATURATED ? "> " : "",
                sample.requestsPerSecond(),
                sample.p50Millis(),
                sample.p99Millis(),
                sample.p999Millis(),
                sample.others() * 100);
    }

    private void ratio(Comparison each) {
        String promise =
                each.verdict() == Verdict.NOT_PROMISED
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; promised %.2f, aim %.2f: %s; p99 %s",
                                each.floor(),
                                each.target(),
                                each.verdict().words(),
                                each.p99Verdict() == Verdict.BROKEN ? "WORSE" : "no worse");
        out.format(
                "  CPU of %s ÷ Proa's: %.2f (%.2f to %.2f)%s; p99 of Proa ÷ its: %.2f%n",
                each.peer(),
                each.ratio(),
                each.ratioLeast(),
                each.ratioMost(),
                promise,
                each.p99Ratio());
    }

    private void memory(IdleMemory memory) {
        out.format(
                "%s: %d of HTTP/1.1, each after one request%n",
                IdleBench.NAME, memory.connections());
        for (IdleMemory.Held each : memory.programs()) {
            out.format(
                    "  %-8s %6.0f MB without, %6.0f MB with them, %6.1f KiB for each%n",
                    each.program(),
                    each.megabytesBefore(),
                    each.megabytes(),
                    each.kibPerConnection());
        }
        out.format(
                "  promised of Proa: at most %.0f KiB each: %s; at most %.0f MB in all: %s%n",
                IdleMemory.KIB_PER_CONNECTION_MAX,
                memory.perConnection().words(),
                IdleMemory.RESIDENT_MEGABYTES_MAX,
                memory.resident().words());
    }
}
