package proa.config.drill;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One drill.
 *
 * @param name as reports call it
 * @param summary one sentence
 * @param nodesMin balancers that it needs, 2 or 3
 * @param steps one after the other; empty with a soak
 * @param soak faults by chance instead
 * @param budget what it may cost
 */
public record DrillPlan(
        String name,
        String summary,
        int nodesMin,
        List<Step> steps,
        Optional<Soak> soak,
        Budget budget) {

    /** Longer drills are soaks. */
    public static final int STEPS_MAX = 50;

    /** Long enough for a takeover and for enough samples of what comes after it. */
    public static final int BRIEF_SECONDS = 2;

    public DrillPlan {
        steps = List.copyOf(steps);
        if (steps.isEmpty() == soak.isEmpty() || steps.size() > STEPS_MAX) {
            throw new IllegalArgumentException("either steps, at most " + STEPS_MAX + ", or soak");
        }
    }

    /** The same with another length of its soak, if it is one. */
    public DrillPlan lasting(Duration time) {
        return new DrillPlan(
                name, summary, nodesMin, steps, soak.map(random -> random.lasting(time)), budget);
    }

    /**
     * The same with faults that are there for {@value #BRIEF_SECONDS} s, or for twice the silence
     * that it allows where that is longer, and a soak of as few faults.
     */
    public DrillPlan brief() {
        Duration twice = budget.gap().multipliedBy(2);
        Duration least = Duration.ofSeconds(BRIEF_SECONDS);
        Duration most = twice.compareTo(least) > 0 ? twice : least;
        return new DrillPlan(
                name,
                summary,
                nodesMin,
                steps.stream().map(step -> step.holding(most)).toList(),
                soak.map(random -> random.brief(most)),
                budget);
    }

    /** Every fault that may happen. */
    public List<Fault> faults() {
        return Stream.concat(
                        steps.stream().flatMap(step -> step.faults().stream()),
                        soak.stream().flatMap(random -> random.faults().stream()))
                .toList();
    }

    /** Whether everything in it is done on purpose, so that no request may be lost. */
    public boolean planned() {
        return faults().stream().allMatch(Fault::planned);
    }

    /** Whether clients may have to leave their server, because servers ail. */
    public boolean touchesServers() {
        return faults().stream().anyMatch(fault -> fault instanceof Fault.Servers);
    }

    /** Whether a rule set may be flushed: what the kernel forwards may be reset then. */
    public boolean flushesRules() {
        return faults().stream().anyMatch(fault -> fault instanceof Fault.Flush);
    }

    /** Whether wall clocks of single balancers have to be turned. */
    public boolean turnsClocks() {
        return faults().stream().anyMatch(fault -> fault instanceof Fault.Clock);
    }

    /** Whether a stranger answers for the address. */
    public boolean hasThief() {
        return faults().stream().anyMatch(fault -> fault instanceof Fault.Thief);
    }
}
