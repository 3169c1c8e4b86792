package proa.chaos.drill;

import proa.chaos.lab.LabException;
import proa.chaos.remote.deed.Parts;
import proa.config.drill.Fault;
import proa.config.drill.Step;
import proa.config.drill.Where;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who plays which part in a step, as at its beginning.
 *
 * @param owner the name of who answers for the address
 * @param machines names of all balancers, in order; the first is lb1
 */
record Roles(String owner, List<String> machines) implements Parts {

    Roles {
        machines = List.copyOf(machines);
    }

    @Override
    public String machine(Where where) {
        return switch (where) {
            case OWNER -> owner;
            case STANDBY -> others().getFirst();
            case LB1 -> numbered(0, where);
            case LB2 -> numbered(1, where);
            case LB3 -> numbered(2, where);
            case OTHERS, NODES, CLIENTS, SERVERS ->
                    throw new LabException(where.text() + " is not one balancer");
        };
    }

    private String numbered(int at, Where where) {
        if (at >= machines.size()) {
            throw new LabException("no balancer " + where.text() + " in this drill");
        }
        return machines.get(at);
    }

    private List<String> others() {
        return machines.stream().filter(machine -> !machine.equals(owner)).toList();
    }

    /** Clients and servers by the names of their hosts in a lab. */
    @Override
    public Set<String> hosts(Set<Where> places) {
        Set<String> hosts = new HashSet<>();
        for (Where where : places) {
            switch (where) {
                case OTHERS -> hosts.addAll(others());
                case NODES -> hosts.addAll(machines);
                case CLIENTS -> hosts.add("client");
                case SERVERS -> hosts.add("servers");
                case OWNER, STANDBY, LB1, LB2, LB3 -> hosts.add(machine(where));
            }
        }
        return hosts;
    }

    /**
     * Names of balancers that a step does something to; of a partition, the first side. What is
     * late still arrives.
     */
    Set<String> victims(Step step) {
        Set<String> victims = new HashSet<>();
        for (Fault fault : step.faults()) {
            switch (fault) {
                case Fault.Kill(_, Where at) -> victims.add(machine(at));
                case Fault.Hang(_, Where at) -> victims.add(machine(at));
                case Fault.Stop(Where at) -> victims.add(machine(at));
                case Fault.Isolate(_, Where at) -> victims.add(machine(at));
                case Fault.Partition(Set<Where> some, _) -> victims.addAll(hosts(some));
                case Fault.Loss(_, _, Set<Where> some, _) -> victims.addAll(hosts(some));
                case Fault.Exhaust(_, Where at) -> victims.add(machine(at));
                case Fault.Starve(Where at) -> victims.add(machine(at));
                case Fault.Narrow(_, Where at) -> victims.add(machine(at));
                case Fault.Stick(Where at) -> victims.add(machine(at));
                case Fault.Expire(Where at) -> victims.add(machine(at));
                case Fault.Upgrade(Where at) -> victims.add(machine(at));
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
