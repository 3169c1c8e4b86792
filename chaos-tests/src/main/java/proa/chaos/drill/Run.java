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

/** One drill after the other. Used by one thread; facts may be taken by another. */
final class Run implements Sequence.Place {

    private static final String BROKEN = "an earlier drill left the cluster broken";

    private volatile Stage stage;
    private final Renewal renewal;
    private final List<AbortIf> abortIf;
    private final long seed;
    private final Random random;
    private final Console console;
    private final List<DrillFacts> drills = new ArrayList<>(); // guarded by this
    private List<DrillPlan> plans = List.of(); // guarded by this
    private boolean running; // guarded by this
    private final List<ControlFact> control = new ArrayList<>();
    private final String configuration;
    private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final long begunNanos = System.nanoTime();

    /**
     * Of drills that begin on a stage.
     *
     * @param renewal where they go on when one has left that broken
     */
    Run(Stage stage, Renewal renewal, List<AbortIf> abortIf, long seed, Console console) {
        this.stage = stage;
        this.renewal = renewal;
        this.abortIf = List.copyOf(abortIf);
        this.seed = seed;
        this.random = new Random(seed);
        this.console = console;
        this.configuration =
                stage.balancers()
                        .getFirst()
                        .status()
                        .map(status -> status.configuration().hash())
                        .orElse("");
    }

    /** Runs them, as far as there is a cluster to run them on. */
    RunFacts run(List<DrillPlan> chosen) {
        synchronized (this) {
            plans = List.copyOf(chosen);
        }
        Sequence.run(chosen, this);
        return facts();
    }

    private synchronized void begin() {
        running = true;
    }

    @Override
    public Optional<String> refusal(DrillPlan plan) {
        return plan.nodesMin() > stage.balancers().size()
                ? Optional.of("it needs three balancers")
                : stage.carrier().refusal(plan);
    }

    @Override
    public Optional<String> renew(DrillPlan next) {
        try {
            Optional<Stage> another = renewal.instead();
            if (another.isEmpty()) {
                return Optional.of(BROKEN);
            }
            stage = another.get();
            console.step("another lab is open: %s takes place in it", next.name());
            return Optional.empty();
        } catch (LabException e) {
            console.step("no other lab: %s", String.valueOf(e.getMessage()));
            return Optional.of(BROKEN + ", and no other lab could be opened");
        }
    }

    @Override
    public void skip(DrillPlan plan, Verdict verdict, String why) {
        keep(skipped(plan, verdict, why));
    }

    /** What was found before is kept whatever happens. */
    @Override
    public boolean carryOut(DrillPlan plan) {
        DrillPlan paced = stage.pace().brief() ? plan.brief() : plan;
        Drill drill = new Drill(stage, paced, abortIf, random, console);
        DrillFacts found;
        begin();
        try {
            found = drill.run();
            keep(found);
        } catch (LabException e) {
            String why = String.valueOf(e.getMessage());
            console.step("%s: not finished: %s", plan.name(), why);
            keep(skipped(plan, Verdict.UNKNOWN, "not finished: " + why));
            return false;
        }
        if (drill.leavesFault() && renewal.isPossible()) {
            return false;
        }
        boolean enough = wasWaitedFor(found) && renewal.isPossible();
        return enough ? stage.isWhole() : isWhole();
    }

    /** In vain; to wait for as long once more takes longer than another lab. */
    private static boolean wasWaitedFor(DrillFacts found) {
        return found.strikes().stream().anyMatch(strike -> strike.wholeMillis() < 0);
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
        running = false;
    }

    /** What there is so far. */
    synchronized RunFacts facts() {
        return facts(drills);
    }

    /** The same when it ends here: a drill that has not been carried out is no passed one. */
    synchronized RunFacts interrupted() {
        return facts(Sequence.interrupted(plans, drills, running));
    }

    private RunFacts facts(List<DrillFacts> found) {
        return new RunFacts(
                new RunFacts.Header(
                        version(),
                        configuration,
                        seed,
                        machine(),
                        stage.balancers().size(),
                        begun.toString(),
                        (System.nanoTime() - begunNanos) / 1e9,
                        stage.pace().patience(),
                        stage.pace().brief(),
                        stage.carrier().place(),
                        stage.carrier().unwatched()),
                found,
                List.copyOf(control));
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
