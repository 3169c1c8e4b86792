package proa.chaos.drill;

import org.jspecify.annotations.Nullable;

import proa.chaos.lab.Await;
import proa.chaos.lab.Balancer;
import proa.chaos.lab.LabException;
import proa.chaos.lab.Loopback;
import proa.chaos.load.Load;
import proa.chaos.observe.Observer;
import proa.chaos.remote.RemoteHost;
import proa.chaos.remote.deed.Deed;
import proa.chaos.remote.deed.Deeds;
import proa.chaos.remote.deed.Question;
import proa.chaos.remote.deed.Switch;
import proa.chaos.report.Console;
import proa.config.drill.DrillPlan;
import proa.config.drill.Fault;
import proa.config.drill.Targets;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Machines of an operator's, reached by SSH, or containers of this machine's; clients and observers
 * are processes of this machine. Every host undoes by itself what this process cannot: see {@link
 * Switch}.
 */
final class RemoteCarrier implements Carrier {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration GLANCE = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** After the time of a host's own switch: a link comes up, and SSH is there again. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Targets targets;
    private final Path folder;
    private final Console console;
    private final Loopback place;
    private final Map<String, RemoteHost> hosts = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Deque<Armed> armed = new ArrayDeque<>();
    private final List<String> remarks = new ArrayList<>();
    private final RemoteVisitors visitors;
    private final Switch.Mark mark;
    private final String run;
    private int deeds;
    private boolean stormed;
    private boolean closed;
    private @Nullable Load load;
    private @Nullable Observer observer;

    /** A deed that a host undoes by itself at a moment of {@link System#nanoTime}. */
    private record Armed(Deed deed, long dueNanos) {}

    private RemoteCarrier(Targets targets, Path base, Path folder, Console console) {
        this.targets = targets;
        this.folder = folder;
        this.console = console;
        this.place = Loopback.open();
        this.visitors = new RemoteVisitors(targets);
        this.mark = RemoteLeftovers.mark();
        this.run = Long.toString(System.currentTimeMillis() / 1_000, 36);
        for (Targets.Host host : targets.hosts()) {
            hosts.put(host.name(), RemoteHost.of(host, place, base, folder));
        }
    }

    /**
     * Connects to every host and looks whether it is what the target file says; nothing is changed.
     *
     * @param plans what is going to take place
     * @param base folder that file names of the target file are relative to
     * @param folder an existing empty one with a short path, for sockets and logs
     */
    static RemoteCarrier open(
            Targets targets, List<DrillPlan> plans, Path base, Path folder, Console console) {
        RemoteCarrier carrier = new RemoteCarrier(targets, base, folder, console);
        try {
            boolean cuts =
                    plans.stream()
                            .filter(plan -> Deeds.refusal(plan, targets).isEmpty())
                            .anyMatch(RemoteCarrier::cuts);
            carrier.hosts.values().forEach(host -> carrier.look(host, cuts));
            return carrier;
        } catch (RuntimeException e) {
            carrier.close();
            throw e;
        }
    }

    private static boolean cuts(DrillPlan plan) {
        return plan.faults().stream()
                .anyMatch(
                        fault ->
                                fault instanceof Fault.Partition
                                        || fault instanceof Fault.Loss
                                        || fault instanceof Fault.Isolate);
    }

    private void look(RemoteHost host, boolean cuts) {
        String printed = host.run(Question.isFit(host.host()), SOON);
        Question.hardwareAddress(printed).ifPresent(mac -> names.put(mac, host.name()));
        if (cuts) {
            host.run(Question.canCut(host.host()), SOON);
        }
        List<Switch.Left> left = Switch.read(host.run(Switch.list(host.name()), SOON));
        for (Switch.Left each : left) {
            if (!each.fired()) {
                throw new LabException(
                        "%s: \"%s\" of process %d of %s is there; if that drill is over: proa drill clean --remote FILE"
                                .formatted(
                                        host.name(),
                                        each.what(),
                                        each.mark().pid(),
                                        each.mark().machine()));
            }
        }
    }

    @Override
    public void start() {
        load = Load.start(place, visitors.loadPlan(), folder);
        observer = Observer.start(place, visitors.observerPlan(), folder);
    }

    @Override
    public List<Balancer> balancers() {
        return hosts.values().stream().map(RemoteHost::balancer).toList();
    }

    @Override
    public String group() {
        return targets.group();
    }

    @Override
    public String vip() {
        return targets.address().getHostAddress();
    }

    @Override
    public String probed() {
        return visitors.probed();
    }

    @Override
    public Load load() {
        if (load == null) {
            throw new IllegalStateException("start() first");
        }
        return load;
    }

    @Override
    public Observer observer() {
        if (observer == null) {
            throw new IllegalStateException("start() first");
        }
        return observer;
    }

    @Override
    public int rate() {
        return targets.clients().rate();
    }

    @Override
    public boolean asksArp() {
        return targets.clients().segment().isPresent();
    }

    @Override
    public Optional<String> nameOf(String mac) {
        return Optional.ofNullable(names.get(mac));
    }

    @Override
    public Optional<String> refusal(DrillPlan plan) {
        return Deeds.refusal(plan, targets);
    }

    /** What may have dropped since the last drill is connected again. */
    @Override
    public void prepare(DrillPlan plan, Runnable awaitWhole) {
        hosts.values().forEach(RemoteHost::open);
    }

    @Override
    public void reconnect() {
        for (RemoteHost host : hosts.values()) {
            try {
                host.open();
            } catch (LabException _) {
                // Asked again while anybody waits for it.
            }
        }
    }

    private RemoteHost host(String name) {
        return Optional.ofNullable(hosts.get(name)).orElseThrow();
    }

    /** The switch is armed first: whatever happens after that is undone. */
    @Override
    public synchronized long commit(Fault fault, Roles roles, Duration stays) {
        if (closed) {
            throw new LabException("the drill has been ended");
        }
        if (fault instanceof Fault.Storm(int connections)) {
            stormed = true;
            load().storm(connections);
        }
        String id = run + "x" + ++deeds;
        List<Deed> all = Deeds.of(fault, roles, targets, id);
        for (Deed deed : all) {
            if (deed.stays()) {
                int seconds = seconds(stays) + deed.slackSeconds();
                long due = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
                host(deed.host()).run(Switch.arm(deed, seconds, mark), SOON);
                armed.push(new Armed(deed, due));
            }
        }
        long begun = System.nanoTime();
        for (Deed deed : all) {
            host(deed.host()).run(Switch.commit(deed), Duration.ofSeconds(deed.seconds()));
        }
        return begun;
    }

    static int seconds(Duration time) {
        return (int) time.plusMillis(999).toSeconds();
    }

    @Override
    public void undo() {
        if (stormed) {
            stormed = false;
            load().stormed();
        }
        List<Armed> missed = new ArrayList<>();
        for (Armed each = next(); each != null; each = next()) {
            try {
                attempt(each, false);
            } catch (LabException e) {
                console.step("  %s", first(e));
                missed.add(each);
            }
        }
        List<String> failures = new ArrayList<>();
        for (Armed each : missed) {
            insist(each).ifPresent(failures::add);
        }
        if (!failures.isEmpty()) {
            throw new LabException(String.join("; ", failures));
        }
    }

    private synchronized @Nullable Armed next() {
        return armed.poll();
    }

    private synchronized void attempt(Armed each, boolean again) {
        RemoteHost host = host(each.deed.host());
        host.run(":\n", GLANCE);
        String said =
                host.run(
                        Switch.undo(host.name(), each.deed.id()),
                        Duration.ofSeconds(each.deed.seconds()));
        if (Switch.hasFired(said)) {
            remarks.add(
                    "%s: its dead-man's switch has undone \"%s\""
                            .formatted(host.name(), each.deed.what()));
        } else if (again) {
            remarks.add(
                    "%s: \"%s\" is undone at a later attempt"
                            .formatted(host.name(), each.deed.what()));
        }
    }

    /** Until some time after the host has undone it itself; what is then not known, or empty. */
    private Optional<String> insist(Armed each) {
        long end = each.dueNanos + GRACE.toNanos();
        while (true) {
            try {
                Await.pass(AGAIN);
                attempt(each, true);
                return Optional.empty();
            } catch (LabException e) {
                if (System.nanoTime() > end) {
                    return Optional.of(
                            String.format(
                                    Locale.ROOT,
                                    "%s: whether \"%s\" is undone cannot be seen; its own switch"
                                            + " was due %.0f s ago: %s",
                                    each.deed.host(),
                                    each.deed.what(),
                                    (System.nanoTime() - each.dueNanos) / 1e9,
                                    first(e)));
                }
            }
        }
    }

    private static String first(LabException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    @Override
    public synchronized List<String> remarks() {
        List<String> said = List.copyOf(remarks);
        remarks.clear();
        return said;
    }

    @Override
    public Map<String, Footprint> footprints() {
        Map<String, Footprint> held = new LinkedHashMap<>();
        for (RemoteHost host : hosts.values()) {
            Targets.Units units = host.host().units();
            footprint(host, units.node(), true)
                    .ifPresent(footprint -> held.put(host.name() + "/node", footprint));
            footprint(host, units.vipd(), false)
                    .ifPresent(footprint -> held.put(host.name() + "/vipd", footprint));
        }
        return held;
    }

    /** A process that ends meanwhile did not live through the drill; one not asked may have. */
    private static Optional<Footprint> footprint(RemoteHost host, String unit, boolean collect) {
        try {
            return Footprint.told(host.run(Question.footprint(unit, collect), SOON));
        } catch (LabException _) {
            return Optional.of(Footprint.unmeasured(0));
        }
    }

    @Override
    public String place() {
        return "hosts of the operator's, and clients on the machine named above";
    }

    @Override
    public Map<String, String> unwatched() {
        return visitors.unwatched();
    }

    /** One attempt for each fault; what that does not reach is left to the host's own switch. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Armed each = next(); each != null; each = next()) {
            try {
                attempt(each, false);
                console.line("%s: \"%s\" is undone", each.deed.host(), each.deed.what());
            } catch (LabException e) {
                console.line(
                        "%s: \"%s\" is not undone from here, its own switch does that in %d s: %s",
                        each.deed.host(),
                        each.deed.what(),
                        Math.max(0, (each.dueNanos - System.nanoTime()) / 1_000_000_000),
                        first(e));
            }
        }
        Optional.ofNullable(load).ifPresent(Load::close);
        Optional.ofNullable(observer).ifPresent(Observer::close);
        load = null;
        observer = null;
        hosts.values().forEach(RemoteHost::close);
        place.close();
    }
}
