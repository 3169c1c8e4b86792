package proa.chaos.drill;

import proa.chaos.drill.facts.ControlFact;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Finding;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.report.Console;

import java.util.List;
import java.util.Locale;

/** The result as a person reads it. */
final class DrillTable {

    private final Console console;

    DrillTable(Console console) {
        this.console = console;
    }

    void print(RunFacts run) {
        run.drills().forEach(this::drill);
        console.line("");
        console.line("%-16s  %-8s  %9s  %9s  %s", "drill", "verdict", "gap", "took", "not passed");
        for (DrillFacts drill : run.drills()) {
            console.line(
                    "%-16s  %-8s  %9s  %7.1f s  %s",
                    drill.drill(), word(drill.verdict()), gap(drill), drill.seconds(), bad(drill));
        }
        console.line(
                "%-16s  %-8s  %9s  %7.1f s  %d drills",
                "in all", word(run.verdict()), "", run.header().seconds(), run.drills().size());
        control(run.control());
    }

    private void control(List<ControlFact> control) {
        if (control.isEmpty()) {
            return;
        }
        console.line("");
        console.line("without an answer, here and of %s:", control.getFirst().control());
        for (ControlFact each : control) {
            console.line(
                    "%-16s  %-28s  %9.1f ms  %s",
                    each.drill(),
                    each.what(),
                    each.gapMillis(),
                    each.controlGapMillis() < 0
                            ? "nobody took over"
                            : String.format(Locale.ROOT, "%9.1f ms", each.controlGapMillis()));
        }
    }

    private void drill(DrillFacts drill) {
        console.line("");
        console.line("%s: %s%s", drill.drill(), word(drill.verdict()), why(drill.why()));
        for (Finding finding : drill.invariants()) {
            console.line(
                    "  %-8s %-7s %-66s %12s  %s",
                    finding.id(),
                    word(finding.verdict()),
                    finding.what(),
                    value(finding),
                    finding.why());
        }
    }

    /** What was not passed, in one line. */
    static String line(Finding finding) {
        return "%s %s, %s: %s %s"
                .formatted(
                        finding.id(),
                        word(finding.verdict()),
                        finding.what(),
                        value(finding),
                        finding.why());
    }

    private static String why(String why) {
        return why.isEmpty() ? "" : ": " + why.lines().findFirst().orElse("");
    }

    /** A verdict as it is printed. */
    static String word(Verdict verdict) {
        return switch (verdict) {
            case PASS, FAIL, UNKNOWN, ABORTED -> verdict.name();
            case NOT_APPLICABLE -> "n/a";
        };
    }

    private static String value(Finding finding) {
        return finding.verdict() == Verdict.NOT_APPLICABLE || finding.value() < 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        finding.unit().equals("ms") ? "%.1f %s" : "%.0f %s",
                        finding.value(),
                        finding.unit());
    }

    private static String gap(DrillFacts drill) {
        return drill.invariants().stream()
                .filter(finding -> finding.id().equals("I2"))
                .map(DrillTable::value)
                .findFirst()
                .orElse("");
    }

    private static String bad(DrillFacts drill) {
        List<String> bad =
                drill.invariants().stream()
                        .filter(finding -> finding.verdict().isDoubt())
                        .map(finding -> finding.id() + " " + word(finding.verdict()))
                        .toList();
        return bad.isEmpty() && drill.verdict() != Verdict.PASS
                ? drill.why().lines().findFirst().orElse("")
                : String.join(", ", bad);
    }
}
