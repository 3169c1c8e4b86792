package proa.chaos.demo;

import org.jspecify.annotations.Nullable;

import proa.chaos.lab.Await;
import proa.chaos.lab.Machine;
import proa.chaos.lab.Trio;
import proa.chaos.lab.TrioPlan;
import proa.chaos.load.Load;
import proa.chaos.load.LoadPlan;
import proa.chaos.observe.Observation;
import proa.chaos.observe.Observer;
import proa.chaos.observe.Ownership;
import proa.chaos.observe.Silence;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A trio with everybody who takes part in a drill: its clients and its observer. The demo and the
 * system tests stage their faults with it. Used by one thread at a time; {@link #close} ends all.
 */
public final class Cast implements AutoCloseable {

    /** Processes that start on a machine that does many other things are still waited for. */
    private static final Duration START_TIMEOUT = Duration.ofSeconds(150);

    /** Of a second, one in four: a prober of a busy machine. */
    public static final long STEADY_PROBES = 250;

    private static final int HTTP_CLIENTS = 200;

    /** Requests a second of all HTTP clients, when nothing else is asked for. */
    public static final int HTTP_RATE = 600;

    private final Trio trio;
    private final int httpRate;
    private @Nullable Load load;
    private @Nullable Observer observer;
    private final Map<String, Long> startMillis = new LinkedHashMap<>();

    private Cast(Trio trio, int httpRate) {
        this.trio = trio;
        this.httpRate = httpRate;
    }

    /**
     * Builds a trio; its balancers do not run yet.
     *
     * @param folder an existing empty one; stays
     * @param httpRate requests a second of all HTTP clients
     */
    public static Cast open(TrioPlan plan, Path folder, int httpRate) {
        return new Cast(Trio.open(plan, folder), httpRate);
    }

    /** The trio. */
    public Trio trio() {
        return trio;
    }

    /** Requests a second of all HTTP clients. */
    public int httpRate() {
        return httpRate;
    }

    /** Its clients; they are idle until told. */
    public Load load() {
        if (load == null) {
            throw new IllegalStateException("start() first");
        }
        return load;
    }

    /** Its observer. */
    public Observer observer() {
        if (observer == null) {
            throw new IllegalStateException("start() first");
        }
        return observer;
    }

    /** From the start of a node's process to its readiness, by name. */
    public Map<String, Long> startMillis() {
        return Map.copyOf(startMillis);
    }

    /**
     * Starts every balancer, the clients and the observer; returns when all are ready.
     *
     * @param vipds where an address manager is to run; everywhere, but for a demonstration without
     *     takeover
     */
    public void start(List<Machine> vipds) {
        long begun = System.nanoTime();
        vipds.forEach(Machine::startVipd);
        trio.machines().forEach(Machine::startNode);
        awaitReady(begun, vipds);
        trio.awaitServers();
        load = Load.start(trio.clientPlace(), loadPlan(trio.plan(), httpRate), trio.folder());
        observer = Observer.start(trio.clientPlace(), observerPlan(trio.plan()), trio.folder());
        for (String vip : trio.plan().vips()) {
            awaitSteady(vip);
        }
    }

    private void awaitReady(long begun, List<Machine> vipds) {
        Await.until(
                START_TIMEOUT,
                () -> "every node is ready; so far " + startMillis + logs(),
                () -> {
                    for (Machine machine : trio.machines()) {
                        boolean ready =
                                vipds.contains(machine)
                                        ? machine.isReady()
                                        : machine.node().isAlive();
                        if (ready && !startMillis.containsKey(machine.name())) {
                            startMillis.put(
                                    machine.name(), (System.nanoTime() - begun) / 1_000_000);
                        }
                    }
                    return startMillis.size() == trio.machines().size();
                });
    }

    private String logs() {
        StringBuilder logs = new StringBuilder();
        for (Machine machine : trio.machines()) {
            if (!startMillis.containsKey(machine.name())) {
                logs.append('\n').append(machine.name()).append(":\n");
                logs.append(machine.node().lastLines(15));
            }
        }
        return logs.toString();
    }

    /** Whom the load of such a trio talks to. */
    static LoadPlan loadPlan(TrioPlan plan, int httpRate) {
        return new LoadPlan(
                plan.vips(),
                plan.nodeAddresses(),
                plan.serverAddresses(),
                new LoadPlan.Ports(
                        plan.httpPort(),
                        plan.echoPort(),
                        plan.sessionsPort(),
                        plan.nodeLimitedPort(),
                        plan.nodeEchoPort(),
                        plan.nodeSessionsPort()),
                new LoadPlan.SourcePlan(
                        plan.source(0, 1),
                        plan.source(32, 0),
                        plan.source(255, 1),
                        plan.source(64, 0)),
                HTTP_CLIENTS,
                httpRate,
                new LoadPlan.Asked("demo", "/"),
                TrioPlan.LIMIT,
                TrioPlan.LIMIT_SECONDS * 1_000);
    }

    private static Observer.Plan observerPlan(TrioPlan plan) {
        List<String> six = plan.six().stream().toList();
        return new Observer.Plan(
                plan.loopback() ? List.of() : plan.vips(),
                plan.unused(),
                Stream.concat(plan.vips().stream(), six.stream())
                        .map(vip -> at(vip, plan))
                        .toList(),
                plan.groups(),
                plan.source(16, 0),
                six,
                plan.unusedSix());
    }

    /** Who owns a floating address: by ARP, or on loopback by who has bound it. */
    public Optional<Machine> owner(String vip) {
        return trio.plan().loopback()
                ? trio.binder(vip)
                : observer().owner(vip).flatMap(trio::machineOf);
    }

    /** Waits for an owner. */
    public Machine awaitOwner(String vip) {
        return Await.found(START_TIMEOUT, vip + " has an owner", () -> owner(vip));
    }

    /** Waits until an address has an owner and has answered every probe for a second. */
    public void awaitSteady(String vip) {
        awaitOwner(vip);
        Await.until(
                START_TIMEOUT,
                () -> vip + " answers steadily: " + observer().recent(probed(vip)),
                () -> observer().isSteady(probed(vip), STEADY_PROBES / trio.plan().groups()));
    }

    /** The service of a floating address that is probed. */
    public String probed(String vip) {
        return at(vip, trio.plan());
    }

    private static String at(String vip, TrioPlan plan) {
        return (vip.contains(":") ? "[" + vip + "]" : vip) + ":" + plan.httpPort();
    }

    /** The longest time without an answer of one address in what was observed. */
    public Silence silence(Observation observation, String vip) {
        return Observer.silence(observation, probed(vip));
    }

    /** The owners of one address in what was observed. */
    public static Ownership ownership(Observation observation, String vip) {
        return observation.owners().getOrDefault(vip, new Ownership(List.of(), -1));
    }

    /** Ends everything; files stay. */
    @Override
    public void close() {
        closeVisitors();
        trio.close();
    }

    /** Ends the clients and the observer. */
    public void closeVisitors() {
        Optional.ofNullable(load).ifPresent(Load::close);
        Optional.ofNullable(observer).ifPresent(Observer::close);
        load = null;
        observer = null;
    }
}
