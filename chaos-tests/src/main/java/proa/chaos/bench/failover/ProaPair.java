package proa.chaos.bench.failover;

import proa.chaos.lab.Await;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Shell;
import proa.chaos.lab.Trio;
import proa.chaos.lab.VipdStatus;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two nodes of ours. */
final class ProaPair implements Contestant {

    static final String NAME = "proa";

    /** On a machine that does other things as well. */
    private static final Duration WHOLE_MAX = Duration.ofMinutes(2);

    /** An owner that stops on purpose serves the connections it has to their end. */
    private static final Duration STOP_MAX = Duration.ofMinutes(1);

    private final Trio trio;
    private final Lab lab;

    /**
     * @param trio of two, in a network
     */
    ProaPair(Trio trio, Lab lab) {
        this.trio = trio;
        this.lab = lab;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String address() {
        return trio.plan().vips().getFirst();
    }

    @Override
    public List<Host> hosts() {
        return trio.machines().stream().map(machine -> lab.host(machine.name())).toList();
    }

    @Override
    public void start() {
        trio.machines().forEach(Machine::start);
    }

    @Override
    public void awaitWhole() {
        trio.awaitWhole(WHOLE_MAX);
        for (Machine machine : trio.machines()) {
            Await.until(
                    WHOLE_MAX,
                    () -> "the vipd of " + machine + " is settled: " + VipdStatus.of(machine),
                    () -> VipdStatus.of(machine).filter(VipdStatus::settled).isPresent());
        }
    }

    @Override
    public void strike(Fault fault, Host owner) {
        Machine machine = trio.machine(owner.name());
        switch (fault) {
            case KILL_NODE -> machine.node().kill();
            case KILL_VIPD -> machine.vipd().kill();
            case HANG -> signal("STOP", machine);
            case CABLE -> lab.unplug(owner.name());
            case PLANNED -> machine.vipd().terminate();
        }
    }

    @Override
    public void mend(Fault fault, Host owner) {
        Machine machine = trio.machine(owner.name());
        switch (fault) {
            case KILL_NODE -> ended(machine.node(), 128 + 9);
            case KILL_VIPD -> ended(machine.vipd(), 128 + 9);
            case HANG -> signal("CONT", machine);
            case CABLE -> lab.plug(owner.name());
            case PLANNED -> ended(machine.vipd(), 0);
        }
        machine.start();
    }

    /** Both in one command, so that neither goes on much longer than the other. */
    private static void signal(String signal, Machine machine) {
        Shell.run(
                new ArrayList<>(
                        List.of(
                                "kill",
                                "-" + signal,
                                Long.toString(machine.node().pid()),
                                Long.toString(machine.vipd().pid()))));
    }

    private static void ended(LabProcess process, int expected) {
        int code = process.await(STOP_MAX);
        if (code != expected) {
            throw new LabException(
                    process.label() + " ended with " + code + "\n" + process.lastLines(20));
        }
    }
}
