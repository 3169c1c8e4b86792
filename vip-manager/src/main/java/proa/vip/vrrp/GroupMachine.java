package proa.vip.vrrp;

import proa.vip.message.MeshMessage;

import java.util.List;

/**
 * The machine of one traffic group on one node. Not thread-safe: one loop feeds it.
 *
 * <p>The carrier calls {@link #start} once, then {@link #on} for every event and at {@link
 * #deadlineNanos}; it carries out the returned actions in order before it feeds the next event, and
 * tells failures as {@link Event.ActionFailed}. The machine looks at {@code nowNanos} before it
 * looks at the event, so a packet that queued up while the process was stopped cannot mislead it.
 *
 * <pre>
 * from        what happens                                  to          source
 * ----------  --------------------------------------------  ----------  ---------------------------------------------
 * Initialize  start, priority 255                           Active      RFC 9568 §6.4.1
 * Initialize  start                                         Backup      RFC 9568 §6.4.1
 * Backup      advertisement, priority 0                     Backup      §6.4.2: waits the skew time; asks if the mesh lives
 * Backup      advertisement of ours, or not less than own   Backup      §6.4.2: interval learned, timer restarted
 * Backup      lesser advertisement of a plain router        Backup      §6.4.2: discarded when this node pre-empts
 * Backup      timer about to fire, the owner is connected   Backup      asks the owner, probes the gateway
 * Backup      timer fires                                   Active      §6.4.2; blocked while cold, unable or cut off
 * Backup      owner's vipd confirmed dead, even later       Active      after rank × 20 ms
 * Backup      owner releases to this node                   Active      at once
 * Active      advertisement timer                           Active      §6.4.3: lease, then advertisement
 * Active      advertisement, priority 0                     Active      §6.4.3: answers with its own
 * Active      greater advertisement, no mesh                Backup      §6.4.3; of one of ours: unless confirmed dead
 * Active      lesser advertisement, or the mesh lives       Active      §6.4.3: asserts; the mesh compares claims
 * Active      a better claim over the mesh                  Backup      gateway kept, then term, then preference
 * Active      node dead, stopped or stuck, a peer is ready  Backup      released at once, with the term; the address goes 1 s later
 * Active      leaving, drained, gateway lost, moved         Lingering   released, accepts for 200 ms
 * Active      any of these, nobody could take it            Active      keeps it, with an alarm
 * Active      came back from a stall                        Backup      before anything that queued up is read
 * Active      shutdown                                      Lingering   §6.4.3: priority 0
 * Active      gateway and all other nodes are unheard       Backup      cut off: stands back until one is heard; after 60 s quiet
 * Lingering   not taken, gateway lost, nobody heard         Backup      the same
 * Active      quiet, and somebody is heard                  Backup      listens first
 * Lingering   taken by the successor                        Backup      its connections go on: {@link Tail}
 * Lingering   200 ms over                                   Backup      or Active again when nobody took it, or Initialize
 * any         link down, an action that matters failed      Fault       releases, takes the address off
 * Fault       link up, time to retry                        Backup
 * Backup      shutdown                                      Initialize  §6.4.2
 * </pre>
 */
public final class GroupMachine {

    /** {@link Action.ProbeGateway} says "no" this long after its first request. */
    public static final long PROBE_MILLIS = 60;

    /** Time between the requests of one {@link Action.ProbeGateway}. */
    public static final long PROBE_GAP_MILLIS = 15;

    /** {@link Event.Shutdown} waits at most so long for the connections of a planned move. */
    public static final long TAIL_MILLIS = Tail.MILLIS;

    private final Group group;
    private final Transitions transitions;
    private final WhenBackup whenBackup;
    private final WhenActive whenActive;
    private long promisedNanos = Long.MAX_VALUE;
    private int advertsFailed;
    private long advertFailedNanos = Long.MIN_VALUE / 2;

    /** So many advertisements in a row that cannot be sent are a fault. */
    private static final int ADVERTS_FAILED_MAX = 3;

    /** A machine in Initialize. */
    public GroupMachine(GroupRules rules) {
        this(rules, Skew.RFC_9568);
    }

    /** The same, with a skew that need not be the RFC's. */
    public GroupMachine(GroupRules rules, Skew skew) {
        group = new Group(rules, skew);
        transitions = new Transitions(group);
        whenBackup = new WhenBackup(group, transitions);
        whenActive = new WhenActive(group, transitions);
    }

    /**
     * Says how many groups this node has: a peer that takes all of them over comes to this one
     * after so many others.
     */
    public GroupMachine among(int groups) {
        group.rankNanos = WhenBackup.RANK_NANOS + (groups - 1) * WhenBackup.GROUP_NANOS;
        return this;
    }

    /** RFC 9568 §6.4.1's Startup event. Takes off what an earlier process may have left. */
    public List<Action> start(long nowNanos) {
        group.now = nowNanos;
        group.sinceNanos = nowNanos;
        group.act(new Action.DropLease());
        group.act(new Action.RemoveAddress());
        State before = group.state;
        if (!group.linkUp) {
            transitions.fault("the link is down", true);
        } else if (group.rules.priority() == GroupRules.OWNER_PRIORITY) {
            transitions.takeOver("this node is the address owner");
        } else {
            transitions.backup("started");
        }
        return finishStep(before, 0);
    }

    /** What to do about the event, in order. */
    public List<Action> on(Event told, long nowNanos) {
        Event event = counts(told, nowNanos) ? told : new Event.Tick();
        long lateNanos = Math.max(0, nowNanos - promisedNanos);
        group.now = nowNanos;
        group.node.forgive(lateNanos, nowNanos);
        checkStall(lateNanos);
        State before = group.state;
        learn(event);
        if (group.listensFirst()) {
            transitions.stalled("somebody is heard again, who may own it");
            entered(before);
            before = group.state;
        }
        switch (group.state) {
            case State.Backup _ -> whenBackup.on(event, lateNanos);
            case State.Active _ -> whenActive.on(event);
            case State.Lingering lingering -> whenLingering(lingering, event);
            case State.Initialize _, State.Fault _ -> {}
        }
        return finishStep(before, lateNanos);
    }

    private boolean counts(Event told, long nowNanos) {
        return !(told instanceof Event.AdvertReceived received)
                || group.peers.counts(received, nowNanos);
    }

    /** When {@link Event.Tick} is due at the latest; {@link Long#MAX_VALUE}: never. */
    public long deadlineNanos() {
        return promisedNanos;
    }

    /** The machine as it is, for the status document. */
    public GroupView view() {
        return new GroupView(
                group.state,
                group.owner,
                group.term,
                group.priority(),
                group.ready(),
                group.gateway.answers(),
                group.why,
                group.sinceNanos,
                group.pinned,
                group.trackedWhy,
                group.conflicts,
                group.claimant);
    }

    /**
     * Which nodes but the owner could take the group, and what the others lack.
     *
     * @param nowNanos time of the question
     */
    public List<Candidate> candidates(long nowNanos) {
        return Candidate.of(group, nowNanos);
    }

    private List<Action> finishStep(State before, long lateNanos) {
        entered(before);
        if (!(group.state instanceof State.Initialize)) {
            due(lateNanos);
        }
        if (group.letLeave || (group.node.health() == NodeWatch.Health.LEAVING && mayLeave())) {
            letLeave();
        }
        group.sayAndTellChanges();
        transitions.giveUpIfReleased();
        promisedNanos = computeDeadline();
        return group.takeActions();
    }

    /** A state is entered once, though its record changes with every timer. */
    private void entered(State before) {
        if (before.getClass() == group.state.getClass()) {
            return;
        }
        if (before instanceof State.Active) {
            group.tail.stopPassing();
        }
        switch (group.state) {
            case State.Backup _ -> whenBackup.entered();
            case State.Active _ -> whenActive.entered();
            case State.Lingering _ -> lingersOn = false;
            case State.Initialize _, State.Fault _ -> {}
        }
    }

    private void due(long lateNanos) {
        if (group.gateway.wantsProbe(group.now)) {
            group.act(new Action.ProbeGateway());
        }
        if (group.node.wantsLook(group.now)) {
            group.act(new Action.LookAtNode());
        }
        transitions.farewellDue();
        group.tail.due();
        State before = group.state;
        switch (before) {
            case State.Backup _ -> whenBackup.due();
            case State.Active _ -> whenActive.due();
            case State.Lingering lingering -> lingeringDue(lingering, lateNanos);
            case State.Fault fault -> faultDue(fault);
            case State.Initialize _ -> {}
        }
        entered(before);
        if (group.shuttingDown
                && !group.tail.kept()
                && (group.state instanceof State.Backup || group.state instanceof State.Fault)) {
            transitions.finish("vipd stops");
        }
    }

    private long computeDeadline() {
        if (group.state instanceof State.Initialize) {
            return Long.MAX_VALUE;
        }
        long shared =
                Math.min(
                        Math.min(group.gateway.deadlineNanos(), group.node.deadlineNanos()),
                        group.sayAgainNanos());
        long own =
                switch (group.state) {
                    case State.Initialize _ -> Long.MAX_VALUE;
                    case State.Backup _ -> whenBackup.deadlineNanos();
                    case State.Active _ -> whenActive.deadlineNanos();
                    case State.Lingering lingering -> lingering.untilNanos();
                    case State.Fault fault -> fault.retryNanos();
                };
        long ends = Math.min(group.addressUntilNanos, group.tail.deadlineNanos());
        return Math.min(Math.min(shared, own), ends);
    }

    /**
     * An owner that slept longer than its peers wait must take it that one of them owns the group
     * by now; the kernel ended its lease before that.
     */
    private void checkStall(long lateNanos) {
        if (group.state instanceof State.Active active
                && group.now - active.advertNanos() >= 2 * group.advertNanos) {
            transitions.stalled("this process stood still for " + lateNanos / Timers.MILLI + " ms");
            entered(active);
        }
    }

    // --- facts that count in every state

    private void learn(Event event) {
        switch (event) {
            case Event.LinkState(boolean up) -> link(up);
            case Event.MeshPeerUp up ->
                    group.peers
                            .named(up.node())
                            .ifPresent(
                                    peer -> {
                                        group.peers.up(peer, up.advertSources(), group.now);
                                        group.sayStateTo(peer);
                                    });
            case Event.MeshPeerDown down -> {
                group.peers.named(down.node()).ifPresent(group.peers::down);
                group.tail.over(down.node());
            }
            case Event.MeshPeerSaid said -> heard(said);
            case Event.NodeConnected _ -> {
                group.node.connected(group.now);
                leaveSaid = false;
                group.forgetWhatNodeWasTold();
            }
            case Event.NodeHeartbeat beat -> group.node.heartbeat(beat, group.now);
            case Event.NodeReadiness(boolean ready, String why) ->
                    group.node.readiness(ready, why, group.now);
            case Event.NodeLooked(boolean stopped) -> group.node.looked(stopped, group.now);
            case Event.NodeGone _ -> group.node.gone();
            case Event.NodeLeaving _ -> group.node.leaving();
            case Event.NodeDrained _ -> group.tail.end();
            case Event.AdvertReceived received -> {
                boolean ofPeer = group.peers.sending(received.source()).isPresent();
                if (ofPeer && received.advert().priority() > 0) {
                    group.reached();
                }
            }
            case Event.GatewayProbed(boolean answered) -> {
                group.gateway.probed(answered, group.now);
                if (answered) {
                    group.reached();
                }
            }
            case Event.Drain(boolean on) -> group.draining = on;
            case Event.Tracked(int handicap, String why) -> tracked(handicap, why);
            case Event.ActionFailed failed -> failed(failed);
            case Event.Shutdown _ -> shutdown();
            case Event.Tick _,
                    Event.PeerConfirmed _,
                    Event.AddressClaimed _,
                    Event.MoveRequested _ -> {}
        }
    }

    private void tracked(int handicap, String why) {
        if (handicap != group.trackedHandicap || !why.equals(group.trackedWhy)) {
            group.log(
                    Action.Level.WARNING,
                    why.isEmpty()
                            ? "what is tracked is well again"
                            : why + ": priority lowered by " + handicap);
            group.trackedHandicap = handicap;
            group.trackedWhy = why;
        }
    }

    private void heard(Event.MeshPeerSaid said) {
        group.reached();
        group.peers
                .named(said.node())
                .ifPresent(peer -> group.peers.said(peer, said.message(), group.now));
        group.tail.said(said.node(), said.message());
        if (!group.active()) {
            group.term = Math.max(group.term, said.message().term());
        }
    }

    private void link(boolean up) {
        boolean changed = up != group.linkUp;
        group.linkUp = up;
        if (!changed || group.state instanceof State.Initialize) {
            return;
        }
        if (!up) {
            transitions.fault("the link is down", true);
        } else if (group.state instanceof State.Fault) {
            transitions.recover("the link is up");
        }
    }

    private void shutdown() {
        group.shuttingDown = true;
        if (group.state instanceof State.Initialize) {
            group.act(new Action.Finished());
        }
    }

    /** What the kernel refused: an owner that cannot hold, show or announce its address is none. */
    private void failed(Event.ActionFailed failed) {
        String why = failed.action().getClass().getSimpleName() + " failed: " + failed.why();
        group.log(Action.Level.WARNING, why);
        group.forgetWhatWasSaid();
        leaveSaid = false;
        if (group.shuttingDown && group.state instanceof State.Initialize) {
            transitions.finishWithout(failed.action());
            return;
        }
        switch (failed.action()) {
            case Action.SendAdvert _ -> advertFailed(why);
            case Action.RenewLease _, Action.AddAddress _, Action.StopAnswering _ -> fault(why);
            case Action.DropLease _, Action.RemoveAddress _ -> fault(why);
            case Action.PassTail _ -> transitions.takeOverWithoutTail();
            case Action.Announce _,
                    Action.ProbeAddresses _,
                    Action.EndTail _,
                    Action.SayMesh _,
                    Action.ConfirmPeer _,
                    Action.ProbeGateway _,
                    Action.LookAtNode _,
                    Action.TellNode _,
                    Action.LetNodeLeave _,
                    Action.Finished _,
                    Action.Transition _,
                    Action.Log _ -> {}
        }
    }

    private void advertFailed(String why) {
        if (!group.active()) {
            return;
        }
        // Nobody tells of those that were sent: two failures further apart had one between them.
        boolean inARow = group.now - advertFailedNanos <= group.advertNanos * 3 / 2;
        advertFailedNanos = group.now;
        advertsFailed = inARow ? advertsFailed + 1 : 1;
        if (advertsFailed >= ADVERTS_FAILED_MAX) {
            advertsFailed = 0;
            fault(why);
        }
    }

    private void fault(String why) {
        if (!(group.state instanceof State.Initialize)) {
            transitions.fault(why, false);
        }
    }

    // --- the two small states

    private void whenLingering(State.Lingering lingering, Event event) {
        if (event instanceof Event.MeshPeerSaid(String name, MeshMessage.AboutGroup message)) {
            saidWhileLingering(lingering, name, message);
        } else if (event instanceof Event.MoveRequested(String name, String by)) {
            group.passOn(name, by);
        } else if (event instanceof Event.MeshPeerDown(String name, Event.Ending how)
                && name.equals(group.owner)
                && how == Event.Ending.BROKEN) {
            group.act(new Action.ConfirmPeer(name));
        } else if (event instanceof Event.PeerConfirmed(String name, Event.Verdict verdict)
                && name.equals(group.owner)
                && verdict == Event.Verdict.DEAD
                && group.priority() > 0) {
            transitions.takeOver(name + " died as it took over");
        }
    }

    private void saidWhileLingering(
            State.Lingering lingering, String name, MeshMessage.AboutGroup message) {
        if (message instanceof MeshMessage.GroupState state
                && state.state() == MeshMessage.State.ACTIVE) {
            group.owner = name;
            group.ownerTerm = state.term();
            if (group.tail.own().isEmpty()) {
                group.state = new State.Lingering(lingering.untilNanos(), name, true);
            } else {
                group.tail.keep();
                transitions.backup(name + " owns it, connections here go on");
            }
        } else if (message instanceof MeshMessage.Ask ask) {
            group.say(name, new MeshMessage.Answer(ask.group(), group.term, false));
        } else if (message instanceof MeshMessage.Release release
                && release.successor().equals(group.rules.node())
                && group.priority() > 0) {
            group.tail.offered(name, release.tail());
            transitions.takeOver(name + " gave it back: " + release.why());
        }
    }

    private boolean lingersOn;

    private void lingeringDue(State.Lingering lingering, long lateNanos) {
        boolean nodeDied = group.node.health() == NodeWatch.Health.ABSENT;
        if (group.now < lingering.untilNanos() && !nodeDied) {
            return;
        }
        boolean unread = lateNanos > group.advertNanos / 2 && !lingering.taken() && !lingersOn;
        if (unread && !nodeDied && !group.shuttingDown) {
            // A loop that comes late may not have read yet who has taken the group meanwhile.
            lingersOn = true;
            long until = group.now + group.advertNanos;
            group.state = new State.Lingering(until, lingering.successor(), false);
            return;
        }
        if (group.shuttingDown) {
            transitions.finish("vipd stops");
        } else if (!lingering.taken() && !nodeDied && unheard()) {
            transitions.cutOff(
                    "the gateway is lost, and " + lingering.successor() + " did not take it");
        } else if (!lingering.taken() && !nodeDied && group.priority() > 0) {
            transitions.takeOver(lingering.successor() + " did not take it");
        } else {
            group.act(new Action.DropLease());
            group.act(new Action.RemoveAddress());
            transitions.backup(lingering.taken() ? group.owner + " owns it" : "released");
        }
    }

    /** Whether nobody has answered what this node said when it released the group. */
    private boolean unheard() {
        return !group.gateway.answers() && group.lastHeardNanos() < group.sinceNanos;
    }

    private void faultDue(State.Fault fault) {
        if (group.now >= fault.retryNanos() && group.linkUp) {
            transitions.recover("trying again");
        }
    }

    private boolean mayLeave() {
        return !group.active() && !(group.state instanceof State.Lingering);
    }

    private boolean leaveSaid;

    private void letLeave() {
        group.letLeave = false;
        if (!leaveSaid) {
            leaveSaid = true;
            group.act(new Action.LetNodeLeave());
        }
    }
}
