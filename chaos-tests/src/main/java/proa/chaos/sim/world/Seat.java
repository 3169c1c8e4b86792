package proa.chaos.sim.world;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkMessage;
import proa.vip.packet.VrrpAdvert;
import proa.vip.vrrp.Action;
import proa.vip.vrrp.Event;
import proa.vip.vrrp.GroupMachine;
import proa.vip.vrrp.GroupRules;
import proa.vip.vrrp.GroupView;

import java.util.List;

/**
 * One traffic group on one host: its machine while vipd runs, its address and lease in the kernel.
 */
final class Seat {

    /** A due tick may lead to another at once, but not without end: the real loop would spin. */
    private static final int TICKS_PER_MILLI_MAX = 10;

    private static final long LATE_MICROS_MAX = 1_000;
    private static final long NEVER = Long.MAX_VALUE;

    private static final Event TICK = new Event.Tick();
    private static final Event BEAT = new Event.NodeHeartbeat(1, 1);

    private final World world;
    private final Host host;
    private final int group;
    private final GroupRules rules;

    private @Nullable Machine machine;
    private boolean address;

    /** The kernel answers and accepts until then, in simulated time. */
    private long answersUntil;

    private long tickAt = NEVER;
    private long beatNanos;
    private long tickWindowFrom;
    private int ticksInWindow;
    private long saidFrom;
    private int said;
    private boolean draining;

    /** What vipd has read last of the node process: that it is ready. */
    private boolean nodeReady;

    /** An action that the kernel refuses for now. */
    @Nullable Class<? extends Action> refuses;

    Seat(World world, Host host, int group, GroupRules rules) {
        this.world = world;
        this.host = host;
        this.group = group;
        this.rules = rules;
    }

    GroupRules rules() {
        return rules;
    }

    boolean hasAddress() {
        return address;
    }

    boolean runs() {
        return machine != null;
    }

    /** Whether this host's kernel answers ARP for the group on the wire. */
    boolean answers() {
        return address && host.onTheWire() && world.now() < answersUntil;
    }

    /** Whether its machine knows that the node process is ready. */
    boolean nodeReady() {
        return nodeReady;
    }

    /** Counts a message; how many there were in the second it is in. */
    int saidWithinSecond() {
        if (world.now() - saidFrom > Data.SECOND) {
            saidFrom = world.now();
            said = 0;
        }
        return ++said;
    }

    boolean couldServe() {
        return host.onTheWire()
                && host.vipdRuns()
                && host.node().state() == NodeProcess.State.RUNNING
                && machine != null
                && machine.view().ready();
    }

    GroupView view() {
        if (machine == null) {
            throw world.broken(host.name() + " has no vipd");
        }
        return machine.view();
    }

    // --- the kernel

    /** The kernel's own clock stood too. */
    void stood(long nanos) {
        answersUntil += nanos;
    }

    void addressGoes() {
        address = false;
    }

    // --- vipd

    void start() {
        Machine started = world.parts().machine(rules);
        machine = started;
        tickAt = NEVER;
        carryOut(started.start(host.clock()));
    }

    void end() {
        machine = null;
        nodeReady = false;
        draining = false;
    }

    void tell(Event event) {
        if (machine == null) {
            return;
        }
        if (!host.vipdRuns()) {
            host.keepUnread(this, event);
            return;
        }
        long clock = host.clock();
        if (host.node().beats() && clock - beatNanos >= NodeProcess.BEAT_NANOS) {
            beat();
        }
        feed(event, clock);
    }

    /**
     * The last heartbeat there was before now. Those between two events of this machine change
     * nothing that an event could show, so they are told only when one is due.
     */
    void beat() {
        if (host.vipdRuns()) {
            beatNanos = host.clock();
            feed(BEAT, beatNanos);
        }
    }

    /** Told at a time that the loop takes for now. */
    void feed(Event event, long clock) {
        Machine fed = machine;
        if (fed == null) {
            return;
        }
        world.trace().detail(host.name(), () -> rules.group() + " " + event);
        if (event instanceof Event.NodeReadiness(boolean ready, String _)) {
            nodeReady = ready;
        } else if (event instanceof Event.NodeConnected || event instanceof Event.NodeGone) {
            nodeReady = false;
        }
        carryOut(fed.on(event, clock));
        if (event instanceof Event.Tick) {
            countTick();
        }
    }

    private void countTick() {
        if (world.now() - tickWindowFrom > Agenda.MILLI) {
            tickWindowFrom = world.now();
            ticksInWindow = 0;
        }
        if (++ticksInWindow > TICKS_PER_MILLI_MAX) {
            throw world.broken(ticksInWindow + " ticks within 1 ms: the loop would spin");
        }
    }

    /** The loop looks at the clock, as it does before it waits. */
    void tick() {
        tell(TICK);
    }

    private void carryOut(List<Action> actions) {
        boolean lapsed = world.now() >= answersUntil;
        boolean takes = false;
        for (Action action : actions) {
            if (machine == null) {
                return;
            }
            if (refused(action)) {
                tell(new Event.ActionFailed(action, "refused"));
                return;
            }
            takes |= action instanceof Action.Transition made && made.to().equals("active");
            if (action instanceof Action.RenewLease && lapsed && !takes) {
                world.owners().renewedLate(group, host);
            }
            carryOut(action);
        }
        if (takes) {
            world.owners().tookOver(group, host);
        }
        scheduleTick();
    }

    /** Without a link the kernel has no route for an advertisement. */
    private boolean refused(Action action) {
        return (refuses != null && refuses.isInstance(action))
                || (action instanceof Action.SendAdvert && !host.linkUp());
    }

    private void scheduleTick() {
        long deadline = machine == null ? NEVER : machine.deadlineNanos();
        if (deadline < tickAt) {
            tickAt = deadline;
            long life = host.vipdLife();
            long late = world.chance().micros(0, LATE_MICROS_MAX);
            world.agenda().at(host.simulated(deadline) + late, () -> due(life, deadline));
        }
    }

    private void due(long life, long deadline) {
        if (host.vipdLife() != life || tickAt != deadline || machine == null) {
            return;
        }
        tickAt = NEVER;
        if (!host.vipdRuns()) {
            return; // It looks at the clock as soon as it goes on.
        }
        if (host.clock() >= machine.deadlineNanos()) {
            tick();
        } else {
            scheduleTick();
        }
    }

    // --- actions

    private void carryOut(Action action) {
        switch (action) {
            case Action.SendAdvert(int priority) -> advertise(priority);
            case Action.RenewLease(long millis) ->
                    answersUntil = world.now() + world.parts().leaseNanos(millis);
            case Action.StopAnswering _, Action.DropLease _ -> answersUntil = world.now();
            case Action.AddAddress _ -> address = true;
            case Action.RemoveAddress _ -> address = false;
            case Action.SayMesh say -> {
                world.owners().said(this, host, say.message());
                world.wire().say(host, group, say.node(), say.message());
            }
            case Action.ConfirmPeer(String node) -> host.confirm(this, world.host(node));
            case Action.ProbeGateway _ -> probe();
            case Action.LookAtNode _ -> look();
            case Action.LetNodeLeave _ -> host.node().mayLeave(group);
            case Action.Finished _ -> host.finished(group);
            case Action.Transition made -> note(made.level(), made.text());
            case Action.Log(Action.Level level, String text) -> note(level, text);
            case Action.TellNode(LinkMessage.Ownership told) -> drain(told.tail());
            case Action.Announce _,
                    Action.ProbeAddresses _,
                    Action.PassTail _,
                    Action.EndTail _ -> {}
        }
    }

    private void note(Action.Level level, String text) {
        world.trace().note(host.name(), rules.group() + " " + level + " " + text);
    }

    private void advertise(int priority) {
        int centis = (int) (rules.advertInterval().toMillis() / 10);
        world.wire()
                .advert(
                        host,
                        group,
                        new VrrpAdvert(rules.vrid(), priority, centis, rules.virtualAddresses()));
    }

    private void probe() {
        boolean answered = host.onTheWire() && !world.wire().gatewayCut(host.index());
        long delay =
                answered
                        ? world.chance().micros(100, 900)
                        : GroupMachine.PROBE_MILLIS * Agenda.MILLI;
        later(delay, new Event.GatewayProbed(answered));
    }

    private void look() {
        boolean stopped = host.node().state() == NodeProcess.State.STOPPED;
        later(world.chance().micros(50, 300), new Event.NodeLooked(stopped));
    }

    /** Told unless vipd has ended until then. */
    void later(long nanos, Event event) {
        long life = host.vipdLife();
        world.agenda()
                .after(
                        nanos,
                        () -> {
                            if (host.vipdLife() == life) {
                                tell(event);
                            }
                        });
    }

    /** Connections end one by one; a node says that none is left until it hears otherwise. */
    private void drain(boolean tail) {
        boolean begins = tail && !draining;
        draining = tail;
        if (begins) {
            long life = host.vipdLife();
            world.agenda().after(world.chance().millis(0, 2_000), () -> drained(life));
        }
    }

    private void drained(long life) {
        if (host.vipdLife() == life && draining) {
            if (host.node().state() == NodeProcess.State.RUNNING) {
                tell(new Event.NodeDrained());
            }
            world.agenda().after(25 * Agenda.MILLI, () -> drained(life));
        }
    }
}
