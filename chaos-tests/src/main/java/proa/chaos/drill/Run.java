package proa.chaos.drill;

import proa.chaos.drill.facts.AbortIf;
import proa.chaos.drill.facts.ControlFact;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.report.Console;
import proa.config.drill.DrillPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** One drill after the other on one stage. Used by one thread; facts may be taken by another. */
final class Run {

    private final Stage stage;
    private final List<AbortIf> abortIf;
    private final long seed;
    private final Console console;
    private final List<DrillFacts> drills = new ArrayList<>();
    private final List<ControlFact> control = new ArrayList<>();
    private final String configuration;
    private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final long begunNanos = System.nanoTime();

    Run(Stage stage, List<AbortIf> abortIf, long seed, Console console) {
        this.stage = stage;
        this.abortIf = List.copyOf(abortIf);
        this.seed = seed;
        this.console = console;
        this.configuration =
                stage.balancers()
                        .getFirst()
                        .status()
                        .map(status -> status.configuration().hash())
                        .orElse("");
    }

    /** Runs them; a cluster that a drill has broken is no stage for the next. */
    RunFacts run(List<DrillPlan> plans) {
        Random random = new Random(seed);
        boolean broken = false;
        for (DrillPlan plan : plans) {
            Optional<String> refusal = stage.carrier().refusal(plan);
            if (plan.nodesMin() > stage.balancers().size()) {
                keep(skipped(plan, Verdict.NOT_APPLICABLE, "it needs three balancers"));
            } else if (refusal.isPresent()) {
                keep(skipped(plan, Verdict.NOT_APPLICABLE, refusal.get()));
            } else if (broken) {
                keep(skipped(plan, Verdict.UNKNOWN, "an earlier drill left the cluster broken"));
            } else {
                DrillPlan paced = stage.pace().brief() ? plan.brief() : plan;
                broken = !carryOut(paced, random);
            }
        }
        return facts();
    }

    /** Whether the cluster is whole afterwards. What was found before is kept whatever happens. */
    private boolean carryOut(DrillPlan plan, Random random) {
        try {
            keep(new Drill(stage, plan, abortIf, random, console).run());
        } catch (LabException e) {
            String why = String.valueOf(e.getMessage());
            console.step("%s: not finished: %s", plan.name(), why);
            keep(skipped(plan, Verdict.UNKNOWN, "not finished: " + why));
            return false;
        }
        return isWhole();
    }

    /**
     * Commits the same faults on a control; first {@link #run} has committed them here.
     *
     * @param trio whose lab it shares
     * @return what there is in all
     */
    RunFacts compare(Trio trio, List<DrillPlan> plans) {
        try (Control pair = new Control(trio, console)) {
            for (DrillPlan plan : plans) {
                Optional<DrillFacts> ours = drill(plan.name());
                ours.ifPresent(facts -> keep(pair.run(plan, facts)));
            }
        } catch (LabException e) {
            console.step("there is no control: %s", String.valueOf(e.getMessage()));
        }
        return facts();
    }

    private synchronized Optional<DrillFacts> drill(String name) {
        return drills.stream().filter(drill -> drill.drill().equals(name)).findFirst();
    }

    private synchronized void keep(List<ControlFact> facts) {
        control.addAll(facts);
    }

    private boolean isWhole() {
        try {
            stage.awaitWhole();
            return true;
        } catch (LabException e) {
            console.step("the cluster stays broken: %s", String.valueOf(e.getMessage()));
            return false;
        }
    }

    private static DrillFacts skipped(DrillPlan plan, Verdict verdict, String why) {
        return DrillFacts.without(plan.name(), plan.summary(), verdict, why);
    }

    private synchronized void keep(DrillFacts facts) {
        drills.add(facts);
    }

    /** What there is so far. */
    synchronized RunFacts facts() {
        return new RunFacts(
                new RunFacts.Header(
                        version(),
                        configuration,
                        seed,
                        machine(),
                        stage.balancers().size(),
                        begun.toString(),
                        (System.nanoTime() - begunNanos) / 1e9,
                        stage.pace().patience()),
                drills,
                control);
    }

    private static String version() {
        String version = Run.class.getPackage().getImplementationVersion();
        return version == null ? "from source" : version;
    }

    private static String machine() {
        return "%s, Linux %s, %d processors, Java %s"
                .formatted(
                        System.getProperty("os.arch"),
                        System.getProperty("os.version"),
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.version().feature())
                .concat(load());
    }

    private static String load() {
        try {
            String[] averages = Files.readString(Path.of("/proc/loadavg")).split(" ");
            return ", load average " + averages[0];
        } catch (IOException _) {
            return "";
        }
    }
}
