package proa.chaos.drill;

import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Machine;
import proa.config.drill.Fault;
import proa.config.drill.Step;
import proa.config.drill.Where;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who plays which part in a step, as at its beginning.
 *
 * @param owner who answers for the address
 * @param machines all balancers, in the order of their names
 */
record Roles(Machine owner, List<Machine> machines) {

    Roles {
        machines = List.copyOf(machines);
    }

    /** The one balancer of that part. */
    Machine machine(Where where) {
        return switch (where) {
            case OWNER -> owner;
            case STANDBY -> others().getFirst();
            case LB1, LB2, LB3 -> named(where.text());
            case OTHERS, NODES, CLIENTS, SERVERS ->
                    throw new LabException(where.text() + " is not one balancer");
        };
    }

    private Machine named(String name) {
        return machines.stream()
                .filter(machine -> machine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new LabException("no balancer " + name + " in this drill"));
    }

    private List<Machine> others() {
        return machines.stream().filter(machine -> machine != owner).toList();
    }

    /** Names of the {@link Lab}'s hosts that play these parts. */
    Set<String> hosts(Set<Where> places) {
        Set<String> hosts = new HashSet<>();
        for (Where where : places) {
            switch (where) {
                case OTHERS -> hosts.addAll(names(others()));
                case NODES -> hosts.addAll(names(machines));
                case CLIENTS -> hosts.add("client");
                case SERVERS -> hosts.add("servers");
                case OWNER, STANDBY, LB1, LB2, LB3 -> hosts.add(machine(where).name());
            }
        }
        return hosts;
    }

    private static Set<String> names(List<Machine> machines) {
        return machines.stream().map(Machine::name).collect(Collectors.toSet());
    }

    /**
     * Names of balancers that a step does something to; of a partition, the first side. What is
     * late still arrives.
     */
    Set<String> victims(Step step) {
        Set<String> victims = new HashSet<>();
        for (Fault fault : step.faults()) {
            switch (fault) {
                case Fault.Kill(_, Where at) -> victims.add(machine(at).name());
                case Fault.Hang(_, Where at) -> victims.add(machine(at).name());
                case Fault.Stop(Where at) -> victims.add(machine(at).name());
                case Fault.Isolate(_, Where at) -> victims.add(machine(at).name());
                case Fault.Partition(Set<Where> some, _) -> victims.addAll(hosts(some));
                case Fault.Loss(_, _, Set<Where> some, _) -> victims.addAll(hosts(some));
                case Fault.Exhaust(_, Where at) -> victims.add(machine(at).name());
                case Fault.Starve(Where at) -> victims.add(machine(at).name());
                case Fault.Narrow(_, Where at) -> victims.add(machine(at).name());
                case Fault.Stick(Where at) -> victims.add(machine(at).name());
                case Fault.Expire(Where at) -> victims.add(machine(at).name());
                case Fault.Upgrade(Where at) -> victims.add(machine(at).name());
                case Fault.Drain _,
                        Fault.Move _,
                        Fault.Thief _,
                        Fault.Flush _,
                        Fault.Delay _,
                        Fault.Clock _,
                        Fault.Fill _,
                        Fault.Configure _,
                        Fault.Storm _,
                        Fault.Servers _ -> {}
            }
        }
        return victims;
    }
}
