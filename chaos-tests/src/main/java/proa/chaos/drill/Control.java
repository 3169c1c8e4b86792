package proa.chaos.drill;

import proa.chaos.bench.failover.FailoverRun;
import proa.chaos.bench.failover.Fault;
import proa.chaos.bench.failover.KeepalivedControl;
import proa.chaos.drill.facts.ControlFact;
import proa.chaos.drill.facts.DrillFacts;
import proa.chaos.drill.facts.Strike;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Trio;
import proa.chaos.report.Console;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault.Cut;
import proa.config.drill.Fault.Part;
import proa.config.drill.Step;
import proa.config.drill.Where;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commits the faults of drills on keepalived with HAProxy in the same lab, under the same load of
 * the machine, and puts what that cost beside what it cost here. Used by one thread.
 */
final class Control implements AutoCloseable {

    private final KeepalivedControl pair;
    private final Console console;

    Control(Trio trio, Console console) {
        this.pair = KeepalivedControl.open(trio, trio.folder());
        this.console = console;
    }

    /**
     * What befalls them in a step: one fault of an owner that both have. HAProxy stands for the
     * node, keepalived for vipd.
     */
    static Optional<Fault> counterpart(Step step) {
        if (step.faults().size() != 1) {
            return Optional.empty();
        }
        return switch (step.faults().getFirst()) {
            case proa.config.drill.Fault.Kill(Part part, Where at) when at == Where.OWNER ->
                    switch (part) {
                        case NODE -> Optional.of(Fault.KILL_NODE);
                        case VIPD -> Optional.of(Fault.KILL_VIPD);
                        case BOTH -> Optional.empty();
                    };
            case proa.config.drill.Fault.Hang(Part part, Where at)
                    when part == Part.BOTH && at == Where.OWNER ->
                    Optional.of(Fault.HANG);
            case proa.config.drill.Fault.Isolate(Cut cut, Where at)
                    when cut == Cut.CABLE && at == Where.OWNER ->
                    Optional.of(Fault.CABLE);
            case proa.config.drill.Fault.Move(Where to) when to == Where.STANDBY ->
                    Optional.of(Fault.PLANNED);
            case proa.config.drill.Fault.Drain(Where at) when at == Where.OWNER ->
                    Optional.of(Fault.PLANNED);
            case proa.config.drill.Fault.Stop(Where at) when at == Where.OWNER ->
                    Optional.of(Fault.PLANNED);
            case proa.config.drill.Fault.Upgrade(Where at) when at == Where.OWNER ->
                    Optional.of(Fault.PLANNED);
            default -> Optional.empty();
        };
    }

    /** Every step of a drill that has taken place here and has a counterpart there. */
    List<ControlFact> run(DrillPlan plan, DrillFacts ours) {
        List<ControlFact> facts = new ArrayList<>();
        int common = Math.min(plan.steps().size(), ours.strikes().size());
        for (int step = 0; step < common; step++) {
            Optional<Fault> fault = counterpart(plan.steps().get(step));
            if (fault.isPresent()) {
                facts.add(run(plan.name(), ours.strikes().get(step), fault.get()));
            }
        }
        return facts;
    }

    private ControlFact run(String drill, Strike here, Fault fault) {
        FailoverRun there;
        try {
            there = pair.run(fault);
        } catch (LabException e) {
            console.step("  %s: %s", KeepalivedControl.LABEL, String.valueOf(e.getMessage()));
            there = new FailoverRun(-1, 0, -1, 0);
        }
        console.step(
                "%s, %s: %.1f ms without an answer, %s %.1f ms",
                drill, here.what(), here.gapMillis(), KeepalivedControl.LABEL, there.gapMillis());
        return new ControlFact(
                drill,
                here.what(),
                KeepalivedControl.LABEL,
                here.gapMillis(),
                here.overlapMillis(),
                there.gapMillis(),
                there.overlapMillis(),
                there.lostProbes(),
                there.lateMillis());
    }

    @Override
    public void close() {
        pair.close();
    }
}
