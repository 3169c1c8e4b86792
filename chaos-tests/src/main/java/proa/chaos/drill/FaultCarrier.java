package proa.chaos.drill;

import proa.chaos.kernel.WireRule;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.config.drill.Fault;
import proa.config.drill.Fault.Cut;
import proa.config.drill.Fault.Part;
import proa.config.drill.Where;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Commits faults on a stage of namespaces and undoes them, the last one first. Everything it does
 * is inside the lab, whose janitor removes it all when this process dies. Used by one thread at a
 * time.
 */
final class FaultCarrier {

    private static final Duration EXIT = Duration.ofSeconds(45);

    private final Stage stage;
    private final Lab lab;
    private final Deque<Runnable> undoings = new ArrayDeque<>();
    private final BalancerFaults balancers;

    FaultCarrier(Stage stage, Lab lab) {
        this.stage = stage;
        this.lab = lab;
        this.balancers = new BalancerFaults(stage, undoings::push);
    }

    /** Does it. */
    void commit(Fault fault, Roles roles) {
        switch (fault) {
            case Fault.Kill(Part part, Where at) -> kill(roles.machine(at), part);
            case Fault.Hang(Part part, Where at) -> hang(roles.machine(at), part);
            case Fault.Stop(Where at) -> stop(roles.machine(at));
            case Fault.Drain(Where at) -> drain(roles.machine(at));
            case Fault.Move(Where to) -> move(roles, to);
            case Fault.Isolate(Cut cut, Where at) -> isolate(roles.machine(at).name(), cut);
            case Fault.Partition(Set<Where> some, Set<Where> others) ->
                    lose(roles.hosts(some), roles.hosts(others), 100);
            case Fault.Loss(
                            int percent,
                            Fault.Traffic only,
                            Set<Where> some,
                            Set<Where> others) -> {
                if (only == Fault.Traffic.SYNC) {
                    loseTcp(roles.hosts(some), roles.hosts(others), percent);
                } else {
                    lose(roles.hosts(some), roles.hosts(others), percent);
                }
            }
            case Fault.Delay delay -> delay(delay, roles);
            case Fault.Thief _ -> steal();
            case Fault.Flush(Where at) -> flush(roles.machine(at));
            case Fault.Servers(Fault.Trouble trouble, List<String> names) -> ail(trouble, names);
            case Fault.Clock(Duration by, Where at) -> balancers.turn(roles.machine(at), by);
            case Fault.Fill(Where at) -> balancers.fill(roles.machine(at));
            case Fault.Exhaust(Fault.Resource what, Where at) ->
                    balancers.exhaust(roles.machine(at), what);
            case Fault.Starve(Where at) -> balancers.starve(roles.machine(at));
            case Fault.Narrow(int megabits, Where at) ->
                    undoings.push(lab.narrow(roles.machine(at).name(), megabits));
            case Fault.Stick(Where at) -> balancers.stick(roles.machine(at));
            case Fault.Upgrade(Where at) -> balancers.upgrade(roles.machine(at));
            case Fault.Configure _ -> balancers.configure();
            case Fault.Expire(Where at) -> balancers.expire(roles.machine(at));
            case Fault.Storm(int connections) -> storm(connections);
        }
    }

    /** Ends every fault; what cannot be undone is told after everything else was. */
    void undo() {
        List<LabException> failures = new ArrayList<>();
        while (!undoings.isEmpty()) {
            try {
                undoings.pop().run();
            } catch (LabException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private static List<LabProcess> processes(Machine machine, Part part) {
        return switch (part) {
            case NODE -> List.of(machine.node());
            case VIPD -> List.of(machine.vipd());
            case BOTH -> List.of(machine.vipd(), machine.node());
        };
    }

    private void kill(Machine machine, Part part) {
        List<LabProcess> victims = processes(machine, part);
        undoings.push(() -> start(machine, part));
        victims.forEach(LabProcess::kill);
        victims.forEach(victim -> victim.await(EXIT));
    }

    private static void start(Machine machine, Part part) {
        switch (part) {
            case NODE -> machine.startNode();
            case VIPD -> machine.startVipd();
            case BOTH -> machine.start();
        }
    }

    private void hang(Machine machine, Part part) {
        List<LabProcess> victims = processes(machine, part);
        undoings.push(() -> victims.forEach(LabProcess::resume));
        victims.forEach(LabProcess::hang);
    }

    private void stop(Machine machine) {
        LabProcess node = machine.node();
        undoings.push(
                () -> {
                    node.await(EXIT);
                    machine.startNode();
                });
        node.terminate();
    }

    private void drain(Machine machine) {
        undoings.push(() -> machine.command("ready", machine.name()));
        machine.command("drain", machine.name());
    }

    private static void move(Roles roles, Where to) {
        roles.machine(Where.OWNER).command("move", Stage.GROUP, roles.machine(to).name());
    }

    private void isolate(String host, Cut cut) {
        Set<String> others = new HashSet<>(lab.hostNames());
        others.remove(host);
        switch (cut) {
            case CABLE -> {
                undoings.push(() -> lab.plug(host));
                lab.unplug(host);
            }
            case PRUNED -> lose(Set.of(host), others, 100);
            case SENDING -> undoings.push(lab.lose(Set.of(host), others, 100));
            case RECEIVING -> undoings.push(lab.lose(others, Set.of(host), 100));
        }
    }

    private void lose(Set<String> some, Set<String> others, int percent) {
        undoings.push(lab.lose(some, others, percent));
        undoings.push(lab.lose(others, some, percent));
    }

    private void loseTcp(Set<String> some, Set<String> others, int percent) {
        undoings.push(lab.loseTcp(some, others, percent));
        undoings.push(lab.loseTcp(others, some, percent));
    }

    private void delay(Fault.Delay delay, Roles roles) {
        WireRule pattern =
                WireRule.late(
                        (int) delay.by().toMillis(),
                        (int) delay.jitter().toMillis(),
                        delay.duplicate(),
                        delay.reorder(),
                        delay.only() == Fault.Traffic.SYNC);
        undoings.push(
                lab.delay(
                        roles.hosts(delay.some()),
                        roles.hosts(delay.others()),
                        pattern,
                        System.nanoTime(),
                        stage.trio().folder().resolve("wire.log")));
    }

    private void storm(int connections) {
        undoings.push(() -> stage.cast().load().stormed());
        stage.cast().load().storm(connections);
    }

    /** The kernel announces an address when its interface comes up: that claims it. */
    private void steal() {
        Host stranger = lab.host(Stage.STRANGER);
        String address = stage.vip() + "/32";
        undoings.push(() -> stranger.ip("address del " + address + " dev eth0\n"));
        stranger.sysctl("net.ipv4.conf.eth0.arp_notify", "1");
        stranger.ip("address add " + address + " dev eth0\nlink set eth0 down\nlink set eth0 up\n");
    }

    /**
     * A table that belongs to a process resists, and then the command says so: that is no fault.
     */
    private static void flush(Machine machine) {
        if (machine.place() instanceof Host host) {
            host.run("sh", "-c", "nft flush ruleset 2>/dev/null; true");
        }
    }

    private void ail(Fault.Trouble trouble, List<String> names) {
        undoings.push(() -> names.forEach(name -> stage.cast().load().server(name, "none")));
        String word = trouble.name().toLowerCase(Locale.ROOT);
        names.forEach(name -> stage.cast().load().server(name, word));
    }
}
