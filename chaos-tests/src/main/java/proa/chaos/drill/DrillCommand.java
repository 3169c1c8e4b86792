package proa.chaos.drill;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import proa.chaos.bench.failover.KeepalivedControl;
import proa.chaos.drill.facts.AbortIf;
import proa.chaos.drill.facts.RunFacts;
import proa.chaos.drill.facts.Verdict;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.TrioPlan;
import proa.chaos.remote.deed.Deeds;
import proa.chaos.report.Console;
import proa.config.command.Subcommand;
import proa.config.drill.DrillPlan;
import proa.config.text.Suggest;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * {@code proa drill}. Exit codes: 0 every invariant of every drill held; 1 one did not, or too
 * little was seen to say; 2 wrong arguments or a wrong file; 130 interrupted.
 */
@Command(
        name = "drill",
        description = {
            "Commits faults on a cluster of its own under load and says which invariants held.",
            "Names: those of `proa drill list`, `all`, or a file of one's own that ends in .conf.",
            "`proa drill clean` removes what drills have left that were ended by force."
        },
        mixinStandardHelpOptions = true)
public final class DrillCommand implements Subcommand {

    /** As shells say it of Ctrl-C. */
    static final int INTERRUPTED = 130;

    private static final double PATIENCE_MAX = 100;

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            description = "Drills, `all`, `list`, `clean`, or files.")
    private List<String> names = List.of();

    @Option(names = "--nodes", defaultValue = "3", description = "2 or 3; ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--dual-stack",
            description = {
                "Also an IPv6 address, watched as the IPv4 one, and connections of both that the",
                "kernel forwards."
            })
    private boolean dualStack;

    @Option(names = "--seed", description = "Of soaks; printed, so that one can be repeated.")
    private @Nullable Long seed;

    @Option(names = "--lasting", paramLabel = "SECONDS", description = "Of soaks.")
    private @Nullable Integer lasting;

    @Option(
            names = "--abort-if",
            paramLabel = "NAME>NUMBER",
            description = {
                "Ends a drill and undoes its faults: failed-requests, gap-millis or",
                "overlap-millis; repeatable."
            })
    private List<String> abortIf = List.of();

    @Option(
            names = "--patience",
            defaultValue = "1",
            description = "Multiplies every budget of time, for a busy machine.")
    private double patience;

    @Option(
            names = "--brief",
            description = "Faults are there no longer than their budgets ask for: a first look.")
    private boolean brief;

    @Option(
            names = "--control",
            description = {
                "Commits the same faults on keepalived with HAProxy in the same lab afterwards,",
                "as far as they have them, and reports both."
            })
    private boolean control;

    @Option(
            names = "--dry-run",
            description = "Says what would be done; with --remote, every command.")
    private boolean dryRun;

    @Option(
            names = "--remote",
            paramLabel = "FILE",
            description = {
                "Drills take place on machines of one's own, which the file names and SSH",
                "reaches, watched from here."
            })
    private @Nullable Path remote;

    @Option(
            names = "--yes-production",
            description = {
                "The machines of --remote may be struck although their file does not say that",
                "nobody depends on them (lab = true)."
            })
    private boolean yesProduction;

    @Option(
            names = "--no-takeover",
            description = "Lets nobody take over, to see that drills can fail.")
    private boolean noTakeover;

    @Option(
            names = "--from",
            paramLabel = "PACKAGE",
            description = {
                "Drills with an upgrade begin with every balancer on the files of another version:",
                "a package, a folder that one was unpacked to, or a built source tree."
            })
    private @Nullable Path from;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes the facts there.")
    private @Nullable Path json;

    @Option(names = "--junit", paramLabel = "FILE", description = "The verdicts as JUnit XML.")
    private @Nullable Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "The report as one page.")
    private @Nullable Path html;

    @Option(
            names = "--previous",
            paramLabel = "FILE",
            description = "Facts of an earlier run (--json) to compare with in the page.")
    private @Nullable Path previous;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Console console = new Console(out());
        Optional<TargetFile> targets = targets();
        if (names.equals(List.of("clean"))) {
            return clean(targets, console);
        }
        if (names.equals(List.of("list"))) {
            return list(console);
        }
        List<DrillPlan> plans = plans();
        check();
        checkFrom(plans);
        List<AbortIf> conditions = conditions();
        Outputs outputs = new Outputs(json, junit, html, previous);
        outputs.check();
        targets.ifPresent(file -> check(file, plans));
        if (dryRun) {
            dryRun(targets, brief ? plans.stream().map(DrillPlan::brief).toList() : plans, console);
            return 0;
        }
        if (targets.isPresent()) {
            return run(targets.get(), plans, conditions, outputs, console);
        }
        Optional<String> missing = Lab.missing();
        if (missing.isPresent()) {
            console.line("drills need a network of their own: %s", missing.get());
            return 1;
        }
        if (!Leftovers.isClear(console)) {
            return 1;
        }
        Optional<String> uncontrolled = control ? KeepalivedControl.missing() : Optional.empty();
        if (uncontrolled.isPresent()) {
            console.line("--control: %s", uncontrolled.get());
            return 1;
        }
        return run(plans, conditions, outputs, console);
    }

    private PrintWriter out() {
        return spec == null
                ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
                : spec.commandLine().getOut();
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalArgumentException(message);
        }
        return new ParameterException(spec.commandLine(), message);
    }

    private int list(Console console) {
        names = DrillFiles.names();
        for (DrillPlan plan : plans()) {
            console.line("%-16s  %s", plan.name(), plan.summary());
        }
        return 0;
    }

    private List<DrillPlan> plans() {
        try {
            List<DrillPlan> plans = new ArrayList<>();
            for (DrillPlan read : DrillFiles.read(names)) {
                DrillPlan plan = from == null ? read : EarlierVersion.whole(read, nodes);
                plans.add(lasting == null ? plan : plan.lasting(Duration.ofSeconds(lasting)));
            }
            return plans;
        } catch (DrillFiles.RefusedException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private void check() {
        if (nodes < 2 || nodes > 3) {
            throw wrong("--nodes is 2 or 3");
        }
        if (!(patience >= 1 && patience <= PATIENCE_MAX)) {
            throw wrong("--patience is 1 to " + Math.round(PATIENCE_MAX));
        }
        if (lasting != null && lasting < 1) {
            throw wrong("--lasting is at least one second");
        }
    }

    private void checkFrom(List<DrillPlan> plans) {
        if (from == null) {
            return;
        }
        EarlierVersion.refusal(from)
                .ifPresent(
                        why -> {
                            throw wrong("--from " + why);
                        });
        if (plans.stream().noneMatch(EarlierVersion::isUpgraded)) {
            throw wrong("--from is for drills with an upgrade, such as rolling-upgrade");
        }
    }

    private List<AbortIf> conditions() {
        List<AbortIf> conditions = new ArrayList<>();
        for (String text : abortIf) {
            Optional<AbortIf> condition = AbortIf.of(text);
            String name = text.split("[^a-z-]", 2)[0];
            conditions.add(
                    condition.orElseThrow(
                            () ->
                                    wrong(
                                            "--abort-if "
                                                    + text
                                                    + ": "
                                                    + Suggest.nearest(name, AbortIf.names())
                                                            .orElse(
                                                                    "one of "
                                                                            + AbortIf.names()
                                                                            + ", as in"
                                                                            + " gap-millis>5000"))));
        }
        return conditions;
    }

    private Optional<TargetFile> targets() {
        try {
            return remote == null ? Optional.empty() : Optional.of(TargetFile.read(remote));
        } catch (DrillFiles.RefusedException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private static int clean(Optional<TargetFile> targets, Console console) throws IOException {
        int code = Leftovers.clean(console);
        return targets.isEmpty()
                        || RemoteLeftovers.clean(
                                targets.get().targets(), targets.get().base(), console)
                ? code
                : 1;
    }

    /** What cannot be done there is said before anybody is reached. */
    private void check(TargetFile file, List<DrillPlan> plans) {
        Map<String, Boolean> ofLabs = new LinkedHashMap<>();
        ofLabs.put("--control", control);
        ofLabs.put("--no-takeover", noTakeover);
        ofLabs.put("--dual-stack", dualStack);
        ofLabs.put("--from", from != null);
        ofLabs.values().removeIf(given -> !given);
        if (!ofLabs.isEmpty()) {
            throw wrong(String.join(", ", ofLabs.keySet()) + " needs a lab: not --remote");
        }
        for (DrillPlan plan : plans) {
            Optional<String> refusal = Deeds.refusal(plan, file.targets());
            if (refusal.isPresent() && !names.contains("all")) {
                throw wrong(plan.name() + ": " + refusal.get());
            }
        }
        if (!dryRun && !yesProduction && !file.targets().lab()) {
            throw wrong(
                    "%s: clients of %s may notice this: confirm it with --yes-production, or say `lab = true` in the file if there are none"
                            .formatted(remote, file.names()));
        }
    }

    private void dryRun(Optional<TargetFile> targets, List<DrillPlan> plans, Console console) {
        if (targets.isPresent()) {
            new RemoteDryRun(targets.get(), console).print(plans);
        } else {
            plans.forEach(plan -> DryRun.print(plan, from, console));
        }
    }

    private long chosenSeed() {
        return seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
    }

    private int run(
            TargetFile file,
            List<DrillPlan> plans,
            List<AbortIf> conditions,
            Outputs outputs,
            Console console)
            throws IOException {
        long chosen = chosenSeed();
        console.step("connecting to %s; seed %d", file.names(), chosen);
        Ending ending = Ending.begin(console);
        try {
            RemoteCarrier carrier =
                    RemoteCarrier.open(
                            file.targets(), plans, file.base(), ending.folder(), console);
            ending.opened(carrier, "");
            Stage stage = Stage.open(carrier, Pace.of(patience, brief));
            Run run = new Run(stage, Renewal.NONE, conditions, chosen, console);
            ending.running(run, outputs);
            return finish(run.run(plans), ending, outputs, console);
        } catch (LabException e) {
            return broken(e, ending, console);
        }
    }

    private int run(
            List<DrillPlan> plans, List<AbortIf> conditions, Outputs outputs, Console console)
            throws IOException {
        long chosen = chosenSeed();
        console.step("building %d balancers, servers and clients; seed %d", nodes, chosen);
        Ending ending = Ending.begin(console);
        try {
            Pace pace = Pace.of(patience, brief);
            OwnLabs labs =
                    new OwnLabs(
                            plan(), pace, noTakeover, earlier(ending, console), ending, console);
            Run run = new Run(labs.open(), labs, conditions, chosen, console);
            ending.running(run, outputs);
            RunFacts facts = run.run(plans);
            if (control) {
                facts = run.compare(labs.trio(), plans);
            }
            return finish(facts, ending, outputs, console);
        } catch (LabException e) {
            return broken(e, ending, console);
        }
    }

    private Optional<EarlierVersion> earlier(Ending ending, Console console) {
        if (from == null) {
            return Optional.empty();
        }
        EarlierVersion version = EarlierVersion.of(from, ending.folder());
        console.step("upgrades begin with %s of %s", version.version(), from);
        return Optional.of(version);
    }

    private TrioPlan plan() {
        TrioPlan plan = dualStack ? TrioPlan.dualStack(nodes) : TrioPlan.network(nodes);
        return from == null ? plan : plan.forEarlier();
    }

    private static int finish(RunFacts facts, Ending ending, Outputs outputs, Console console)
            throws IOException {
        if (ending.interrupted()) {
            return INTERRUPTED;
        }
        boolean passed = facts.verdict() == Verdict.PASS;
        try {
            ending.over(passed);
        } finally {
            outputs.write(facts); // also of a lab that does not end
        }
        new DrillTable(console).print(facts);
        console.line("");
        console.line(passed ? "Every invariant held." : "NOT PASSED");
        return passed ? 0 : 1;
    }

    private static int broken(LabException e, Ending ending, Console console) {
        if (ending.interrupted()) {
            return INTERRUPTED;
        }
        console.line("✗ %s", String.valueOf(e.getMessage()));
        ending.over(false);
        return 1;
    }
}
