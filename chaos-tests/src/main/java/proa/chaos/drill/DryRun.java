package proa.chaos.drill;

import org.jspecify.annotations.Nullable;

import proa.chaos.report.Console;
import proa.config.drill.Budget;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Soak;
import proa.config.drill.Step;

import java.nio.file.Path;
import java.util.stream.Collectors;

/** What a drill would do, for a person. */
final class DryRun {

    private DryRun() {}

    static void print(DrillPlan plan, Console console) {
        print(plan, null, console);
    }

    /**
     * Of a drill in a lab.
     *
     * @param from what balancers run before they are upgraded; null: the same
     */
    static void print(DrillPlan plan, @Nullable Path from, Console console) {
        console.line("%s: %s", plan.name(), plan.summary());
        if (from != null && EarlierVersion.isUpgraded(plan)) {
            console.line("  begins with every balancer on the files of %s", from);
        }
        for (Step step : plan.steps()) {
            console.line(
                    "  %s%s; undone after %d ms",
                    step.text(),
                    step.faults().size() > 1 ? ", " + step.apart().toMillis() + " ms apart" : "",
                    step.hold().toMillis());
        }
        plan.soak().ifPresent(soak -> print(soak, console));
        Budget budget = plan.budget();
        console.line(
                "  budget: %d ms without an answer, %d ms with two owners, %s failed requests",
                budget.gap().toMillis(),
                budget.overlap().toMillis(),
                budget.failedRequests().isPresent()
                        ? String.valueOf(budget.failedRequests().getAsLong())
                        : "only what is in flight as");
    }

    private static void print(Soak soak, Console console) {
        console.line(
                "  for %d s, each %d to %d ms, by chance: %s",
                soak.lasting().toSeconds(),
                soak.holdMin().toMillis(),
                soak.holdMax().toMillis(),
                soak.faults().stream().map(Fault::text).collect(Collectors.joining("; ")));
    }
}
