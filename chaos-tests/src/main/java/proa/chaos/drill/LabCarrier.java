package proa.chaos.drill;

import proa.chaos.demo.Cast;
import proa.chaos.drill.facts.Evidence;
import proa.chaos.kernel.WireRule;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.Host;
import proa.chaos.lab.Lab;
import proa.chaos.lab.LabException;
import proa.chaos.lab.LabProcess;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.load.Load;
import proa.chaos.observe.Observer;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Fault.Cut;
import proa.config.drill.Fault.Part;
import proa.config.drill.Where;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A trio in a lab of namespaces. Everything it does is inside the lab, whose janitor removes it all
 * when this process dies.
 */
final class LabCarrier implements Carrier {

    /** The traffic group whose address is observed. */
    private static final String GROUP = "web";

    /** A host that belongs to nobody. */
    private static final String STRANGER = "stranger";

    private static final Duration EXIT = Duration.ofSeconds(45);

    private final Cast cast;
    private final Lab lab;
    private final WallClocks clocks;
    private final Deque<Runnable> undoings = new ArrayDeque<>();
    private final BalancerFaults balancers;
    private final Optional<EarlierVersion> from;
    private Optional<Numbers> numbers = Optional.empty();

    private LabCarrier(Cast cast, Optional<EarlierVersion> from) {
        this.cast = cast;
        this.from = from;
        this.lab = cast.trio().lab().orElseThrow();
        this.clocks = new WallClocks(cast.trio());
        this.balancers = new BalancerFaults(cast.trio(), clocks, undoings::push);
    }

    /** Where an upgrade is to the same files. */
    static LabCarrier open(TrioPlan plan, Path folder, int httpRate) {
        return open(plan, folder, httpRate, Optional.empty());
    }

    /**
     * Builds the network; nothing runs yet.
     *
     * @param folder an existing empty one, for files and logs
     * @param httpRate requests a second of all HTTP clients
     * @param from what balancers run before a drill upgrades them; empty: the same
     */
    static LabCarrier open(
            TrioPlan plan, Path folder, int httpRate, Optional<EarlierVersion> from) {
        Cast cast = Cast.open(plan, folder, httpRate);
        try {
            LabCarrier carrier = new LabCarrier(cast, from);
            carrier.lab.host(STRANGER, "10.77.0.66/24");
            return carrier;
        } catch (RuntimeException e) {
            cast.close();
            throw e;
        }
    }

    @Override
    public void start() {
        cast.start(cast.trio().machines());
        numbers = Numbers.start(cast.trio());
    }

    Trio trio() {
        return cast.trio();
    }

    /** The namespaces' prefix. */
    String name() {
        return lab.name();
    }

    /** Ends every address manager but one: nobody else can take over any more. */
    void endManagers(Balancer but, Duration timeout) {
        for (Machine machine : cast.trio().machines()) {
            if (machine != but) {
                machine.vipd().kill();
                machine.vipd().await(timeout);
            }
        }
    }

    @Override
    public List<Balancer> balancers() {
        return List.copyOf(cast.trio().machines());
    }

    @Override
    public String group() {
        return GROUP;
    }

    @Override
    public String vip() {
        return cast.trio().plan().vips().getFirst();
    }

    @Override
    public String probed() {
        return cast.probed(vip());
    }

    @Override
    public Optional<Six> six() {
        return cast.trio().plan().six().map(vip -> new Six(vip, cast.probed(vip)));
    }

    @Override
    public Optional<Evidence.Lasting> lasting() {
        return numbers.map(Numbers::count);
    }

    @Override
    public Load load() {
        return cast.load();
    }

    @Override
    public Observer observer() {
        return cast.observer();
    }

    @Override
    public int rate() {
        return cast.httpRate();
    }

    @Override
    public boolean asksArp() {
        return true;
    }

    @Override
    public Optional<String> nameOf(String mac) {
        return cast.trio().machineOf(mac).map(Machine::name);
    }

    @Override
    public Optional<String> refusal(DrillPlan plan) {
        return plan.turnsClocks() ? WallClocks.missing() : Optional.empty();
    }

    @Override
    public void prepare(DrillPlan plan, Runnable awaitWhole) {
        if (plan.turnsClocks()) {
            clocks.prepare(awaitWhole);
        }
        if (EarlierVersion.isUpgraded(plan)) {
            from.ifPresent(version -> balancers.begin(version, awaitWhole));
        }
        numbers.ifPresent(all -> all.open(cast.awaitOwner(vip())));
    }

    /** Undoing says nothing when it succeeds. */
    @Override
    public List<String> remarks() {
        return List.of();
    }

    /**
     * A node is told to collect its garbage; the heap of a vipd is too small for that. All machines
     * at once: most of it is waiting for collections.
     */
    @Override
    public Map<String, Footprint> footprints() {
        Map<String, Footprint> held = new ConcurrentSkipListMap<>();
        List<Thread> looking = new ArrayList<>();
        for (Machine machine : cast.trio().machines()) {
            looking.add(Thread.ofVirtual().start(() -> look(machine, held)));
        }
        for (Thread each : looking) {
            try {
                each.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted", e);
            }
        }
        return held;
    }

    private static void look(Machine machine, Map<String, Footprint> held) {
        LabProcess node = machine.node();
        LabProcess vipd = machine.vipd();
        look(node, Footprint::withoutGarbage, held);
        look(vipd, Footprint::of, held);
    }

    /** How a process of that number is looked at. */
    private interface Look {
        Footprint at(long pid) throws IOException;
    }

    /** One that has ended did not live through the drill. */
    private static void look(LabProcess process, Look look, Map<String, Footprint> held) {
        try {
            held.put(process.label(), look.at(process.pid()));
        } catch (IOException _) {
            if (ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive).isPresent()) {
                held.put(process.label(), Footprint.unmeasured(process.pid()));
            }
        }
    }

    @Override
    public String place() {
        return "one machine: faults of real switches and cables are not part of it";
    }

    @Override
    public Map<String, String> unwatched() {
        return Map.of();
    }

    @Override
    public void close() {
        numbers.ifPresent(Numbers::close);
        try {
            cast.close();
        } finally {
            clocks.forget();
        }
    }

    private Machine machine(Roles roles, Where where) {
        return cast.trio().machine(roles.machine(where));
    }

    @Override
    public long commit(Fault fault, Roles roles, Duration stays) {
        long begun = System.nanoTime();
        commit(fault, roles);
        return begun;
    }

    private void commit(Fault fault, Roles roles) {
        switch (fault) {
            case Fault.Kill(Part part, Where at) -> kill(machine(roles, at), part);
            case Fault.Hang(Part part, Where at) -> hang(machine(roles, at), part);
            case Fault.Stop(Where at) -> stop(machine(roles, at));
            case Fault.Drain(Where at) -> drain(machine(roles, at));
            case Fault.Move(Where to) -> move(roles, to);
            case Fault.Isolate(Cut cut, Where at) -> isolate(roles.machine(at), cut);
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
            case Fault.Flush(Where at) -> flush(machine(roles, at));
            case Fault.Servers(Fault.Trouble trouble, List<String> names) -> ail(trouble, names);
            case Fault.Clock(Duration by, Where at) -> balancers.turn(machine(roles, at), by);
            case Fault.Fill(Where at) -> balancers.fill(machine(roles, at));
            case Fault.Exhaust(Fault.Resource what, Where at) ->
                    balancers.exhaust(machine(roles, at), what);
            case Fault.Starve(Where at) -> balancers.starve(machine(roles, at));
            case Fault.Narrow(int megabits, Where at) ->
                    undoings.push(lab.narrow(roles.machine(at), megabits));
            case Fault.Stick(Where at) -> balancers.stick(machine(roles, at));
            case Fault.Upgrade(Where at) -> balancers.upgrade(machine(roles, at));
            case Fault.Configure _ -> balancers.configure();
            case Fault.Expire(Where at) -> balancers.expire(machine(roles, at));
            case Fault.Storm(int connections) -> storm(connections);
        }
    }

    @Override
    public void undo() {
        List<LabException> failures = new ArrayList<>();
        while (!undoings.isEmpty()) {
            try {
                undoings.pop().run();
            } catch (LabException e) {
                failures.add(e);
            } catch (RuntimeException e) {
                failures.add(new LabException("a fault could not be undone: " + e, e));
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

    private void move(Roles roles, Where to) {
        machine(roles, Where.OWNER).command("move", GROUP, roles.machine(to));
        if (numbers.isPresent()) {
            machine(roles, Where.OWNER).command("move", TrioPlan.NUMBERS, roles.machine(to));
        }
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
                        cast.trio().folder().resolve("wire.log")));
    }

    private void storm(int connections) {
        undoings.push(() -> cast.load().stormed());
        cast.load().storm(connections);
    }

    /** The kernel announces an address when its interface comes up: that claims it. */
    private void steal() {
        Host stranger = lab.host(STRANGER);
        String address = vip() + "/32";
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
        undoings.push(() -> names.forEach(name -> cast.load().server(name, "none")));
        String word = trouble.name().toLowerCase(Locale.ROOT);
        names.forEach(name -> cast.load().server(name, word));
    }
}
