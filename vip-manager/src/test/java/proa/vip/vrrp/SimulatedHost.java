package proa.vip.vrrp;

import org.jspecify.annotations.Nullable;

import proa.config.GroupConfig;
import proa.config.link.LinkMessage;
import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One host: its kernel with the lease, its vipd with the machine, its node process. */
final class SimulatedHost {

    private static final long HEARTBEAT_MILLIS = 25;
    private static final int VRID = 51;
    private static final int KNOCK_MILLIS = 5;
    private static final long CONNECTIONS_MICROS = 2_000_000;
    private static final int INQUIRY_MILLIS = 250;

    /** What the node process does. */
    enum NodeProcess {
        DEAD,
        RUNNING,
        STOPPED,
        STUCK
    }

    private final Simulation simulation;
    private final int index;
    private final GroupRules rules;
    private final Deque<Event> unread = new ArrayDeque<>();

    private boolean hostUp;
    private boolean linkUp = true;
    private @Nullable GroupMachine vipd;
    private boolean vipdStopped;
    private long vipdLife;
    private static final int TICKS_PER_MILLI_MAX = 10;

    private long tickWindowFrom;
    private int ticksInWindow;
    private long tickAt = Long.MAX_VALUE;
    private NodeProcess process = NodeProcess.DEAD;
    private long processLife;
    private long stuckSince;
    private boolean leaving;

    private boolean draining;
    private boolean address;
    private long answersUntil;
    private long listensUntil;

    /** An action that the kernel refuses for now. */
    @Nullable Class<? extends Action> refuses;

    SimulatedHost(Simulation simulation, int index, int nodes, GroupConfig.Failback failback) {
        this.simulation = simulation;
        this.index = index;
        List<GroupRules.Peer> peers = new ArrayList<>();
        for (int peer = 0; peer < nodes; peer++) {
            if (peer != index) {
                peers.add(
                        new GroupRules.Peer(
                                "lb" + peer,
                                priority(peer),
                                List.of(ip(peer)),
                                !simulation.network.meshless));
            }
        }
        this.rules =
                new GroupRules(
                        "web",
                        VRID,
                        "lb" + index,
                        priority(index),
                        ip(index),
                        List.of(ip(99)),
                        peers,
                        failback,
                        Duration.ofMillis(100),
                        true,
                        Optional.empty(),
                        List.of(ip(index)));
    }

    private static int priority(int index) {
        return 250 - 10 * index;
    }

    static InetAddress ip(int index) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) (11 + index)});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    int index() {
        return index;
    }

    String name() {
        return rules.node();
    }

    GroupView view() {
        if (vipd == null) {
            throw simulation.failure(name() + " has no vipd");
        }
        return vipd.view();
    }

    boolean wired() {
        return hostUp && linkUp;
    }

    /** Whether its kernel accepts connections to vipd: for a moment also for one that died. */
    boolean listens() {
        return vipd != null || (hostUp && simulation.now() < listensUntil);
    }

    boolean vipdRuns() {
        return vipd != null && !vipdStopped;
    }

    /** Whether this host's kernel answers ARP for the address on the wire. */
    boolean answers() {
        return wired() && address && simulation.now() < answersUntil;
    }

    boolean hasAddress() {
        return address;
    }

    boolean couldServe() {
        return wired() && vipdRuns() && process == NodeProcess.RUNNING && view().ready();
    }

    boolean serves() {
        return answers() && process == NodeProcess.RUNNING;
    }

    // --- faults

    void boot() {
        hostUp = true;
        startVipd();
        startNode();
    }

    void crash() {
        simulation.trace(name() + " host crashes");
        hostUp = false;
        vipd = null;
        vipdLife++;
        vipdStopped = false;
        unread.clear();
        address = false;
        process = NodeProcess.DEAD;
        processLife++;
    }

    void startVipd() {
        if (vipd != null || !hostUp) {
            return;
        }
        simulation.trace(name() + " vipd starts");
        vipd = new GroupMachine(rules);
        vipdLife++;
        carryOut(vipd.start(simulation.now()));
        tell(new Event.LinkState(linkUp));
        if (process != NodeProcess.DEAD) {
            long life = processLife;
            simulation.after(simulation.between(5_000, 50_000), () -> connectNode(life));
        }
    }

    void killVipd() {
        if (vipd == null) {
            return;
        }
        simulation.trace(name() + " vipd killed");
        vipd = null;
        vipdLife++;
        vipdStopped = false;
        unread.clear();
        long life = vipdLife;
        long starvedNanos = starved();
        listensUntil = simulation.now() + starvedNanos;
        simulation.after(
                starvedNanos + simulation.between(500, 4_500),
                () -> {
                    if (vipdLife == life) {
                        address = false;
                    }
                });
        simulation.network.vipdDied(index);
    }

    /**
     * How long the thread that closes a killed process's descriptors has to wait for a processor
     * after the connections and before the listener: one kill of four.
     */
    private long starved() {
        return simulation.added.nextInt(4) > 0
                ? 0
                : simulation.added.nextLong(5 * Simulation.MILLI, 12 * Simulation.MILLI);
    }

    void stopVipd() {
        simulation.trace(name() + " vipd stopped");
        vipdStopped = vipd != null;
    }

    void continueVipd() {
        if (vipdStopped) {
            simulation.trace(name() + " vipd continues with " + unread.size() + " unread");
            vipdStopped = false;
            List<Event> queued = List.copyOf(unread);
            unread.clear();
            queued.forEach(this::tell);
            tell(new Event.Tick());
        }
    }

    void startNode() {
        if (process != NodeProcess.DEAD || !hostUp) {
            return;
        }
        process = NodeProcess.RUNNING;
        leaving = false;
        long life = ++processLife;
        simulation.after(simulation.between(10_000, 100_000), () -> connectNode(life));
    }

    void killNode() {
        if (process != NodeProcess.DEAD) {
            simulation.trace(name() + " node killed");
            process = NodeProcess.DEAD;
            processLife++;
            simulation.after(simulation.between(200, 4_500), () -> tell(new Event.NodeGone()));
        }
    }

    void become(NodeProcess next) {
        if (process != NodeProcess.DEAD) {
            simulation.trace(name() + " node " + next);
            process = next;
            stuckSince = simulation.now();
        }
    }

    void leaveNode() {
        if (process == NodeProcess.RUNNING) {
            simulation.trace(name() + " node leaves");
            leaving = true;
            tell(new Event.NodeLeaving());
        }
    }

    void link(boolean up) {
        simulation.trace(name() + " link " + up);
        linkUp = up;
        tell(new Event.LinkState(up));
    }

    // --- the node process

    private void connectNode(long life) {
        if (processLife == life && process != NodeProcess.DEAD && vipd != null) {
            tell(new Event.NodeConnected());
            heartbeat(life, vipdLife);
            simulation.after(simulation.between(20_000, 800_000), () -> ready(life, vipdLife));
        }
    }

    private void ready(long life, long ofVipd) {
        if (processLife == life && vipdLife == ofVipd) {
            tell(new Event.NodeReadiness(true, ""));
        }
    }

    private void heartbeat(long life, long ofVipd) {
        if (processLife != life || vipdLife != ofVipd) {
            return;
        }
        long stuck =
                process == NodeProcess.STUCK
                        ? (simulation.now() - stuckSince) / Simulation.MILLI
                        : 1;
        if (process != NodeProcess.STOPPED) {
            tell(new Event.NodeHeartbeat(stuck, stuck));
        }
        simulation.afterMillis(HEARTBEAT_MILLIS, () -> heartbeat(life, ofVipd));
    }

    // --- vipd

    void tell(Event event) {
        if (vipd == null) {
            return;
        }
        if (vipdStopped) {
            unread.add(event);
            return;
        }
        State before = vipd.view().state();
        List<Action> actions = vipd.on(event, simulation.now());
        if (vipd.view().state() instanceof State.Active && !(before instanceof State.Active)) {
            simulation.takeovers++;
        }
        carryOut(actions);
        if (event instanceof Event.Tick) {
            countTick();
        }
    }

    /** A due tick may lead to another at once, but not without end: the real loop would spin. */
    private void countTick() {
        if (simulation.now() - tickWindowFrom > Simulation.MILLI) {
            tickWindowFrom = simulation.now();
            ticksInWindow = 0;
        }
        if (++ticksInWindow > TICKS_PER_MILLI_MAX) {
            throw simulation.failure(ticksInWindow + " ticks within 1 ms: the loop would spin");
        }
    }

    private void carryOut(List<Action> actions) {
        for (Action action : actions) {
            if (vipd == null) {
                return;
            }
            if (refused(action)) {
                tell(new Event.ActionFailed(action, "refused"));
                return;
            }
            carryOut(action);
        }
        if (vipd != null) {
            scheduleTick();
        }
    }

    /** Without a link the kernel has no route for an advertisement. */
    private boolean refused(Action action) {
        return (refuses != null && refuses.isInstance(action))
                || (action instanceof Action.SendAdvert && !linkUp);
    }

    private void scheduleTick() {
        GroupMachine machine = vipd;
        if (machine == null) {
            return;
        }
        long deadline = machine.deadlineNanos();
        if (deadline != Long.MAX_VALUE && deadline != tickAt) {
            tickAt = deadline;
            long late = simulation.between(0, 1_000);
            simulation.after(
                    Math.max(0, deadline - simulation.now()) + late, () -> tick(machine, deadline));
        }
    }

    private void tick(GroupMachine machine, long deadline) {
        if (vipd == machine && tickAt == deadline) {
            tickAt = Long.MAX_VALUE;
            tell(new Event.Tick());
        }
    }

    private void carryOut(Action action) {
        switch (action) {
            case Action.SendAdvert(int priority) ->
                    simulation.network.advert(
                            index,
                            rules.address(),
                            new VrrpAdvert(VRID, priority, 10, rules.virtualAddresses()));
            case Action.RenewLease(long millis) ->
                    answersUntil = simulation.now() + millis * Simulation.MILLI;
            case Action.StopAnswering _, Action.DropLease _ -> answersUntil = simulation.now();
            case Action.AddAddress _ -> address = true;
            case Action.RemoveAddress _ -> address = false;
            case Action.SayMesh say -> simulation.network.say(index, say.node(), say.message());
            case Action.ConfirmPeer(String node) -> confirm(node);
            case Action.ProbeGateway _ -> probe();
            case Action.LookAtNode _ ->
                    simulation.after(
                            simulation.between(50, 300),
                            () -> tell(new Event.NodeLooked(process == NodeProcess.STOPPED)));
            case Action.LetNodeLeave _ -> {
                if (leaving) {
                    killNode();
                }
            }
            case Action.Finished _ -> killVipd();
            case Action.Transition made ->
                    simulation.trace(name() + " " + made.level() + " " + made.text());
            case Action.Log(Action.Level level, String text) ->
                    simulation.trace(name() + " " + level + " " + text);
            case Action.TellNode(LinkMessage.Ownership told) -> drain(told.tail());
            case Action.Announce _, Action.PassTail _, Action.EndTail _ -> {}
        }
    }

    /** Connections end one by one; a node says that none is left until it hears otherwise. */
    private void drain(boolean tail) {
        draining = tail;
        if (tail) {
            long life = vipdLife;
            simulation.after(simulation.between(0, CONNECTIONS_MICROS), () -> drained(life));
        }
    }

    private void drained(long life) {
        if (vipdLife == life && draining) {
            if (process == NodeProcess.RUNNING) {
                tell(new Event.NodeDrained());
            }
            simulation.afterMillis(HEARTBEAT_MILLIS, () -> drained(life));
        }
    }

    private void confirm(String node) {
        SimulatedHost peer =
                simulation.hosts.stream()
                        .filter(host -> host.name().equals(node))
                        .findFirst()
                        .orElseThrow();
        inquire(peer, vipdLife, 0);
    }

    /** As the mesh does: a verdict after 5 ms at the latest, and a death that shows later. */
    private void inquire(SimulatedHost peer, long life, int millis) {
        Event.Verdict verdict = simulation.network.confirm(index, peer.index);
        boolean dead = verdict == Event.Verdict.DEAD;
        boolean wanted = millis <= KNOCK_MILLIS || !simulation.network.connected(index, peer.index);
        if (vipdLife != life || !wanted) {
            return;
        }
        if (dead) {
            simulation.after(
                    simulation.between(100, 900),
                    () -> tell(new Event.PeerConfirmed(peer.name(), verdict)));
        } else if (millis == KNOCK_MILLIS) {
            tell(new Event.PeerConfirmed(peer.name(), verdict));
        }
        if (!dead && millis < INQUIRY_MILLIS) {
            simulation.afterMillis(1, () -> inquire(peer, life, millis + 1));
        }
    }

    private void probe() {
        boolean answered = wired() && !simulation.network.gatewayCut[index];
        long delay =
                answered
                        ? simulation.between(100, 900)
                        : GroupMachine.PROBE_MILLIS * Simulation.MILLI;
        simulation.after(delay, () -> tell(new Event.GatewayProbed(answered)));
    }
}
