package proa.config.text;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;

import proa.config.drill.Budget;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Soak;
import proa.config.drill.Step;
import proa.config.drill.Where;
import proa.config.text.DrillKeys.Cost;
import proa.config.text.DrillKeys.Drill;
import proa.config.text.DrillKeys.OneFault;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Text → a drill or every violation. Pure; any thread. */
public final class DrillReader {

    private static final Kind<String> SERVER =
            Kinds.choice(Map.of("web1", "web1", "web2", "web2", "web3", "web3"));
    private static final Fault NOTHING = new Fault.Thief();

    /** Faults that happen to the balancer in `at`. */
    private static final Set<Key<?>> AT_ONE =
            Set.of(
                    OneFault.KILL,
                    OneFault.HANG,
                    OneFault.STOP,
                    OneFault.CUT,
                    OneFault.FLUSH,
                    OneFault.CLOCK,
                    OneFault.FILL,
                    OneFault.EXHAUST,
                    OneFault.STARVE,
                    OneFault.NARROW,
                    OneFault.STICK,
                    OneFault.EXPIRE);

    private static final Duration DELAY_BY = Duration.ofMillis(100);
    private static final Duration CLOCK_BY = Duration.ofHours(1);

    private final Report report;

    private DrillReader(Report report) {
        this.report = report;
    }

    /** What became of a file that describes a drill. */
    public sealed interface Outcome {

        /** It is sound. */
        record Ok(DrillPlan plan) implements Outcome {}

        /** It is not used; every violation, by line. */
        record Refused(List<Violation> violations) implements Outcome {
            public Refused {
                violations = List.copyOf(violations);
            }
        }
    }

    /**
     * Reads the description of a drill.
     *
     * @param text HOCON
     * @param file its name, for messages
     * @param name what the drill is called
     */
    public static Outcome parse(String text, String file, String name) {
        Report report = new Report(file);
        Optional<Config> config = ConfigParser.open(text, file, report);
        if (config.isEmpty()) {
            return new Outcome.Refused(report.errors());
        }
        Section root = Section.open(config.get().root(), "", DrillKeys.File.SHAPE, report);
        root.get(Keys.File.SCHEMA);
        Section drill = root.childOrEmpty(DrillKeys.File.DRILL, Drill.SHAPE);
        Optional<DrillPlan> plan = new DrillReader(report).plan(drill, name);
        return plan.isPresent() && report.clean()
                ? new Outcome.Ok(plan.get())
                : new Outcome.Refused(report.errors());
    }

    private Optional<DrillPlan> plan(Section drill, String name) {
        if (!drill.written()) {
            root("`drill` is missing", "drill { steps = [ { faults = [ { kill = node } ] } ] }");
            return Optional.empty();
        }
        if (drill.has(Drill.STEPS) == drill.has(Drill.SOAK)) {
            report.error(drill.path(), "a drill has either `steps` or `soak`", "steps = [ … ]");
            return Optional.empty();
        }
        List<Step> steps =
                drill.items(Drill.STEPS).stream()
                        .flatMap(item -> step(drill, item).stream())
                        .toList();
        Optional<Soak> soak = drill.child(Drill.SOAK, DrillKeys.Soak.SHAPE).flatMap(this::soak);
        if (drill.has(Drill.STEPS) && (steps.isEmpty() || steps.size() > DrillPlan.STEPS_MAX)) {
            report.conflict(
                    drill.path(Drill.STEPS),
                    "1 to " + DrillPlan.STEPS_MAX + " steps",
                    Optional.empty());
        }
        Budget budget = budget(drill.childOrEmpty(Drill.BUDGET, Cost.SHAPE));
        return report.clean()
                ? Optional.of(
                        new DrillPlan(
                                name,
                                drill.get(Drill.SUMMARY),
                                drill.get(Drill.NODES),
                                steps,
                                soak,
                                budget))
                : Optional.empty();
    }

    private void root(String message, String suggestion) {
        if (report.clean()) {
            report.error(1, message, Optional.of(suggestion));
        }
    }

    private Optional<Step> step(Section drill, Section.Item item) {
        return drill.open(item, DrillKeys.Step.SHAPE)
                .flatMap(
                        section -> {
                            List<Fault> faults = faults(section, Step.FAULTS_MAX);
                            return faults.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(
                                            new Step(
                                                    faults,
                                                    section.get(DrillKeys.Step.APART),
                                                    section.get(DrillKeys.Step.HOLD)));
                        });
    }

    private Optional<Soak> soak(Section section) {
        List<Fault> faults = faults(section, Soak.FAULTS_MAX);
        Duration min = section.get(DrillKeys.Soak.HOLD_MIN);
        Duration max = section.get(DrillKeys.Soak.HOLD_MAX);
        if (min.compareTo(max) > 0) {
            report.error(
                    section.path(DrillKeys.Soak.HOLD_MIN),
                    "`hold-min` is more than `hold-max`",
                    "hold-max = " + Units.duration(min));
            return Optional.empty();
        }
        return faults.isEmpty()
                ? Optional.empty()
                : Optional.of(new Soak(section.get(DrillKeys.Soak.LASTING), faults, min, max));
    }

    private List<Fault> faults(Section section, int most) {
        List<Section.Item> items = section.items(DrillKeys.Step.FAULTS);
        if (items.isEmpty() || items.size() > most) {
            report.conflict(
                    section.path(DrillKeys.Step.FAULTS),
                    "1 to " + most + " faults",
                    "faults = [ { kill = node } ]");
            return List.of();
        }
        return items.stream()
                .flatMap(item -> section.open(item, OneFault.SHAPE).stream())
                .map(this::fault)
                .toList();
    }

    private Fault fault(Section section) {
        List<Key<?>> written = OneFault.CHOICES.stream().filter(key -> section.has(key)).toList();
        if (written.size() != 1) {
            if (!section.strange()) {
                report.error(
                        section.path(),
                        "a fault is exactly one of "
                                + String.join(
                                        ", ",
                                        OneFault.CHOICES.stream()
                                                .map(key -> "`" + key.name() + "`")
                                                .toList()),
                        "{ kill = node, at = owner }");
            }
            return NOTHING;
        }
        belongs(section, written.getFirst());
        return ofOneBalancer(section)
                .or(() -> onTheWire(section))
                .or(() -> servers(section))
                .or(() -> section.find(OneFault.CONFIGURE).map(_ -> new Fault.Configure()))
                .or(() -> section.find(OneFault.STORM).map(Fault.Storm::new))
                .orElse(NOTHING);
    }

    /** A key that means nothing beside that fault would be a silent mistake. */
    private void belongs(Section section, Key<?> fault) {
        boolean delay = fault.equals(OneFault.DELAY);
        boolean lose = fault.equals(OneFault.LOSE);
        Map<Key<?>, Boolean> companions = new LinkedHashMap<>();
        companions.put(OneFault.AT, AT_ONE.contains(fault));
        companions.put(OneFault.FROM, delay || lose || fault.equals(OneFault.PARTITION));
        companions.put(OneFault.PERCENT, lose);
        companions.put(OneFault.BY, delay || fault.equals(OneFault.CLOCK));
        companions.put(OneFault.JITTER, delay);
        companions.put(OneFault.DUPLICATE, delay);
        companions.put(OneFault.REORDER, delay);
        companions.put(OneFault.ONLY, delay || lose);
        companions.put(OneFault.NAMES, fault.equals(OneFault.SERVERS));
        companions.forEach(
                (key, belongs) -> {
                    if (section.has(key) && !belongs) {
                        report.error(
                                section.path(key),
                                "`" + key.name() + "` means nothing beside `" + fault.name() + "`",
                                "leave it out");
                    }
                });
    }

    private Optional<Fault> ofOneBalancer(Section section) {
        Where at = balancer(section, OneFault.AT, section.get(OneFault.AT));
        return section.find(OneFault.KILL)
                .<Fault>map(part -> new Fault.Kill(part, at))
                .or(() -> section.find(OneFault.HANG).map(part -> new Fault.Hang(part, at)))
                .or(() -> section.find(OneFault.STOP).map(_ -> new Fault.Stop(at)))
                .or(() -> section.find(OneFault.CUT).map(cut -> new Fault.Isolate(cut, at)))
                .or(() -> section.find(OneFault.FLUSH).map(_ -> new Fault.Flush(at)))
                .or(() -> section.find(OneFault.FILL).map(_ -> new Fault.Fill(at)))
                .or(() -> section.find(OneFault.EXHAUST).map(what -> new Fault.Exhaust(what, at)))
                .or(() -> section.find(OneFault.STARVE).map(_ -> new Fault.Starve(at)))
                .or(() -> section.find(OneFault.NARROW).map(rate -> new Fault.Narrow(rate, at)))
                .or(() -> section.find(OneFault.STICK).map(_ -> new Fault.Stick(at)))
                .or(() -> section.find(OneFault.EXPIRE).map(_ -> new Fault.Expire(at)))
                .or(() -> section.find(OneFault.CLOCK).map(turn -> clock(section, turn, at)))
                .or(
                        () ->
                                section.find(OneFault.UPGRADE)
                                        .map(to -> balancer(section, OneFault.UPGRADE, to))
                                        .map(Fault.Upgrade::new))
                .or(
                        () ->
                                section.find(OneFault.DRAIN)
                                        .map(to -> balancer(section, OneFault.DRAIN, to))
                                        .map(Fault.Drain::new))
                .or(
                        () ->
                                section.find(OneFault.MOVE)
                                        .map(to -> balancer(section, OneFault.MOVE, to))
                                        .map(Fault.Move::new));
    }

    private static Fault clock(Section section, OneFault.Turn turn, Where at) {
        Duration by = section.find(OneFault.BY).orElse(CLOCK_BY);
        return new Fault.Clock(turn == OneFault.Turn.AHEAD ? by : by.negated(), at);
    }

    private Where balancer(Section section, Key<Where> key, Where where) {
        if (!where.isOneBalancer()) {
            report.error(
                    section.path(key),
                    "`" + key.name() + "` is one balancer, not " + where.text(),
                    "owner, standby, lb1, lb2 or lb3");
        }
        return where;
    }

    private Optional<Fault> onTheWire(Section section) {
        if (section.has(OneFault.PARTITION)) {
            return Optional.of(
                    new Fault.Partition(
                            places(section, OneFault.PARTITION), places(section, OneFault.FROM)));
        }
        if (section.has(OneFault.LOSE)) {
            return Optional.of(
                    new Fault.Loss(
                            section.get(OneFault.PERCENT),
                            section.get(OneFault.ONLY),
                            places(section, OneFault.LOSE),
                            places(section, OneFault.FROM)));
        }
        if (section.has(OneFault.DELAY)) {
            return Optional.of(delay(section));
        }
        return section.find(OneFault.STEAL).map(_ -> new Fault.Thief());
    }

    private Fault delay(Section section) {
        Duration by = section.find(OneFault.BY).orElse(DELAY_BY);
        Duration jitter = section.get(OneFault.JITTER);
        if (by.compareTo(Fault.Delay.BY_MAX) > 0) {
            report.error(section.path(OneFault.BY), "`by` is more than 5 s", "by = 5s");
        }
        if (jitter.compareTo(by) > 0) {
            report.error(
                    section.path(OneFault.JITTER),
                    "`jitter` is more than `by`",
                    "jitter = " + Units.duration(by));
        }
        return new Fault.Delay(
                by,
                jitter,
                section.get(OneFault.DUPLICATE),
                section.get(OneFault.REORDER),
                section.get(OneFault.ONLY),
                places(section, OneFault.DELAY),
                places(section, OneFault.FROM));
    }

    private Set<Where> places(Section section, Key<ConfigValue> key) {
        List<Where> places = section.all(key, DrillKeys.where());
        if (places.isEmpty()) {
            report.conflict(
                    section.path(key), "`" + key.name() + "` names no place", "from = [others]");
            return Set.of();
        }
        return EnumSet.copyOf(places);
    }

    private Optional<Fault> servers(Section section) {
        return section.find(OneFault.SERVERS)
                .map(
                        trouble -> {
                            Set<String> names =
                                    new LinkedHashSet<>(section.all(OneFault.NAMES, SERVER));
                            if (names.isEmpty()) {
                                report.conflict(
                                        section.path(OneFault.NAMES),
                                        "`servers` needs `names`",
                                        "names = [web1]");
                            }
                            return new Fault.Servers(trouble, List.copyOf(names));
                        });
    }

    private static Budget budget(Section section) {
        return new Budget(
                section.get(Cost.GAP),
                section.get(Cost.OVERLAP),
                section.find(Cost.WRITE_WAIT),
                section.find(Cost.FAILED_REQUESTS).stream().mapToLong(Integer::longValue).findAny(),
                section.get(Cost.CONNECTION_END),
                section.get(Cost.OWNER_CHANGES));
    }
}
