package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.config.GroupConfig;
import proa.config.ProaConfig;
import proa.config.link.LinkMessage;
import proa.vip.linux.Descriptor;
import proa.vip.linux.Poller;
import proa.vip.linux.ProcessAge;
import proa.vip.linux.Waker;
import proa.vip.mesh.Mesh;
import proa.vip.mesh.MeshEvent;
import proa.vip.message.MeshMessage;
import proa.vip.packet.MacAddress;
import proa.vip.packet.VrrpAdvert;
import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupRules;
import proa.vip.vrrp.State;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one thread that owns all groups. Each turn: wait for a descriptor or the earliest deadline;
 * look at the clock and let what is overdue happen <em>before</em> reading what has queued up, so
 * that a process that was stopped learns first how late it is; then read, feed, and carry out.
 *
 * <p>An action that fails is told to its machine, and the rest of its list is left out. What the
 * machines say to the log is written after their actions, by another thread.
 */
final class Loop implements Hands.Arrivals, NodeDesk.Machines {

    /** A fifth of the shortest usual interval of advertisements. */
    private static final long BUSY_NANOS = 20_000_000;

    private final ProaConfig config;
    private final Map<String, Seat> seats = new LinkedHashMap<>();
    private final Map<Integer, Seat> byRouter = new LinkedHashMap<>();
    private final Queue<Runnable> follow = new ArrayDeque<>();
    private final Set<String> finished = new LinkedHashSet<>();
    private final Inbox inbox;
    private final Hands hands;
    private final Mesh mesh;
    private final NodeDesk node;
    private final Operator operator;
    private final History history = new History();
    private final Tracking tracking;
    private final Carrying carrying;
    private final HookDesk hooks;
    private final Journal journal;
    private final Poller poller;

    /** When every machine's deadline was looked at last. */
    private long tickedNanos = System.nanoTime();

    private boolean keeping;
    private boolean ending;
    private boolean again;

    /** One group and its machine. */
    private record Seat(GroupConfig group, GroupMachine machine) {
        String name() {
            return group.name();
        }

        boolean isOwned() {
            return machine.view().state() instanceof State.Active;
        }
    }

    /**
     * @param nodeName this node
     * @param waker ends the loop's wait; {@code inbox} wakes by it
     * @param maintenance where what operators want is remembered
     */
    Loop(
            ProaConfig config,
            String nodeName,
            Waker waker,
            Hands hands,
            Mesh mesh,
            Inbox inbox,
            Journal journal,
            MaintenanceMemory maintenance) {
        this.config = config;
        this.inbox = inbox;
        this.hands = hands;
        this.mesh = mesh;
        this.journal = journal;
        for (GroupConfig group : config.groups()) {
            boolean tracked = hands.tracksGateway(group);
            GroupRules rules =
                    GroupRules.of(
                            config.cluster(),
                            group,
                            nodeName,
                            tracked,
                            hands.linkLocal(group),
                            tail(config, group, hands));
            Seat seat = new Seat(group, new GroupMachine(rules).among(config.groups().size()));
            seats.put(group.name(), seat);
            byRouter.put(group.vrid(), seat);
        }
        tracking = new Tracking(config.groups(), this);
        carrying = new Carrying(config, hands, mesh);
        hooks = new HookDesk(config.groups(), nodeName, this, journal);
        operator = new Operator(config, nodeName, mesh, this, journal, maintenance);
        Status status = new Status(config, nodeName, mesh, hands, carrying);
        node =
                new NodeDesk(
                        nodeName,
                        seats.keySet(),
                        this,
                        operator,
                        () -> status.json(machines(), operator, history, System.nanoTime()),
                        journal);
        List<Descriptor> descriptors = new ArrayList<>();
        descriptors.add(waker);
        descriptors.addAll(hands.descriptors());
        poller = new Poller(descriptors);
    }

    NodeDesk node() {
        return node;
    }

    /** Starts the threads that run programs; call it before the loop's thread is real-time. */
    void startScripts() {
        tracking.startScripts(config.groups(), inbox);
        hooks.start(inbox);
    }

    /** What the kernel carries is at home on every node: with nothing else there is no tail. */
    private static List<InetAddress> tail(ProaConfig config, GroupConfig group, Hands hands) {
        List<FrontendConfig> ofGroup =
                config.frontends().stream()
                        .filter(
                                frontend ->
                                        frontend.bind()
                                                        instanceof
                                                        FrontendConfig.Bind.Floating floating
                                                && floating.group().equals(group.name()))
                        .toList();
        boolean carriesAll =
                !ofGroup.isEmpty()
                        && ofGroup.stream().allMatch(each -> each.forwarding().byKernel());
        return carriesAll ? List.of() : hands.tail(group);
    }

    /**
     * Runs until every group has finished after {@link #shutdown}.
     *
     * @param turned called after each turn, at least once a second
     */
    void run(Runnable turned) throws IOException {
        for (Seat seat : seats.values()) {
            carryOut(seat, seat.machine().start(System.nanoTime()));
            feed(seat, new Event.LinkState(hands.linkUp(seat.group())));
        }
        operator.resume();
        journal.info("started, " + ProcessAge.millis() + " ms after its process");
        hands.warmUp(); // nothing is due before an owner has not been heard for some intervals
        while (finished.size() < seats.size() || !hooks.idle()) {
            turn();
            turned.run();
        }
    }

    private void turn() throws IOException {
        poller.await(untilDeadline());
        tickMachines();
        inbox.run();
        tracking.tick(System.nanoTime());
        carrying.tick(System.nanoTime());
        hooks.tick(System.nanoTime());
        operator.tick();
        settle();
        hands.receive(this);
        hands.tick(this, System.nanoTime());
        settle();
    }

    /** Nanoseconds from now to the earliest deadline; a second if there is none. */
    private long untilDeadline() {
        long now = System.nanoTime();
        long wait = 1_000_000_000L;
        for (Seat seat : seats.values()) {
            wait = Math.min(wait, until(seat.machine().deadlineNanos(), now));
        }
        wait = Math.min(wait, until(tracking.deadlineNanos(), now));
        wait = Math.min(wait, until(carrying.deadlineNanos(), now));
        wait = Math.min(wait, until(hooks.deadlineNanos(), now));
        return Math.min(wait, until(hands.deadlineNanos(), now));
    }

    private static long until(long deadlineNanos, long now) {
        return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - now;
    }

    private void tickMachines() {
        tickedNanos = System.nanoTime();
        for (Seat seat : seats.values()) {
            long deadline = seat.machine().deadlineNanos();
            if (deadline != Long.MAX_VALUE && deadline - System.nanoTime() <= 0) {
                feed(seat, new Event.Tick());
            }
        }
        settle();
    }

    /** What actions led to is fed only when their list is done. */
    private void settle() {
        Runnable next = follow.poll();
        while (next != null) {
            next.run();
            next = follow.poll();
        }
    }

    private void feed(Seat seat, Event event) {
        carryOut(seat, seat.machine().on(event, System.nanoTime()));
        keepOwned();
    }

    /**
     * To take over many groups takes a busy machine longer than an advertisement lasts: those that
     * are ours already go on meanwhile, or they would seem to have stood still.
     */
    private void keepOwned() {
        long now = System.nanoTime();
        if (keeping || now - tickedNanos < BUSY_NANOS) {
            return;
        }
        keeping = true;
        tickedNanos = now;
        for (Seat seat : seats.values()) {
            if (seat.machine().deadlineNanos() <= now && seat.isOwned()) {
                feed(seat, new Event.Tick());
            }
        }
        keeping = false;
    }

    private void carryOut(Seat seat, List<Action> actions) {
        Action.@Nullable Transition made = null;
        long start = System.nanoTime();
        for (Action action : actions) {
            if (action instanceof Action.Transition transition) {
                tell(seat, made, start);
                made = transition;
                hooks.transition(seat.name(), made, seat.machine().view().owner(), start);
            }
            try {
                carryOut(seat, action);
            } catch (IOException e) {
                String why = String.valueOf(e.getMessage());
                journal.warn(seat.name() + ": " + why);
                follow.add(() -> feed(seat, new Event.ActionFailed(action, why)));
                break;
            }
        }
        tell(seat, made, start);
    }

    /** Told when what it asked for has been done, so that the line can say how long that took. */
    private void tell(Seat seat, Action.@Nullable Transition made, long startNanos) {
        if (made != null) {
            long micros = (System.nanoTime() - startNanos) / 1_000;
            history.add(Instant.now(), seat.name(), made, micros);
            String line = seat.name() + ": " + made.text() + "; done in " + micros + " µs";
            journal.line(made.level(), line);
        }
    }

    private void carryOut(Seat seat, Action action) throws IOException {
        GroupConfig group = seat.group();
        switch (action) {
            case Action.SendAdvert advert -> hands.sendAdvert(group, advert.priority());
            case Action.RenewLease lease -> hands.renewLease(group, lease.millis());
            case Action.StopAnswering quiet -> hands.stopAnswering(group, quiet.acceptMillis());
            case Action.PassTail tail -> hands.passTail(group, tail.to());
            case Action.EndTail _ -> hands.endTail(group);
            case Action.DropLease _ -> hands.dropLease(group);
            case Action.AddAddress _ -> hands.addAddress(group);
            case Action.RemoveAddress _ -> hands.removeAddress(group);
            case Action.Announce _ -> hands.announce(group);
            case Action.ProbeAddresses _ -> hands.probeAddresses(group);
            case Action.SayMesh said -> mesh.say(said.node(), said.message());
            case Action.ConfirmPeer peer -> mesh.confirm(peer.node());
            case Action.ProbeGateway _ -> hands.probeGateway(group, System.nanoTime());
            case Action.LookAtNode _ -> {
                boolean stopped = node.stopped();
                follow.add(() -> feed(seat, new Event.NodeLooked(stopped)));
            }
            case Action.TellNode told -> {
                node.tell(told.ownership());
                carrying.owned(told.ownership());
            }
            case Action.LetNodeLeave _ -> node.letLeave(seat.name());
            case Action.Finished _ -> finished.add(seat.name());
            case Action.Transition _ -> {}
            case Action.Log line -> journal.line(line.level(), seat.name() + ": " + line.text());
        }
    }

    /** Something happened on the mesh. */
    void mesh(MeshEvent event) {
        switch (event) {
            case MeshEvent.PeerUp up -> {
                journal.info("peer " + up.node() + ": mesh connected");
                hands.greeted(up.node(), up.hello().advertSources());
                all(new Event.MeshPeerUp(up.node(), up.hello().advertSources()));
                carrying.connected(up.node());
                operator.connected(up.node());
            }
            case MeshEvent.PeerDown down -> {
                all(new Event.MeshPeerDown(down.node(), down.how()));
                operator.ended(down.node());
                journal.info("peer " + down.node() + ": mesh " + down.how() + ": " + down.why());
            }
            case MeshEvent.PeerSaid said -> said(said.node(), said.message());
            case MeshEvent.Confirmed confirmed ->
                    all(new Event.PeerConfirmed(confirmed.node(), confirmed.verdict()));
            case MeshEvent.Refused refused ->
                    journal.warn(
                            refused.node().isEmpty()
                                    ? "mesh: " + refused.why()
                                    : "peer " + refused.node() + ": " + refused.why());
        }
    }

    private void said(String peer, MeshMessage message) {
        switch (message) {
            case MeshMessage.AboutGroup about ->
                    one(about.group(), new Event.MeshPeerSaid(peer, about));
            case MeshMessage.Advert advert -> meshAdvert(peer, advert);
            case MeshMessage.Maintenance order -> operator.ordered(order);
            case MeshMessage.Standing standing -> operator.stands(peer, standing.outOfService());
            case MeshMessage.Assigned assigned -> carrying.said(peer, assigned);
            case MeshMessage.Connections connections -> hands.heard(connections);
            case MeshMessage.Hello _, MeshMessage.Leaving _ -> {}
        }
    }

    private void meshAdvert(String peer, MeshMessage.Advert advert) {
        Seat seat = byRouter.get(advert.vrid());
        InetAddress source =
                config.cluster().node(peer).map(listed -> listed.address()).orElse(null);
        if (seat != null && source != null) {
            List<InetAddress> addresses =
                    seat.group().vips().stream().map(GroupConfig.Vip::address).toList();
            VrrpAdvert packet =
                    new VrrpAdvert(
                            advert.vrid(),
                            advert.priority(),
                            advert.intervalCentis(),
                            VrrpAdvert.oneFamily(addresses));
            feed(seat, new Event.AdvertReceived(source, packet));
        }
    }

    /** Groups are handed over as in every planned end; the supervisor then starts vipd again. */
    @Override
    public void moved(String why) {
        if (!ending) {
            again = true;
            journal.alarm(why);
            shutdown();
        }
    }

    /** Whether {@link #run} has returned because everything has to be opened anew. */
    boolean again() {
        return again;
    }

    /** vipd is to end: every group is handed over, then {@link #run} returns. */
    void shutdown() {
        if (!ending) {
            ending = true;
            journal.info("stopping: handing over");
            hooks.stop();
            all(new Event.Shutdown());
        }
    }

    @Override
    public void all(Event event) {
        seats.values().forEach(seat -> feed(seat, event));
    }

    @Override
    public void stands(MaintenanceMarks marks) {
        all(new Event.Drain(marks.isOut()));
        node.tell(marks);
    }

    @Override
    public void one(String group, Event event) {
        Seat seat = seats.get(group);
        if (seat != null) {
            feed(seat, event);
        }
    }

    @Override
    public void servers(String group, int up, int total) {
        tracking.servers(group, up, total);
    }

    @Override
    public void usable(LinkMessage.Usable usable) {
        carrying.usable(usable);
    }

    @Override
    public void advert(Event.AdvertReceived event) {
        Seat seat = byRouter.get(event.advert().vrid());
        if (seat != null) {
            feed(seat, event);
        }
    }

    @Override
    public void group(String group, Event event) {
        one(group, event);
    }

    @Override
    public void claimed(String group, InetAddress address, MacAddress by) {
        one(group, new Event.AddressClaimed(address, by.toString()));
    }

    /** What this host owns, in one line. */
    String describe() {
        String owned =
                seats.values().stream()
                        .filter(Seat::isOwned)
                        .map(Seat::name)
                        .collect(Collectors.joining(", "));
        String service = operator.maintenance().isOut() ? "; out of service" : "";
        return (owned.isEmpty() ? "owns nothing" : "owns " + owned) + service;
    }

    private Map<String, GroupMachine> machines() {
        Map<String, GroupMachine> machines = new LinkedHashMap<>();
        seats.values().forEach(seat -> machines.put(seat.name(), seat.machine()));
        return machines;
    }
}
