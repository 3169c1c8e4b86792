package proa.vip.vrrp;

import org.jspecify.annotations.Nullable;

import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of the owner: RFC 9568 §6.4.3, when it must give the group up, and when it must not
 * although it is unwell.
 */
final class WhenActive {

    /**
     * A new owner keeps the group this long before it moves for a wish or a lost gateway: no
     * flapping.
     */
    static final long TENURE_NANOS = Timers.SECOND;

    /** Two owners that answer each other's advertisements must not flood the wire. */
    static final long ASSERT_AGAIN_NANOS = 10 * Timers.MILLI;

    /**
     * An owner that lost its gateway counts as never having lost it after so long without a miss.
     */
    static final long GATEWAY_FORGIVEN_NANOS = 10 * Timers.SECOND;

    /** An owner for so long has overcome what made it fail before. */
    static final long SETTLED_NANOS = 60 * Timers.SECOND;

    /**
     * How long to wait for {@link Event.PeerConfirmed} before a rival's advertisements are
     * believed.
     */
    static final long CONFIRM_NANOS = 100 * Timers.MILLI;

    /** Two that claim one address must not fill the wire. */
    static final long RECLAIM_AGAIN_NANOS = Timers.SECOND;

    /** Strangers named at a time. */
    private static final int CLAIMS_MAX = 8;

    private final Group group;
    private final Transitions transitions;

    /** Who asked whether the group is kept, while the gateway is probed for the answer. */
    private final Set<String> asking = new LinkedHashSet<>();

    /** When each peer may be corrected again. */
    private final Map<String, Long> correctNanos = new HashMap<>();

    private long assertNanos = Long.MIN_VALUE;
    private long outgrowNanos = Long.MIN_VALUE;
    private long reclaimNanos = Long.MAX_VALUE;
    private long reclaimAgainNanos = Long.MIN_VALUE;
    private final Set<String> claims = new LinkedHashSet<>();
    private @Nullable String rival;
    private long rivalIntervalNanos;
    private long believeRivalNanos = Long.MAX_VALUE;
    private boolean alarmed;
    private final Hesitation hesitation = new Hesitation();

    WhenActive(Group group, Transitions transitions) {
        this.group = group;
        this.transitions = transitions;
    }

    void entered() {
        asking.clear();
        rival = null;
        believeRivalNanos = Long.MAX_VALUE;
        reclaimNanos = Long.MAX_VALUE;
        claims.clear();
        alarmed = false;
    }

    void on(Event event) {
        switch (event) {
            case Event.AdvertReceived received ->
                    group.peers
                            .sending(received.source())
                            .ifPresentOrElse(
                                    peer -> {
                                        group.compare(received);
                                        advert(peer, received);
                                    },
                                    () -> group.strange(received.source()));
            case Event.MeshPeerSaid(String name, MeshMessage.AboutGroup message) ->
                    group.peers.named(name).ifPresent(peer -> said(peer, message));
            case Event.PeerConfirmed(String name, Event.Verdict verdict) ->
                    confirmed(name, verdict);
            case Event.GatewayProbed(boolean answered) -> probed(answered);
            case Event.MoveRequested(String name, String by) -> moveRequested(name, by);
            case Event.AddressClaimed claimed -> claimed(claimed);
            case Event.NodeConnected _ -> alarmed = false;
            case Event.Tick _,
                    Event.LinkState _,
                    Event.MeshPeerUp _,
                    Event.MeshPeerDown _,
                    Event.NodeHeartbeat _,
                    Event.NodeReadiness _,
                    Event.NodeLooked _,
                    Event.NodeGone _,
                    Event.NodeLeaving _,
                    Event.NodeDrained _,
                    Event.Tracked _,
                    Event.Drain _,
                    Event.ActionFailed _,
                    Event.Shutdown _ -> {}
        }
    }

    /** What is due by now, whatever the event was. */
    void due() {
        if (group.now >= believeRivalNanos && rival != null) {
            believe(
                    rival,
                    rivalIntervalNanos,
                    rival + " advertises with a higher priority and cannot be asked");
        }
        handOverIfUnfit();
        if (group.state instanceof State.Active active) {
            keepGateway();
            reclaimIfDue();
            transitions.announceIfDue();
            if (group.now >= active.advertNanos()) {
                advertise(active);
            }
        }
    }

    long deadlineNanos() {
        return group.state instanceof State.Active active
                ? Math.min(
                        Math.min(active.advertNanos(), believeRivalNanos),
                        Math.min(reclaimNanos, group.announcements.deadlineNanos()))
                : Long.MAX_VALUE;
    }

    /** RFC 9568 §6.4.3, Adver_Timer. The lease first: what is advertised must still be held. */
    private void advertise(State.Active active) {
        long next =
                Math.max(
                        active.advertNanos() + group.advertNanos,
                        group.now + group.advertNanos / 2);
        group.state = new State.Active(active.term(), active.sinceNanos(), next);
        group.act(new Action.RenewLease(group.leaseMillis()));
        if (!group.quiet) {
            group.act(new Action.SendAdvert(group.advertPriority()));
        }
        if (group.now - active.sinceNanos() >= SETTLED_NANOS) {
            transitions.wentWell();
        }
    }

    // --- a rival's advertisements

    private void advert(PeerBook.Peer peer, Event.AdvertReceived received) {
        VrrpAdvert advert = received.advert();
        long intervalNanos = Timers.interval(advert.intervalCentis());
        if (peer.connected() && advert.priority() > 0) {
            // Over the mesh the two claims decide; an advertisement alone, perhaps a forged one,
            // decides nothing.
            correct(peer);
        } else if (!prevails(advert.priority(), received.source())) {
            assertOwnership();
        } else if (peer.speaksMesh()) {
            confirmRival(peer, intervalNanos);
        } else {
            String why = peer.name() + " advertises with priority " + advert.priority();
            believe(peer.name(), intervalNanos, why);
        }
    }

    /**
     * RFC 9568 §6.4.3: whose advertisement prevails is the owner, and its interval counts. That of
     * one that is discarded does not: it may be forged, and 40 s long.
     */
    private void believe(String peer, long intervalNanos, String why) {
        group.ownerIntervalNanos = intervalNanos;
        transitions.yieldTo(peer, why);
    }

    /**
     * Says who owns the group to a peer that seems to be mistaken. A flood of advertisements in its
     * name must not fill its queue.
     */
    private void correct(PeerBook.Peer peer) {
        if (group.now >= correctNanos.getOrDefault(peer.name(), Long.MIN_VALUE)) {
            correctNanos.put(peer.name(), group.now + ASSERT_AGAIN_NANOS);
            group.sayStateTo(peer);
        }
    }

    /** RFC 9568 §6.4.3: the greater priority, and the greater address when they are equal. */
    private boolean prevails(int priority, InetAddress source) {
        int own = group.advertPriority();
        return priority > own
                || (priority == own
                        && Arrays.compareUnsigned(
                                        source.getAddress(),
                                        group.rules.ownLike(source).getAddress())
                                > 0);
    }

    /**
     * RFC 9568 §6.4.3: an advertisement at once, and the address announced again in case caches
     * were misled. A flood of advertisements is answered only so often.
     */
    private void assertOwnership() {
        if (group.state instanceof State.Active active && group.now >= assertNanos) {
            assertNanos = group.now + ASSERT_AGAIN_NANOS;
            advertise(new State.Active(active.term(), active.sinceNanos(), group.now));
            group.act(new Action.Announce());
        }
    }

    /**
     * Without the mesh only the priority decides, once it is clear that the peer's vipd is not
     * known to be dead.
     */
    private void confirmRival(PeerBook.Peer peer, long intervalNanos) {
        if (rival == null) {
            rival = peer.name();
            rivalIntervalNanos = intervalNanos;
            believeRivalNanos = group.now + CONFIRM_NANOS;
            group.act(new Action.ConfirmPeer(peer.name()));
        }
    }

    private void confirmed(String name, Event.Verdict verdict) {
        if (!name.equals(rival)) {
            return;
        }
        rival = null;
        believeRivalNanos = Long.MAX_VALUE;
        switch (verdict) {
            case DEAD ->
                    group.alarm(
                            "ignored advertisements in the name of "
                                    + name
                                    + ", whose vipd is not running");
            case ALIVE, UNKNOWN ->
                    believe(
                            name,
                            rivalIntervalNanos,
                            name + " advertises with a higher priority and has no mesh connection");
        }
    }

    // --- the mesh

    private void said(PeerBook.Peer peer, MeshMessage.AboutGroup message) {
        switch (message) {
            case MeshMessage.GroupState state -> groupState(peer, state);
            case MeshMessage.Ask ask -> asked(peer);
            case MeshMessage.Request request -> requested(peer, request);
            case MeshMessage.Move move -> moveRequested(move.node(), move.by());
            case MeshMessage.Release _, MeshMessage.Answer _, MeshMessage.TailOver _ -> {}
        }
    }

    private void groupState(PeerBook.Peer peer, MeshMessage.GroupState state) {
        Claim theirs = new Claim(state.gatewayKept(), state.term(), peer.configuredPriority());
        if (state.state() != MeshMessage.State.ACTIVE) {
            outgrow(state.term());
        } else if (theirs.beats(group.claim())) {
            group.ownerTerm = state.term();
            transitions.yieldTo(peer.name(), peer.name() + " owns it at term " + state.term());
        } else {
            outgrow(state.term());
            group.sayStateTo(peer);
            group.act(new Action.SendAdvert(group.advertPriority()));
            group.announcements.start(group.now);
        }
    }

    /**
     * No standby may know a higher term than the owner's, or the owner's next claim would look old.
     * Two owners that only a third node can talk to would outgrow each other through it with every
     * message: once an advertisement is enough, as standbys speak again each second.
     */
    private void outgrow(long known) {
        if (group.state instanceof State.Active active
                && known > active.term()
                && group.now >= outgrowNanos
                && group.gateway.answers()) {
            outgrowNanos = group.now + group.advertNanos;
            group.term = known + 1;
            group.ownerTerm = group.term;
            group.state = new State.Active(group.term, active.sinceNanos(), active.advertNanos());
        }
    }

    /**
     * "Do you keep it?" Only if the gateway answers now: an owner whose cable is cut must not keep
     * it by talking over another.
     */
    private void asked(PeerBook.Peer peer) {
        if (!group.gateway.tracked()) {
            group.say(peer.name(), new MeshMessage.Answer(group.rules.group(), group.term, true));
            return;
        }
        asking.add(peer.name());
        if (group.gateway.askNow(group.now)) {
            group.act(new Action.ProbeGateway());
        }
    }

    private void probed(boolean answered) {
        boolean keep = answered || group.gateway.answeredLast();
        for (String name : asking) {
            group.say(name, new MeshMessage.Answer(group.rules.group(), group.term, keep));
        }
        boolean given = !keep && !asking.isEmpty();
        asking.clear();
        if (given) {
            group.peers
                    .successor(false, group.now)
                    .ifPresent(
                            peer ->
                                    transitions.handOverGently(
                                            peer.name(), "no gateway, and no longer heard"));
        }
    }

    private void requested(PeerBook.Peer peer, MeshMessage.Request request) {
        boolean settled =
                group.state instanceof State.Active active
                        && active.term() == request.term()
                        && group.now - active.sinceNanos() >= TENURE_NANOS;
        boolean preferred = peer.configuredPriority() > group.rules.priority();
        if (settled && preferred && !group.pinned && peer.priority() == peer.configuredPriority()) {
            transitions.handOverGently(peer.name(), request.why());
        }
    }

    private void moveRequested(String name, String by) {
        if (name.isEmpty()) {
            group.pinned = false;
            group.peers
                    .preferredTo(group.rules.priority(), group.now)
                    .ifPresentOrElse(
                            peer ->
                                    transitions.handOverGently(
                                            peer.name(), by + " wants it where the file does"),
                            () ->
                                    group.log(
                                            Action.Level.INFO,
                                            by + ": the file prefers no other ready node"));
        } else if (name.equals(group.rules.node())) {
            group.pinned = true;
            group.log(Action.Level.INFO, by + " keeps it here");
        } else {
            String lacks =
                    group.peers
                            .named(name)
                            .map(peer -> peer.unableWhy(group.now))
                            .orElse("no node of that name may own it");
            if (lacks.isEmpty()) {
                transitions.handOverGently(name, by + " moved it", true);
            } else {
                group.log(Action.Level.WARNING, "not moved to " + name + ": " + lacks);
            }
        }
    }

    // --- a stranger's claim

    /**
     * The announcement of a peer that takes over looks like a stranger's: it is told from one by
     * whether this node still owns the group when the peer's word must have arrived.
     */
    private void claimed(Event.AddressClaimed claimed) {
        if (claims.size() < CLAIMS_MAX) {
            claims.add(claimed.by() + " also claims " + claimed.address().getHostAddress());
        }
        if (reclaimNanos == Long.MAX_VALUE) {
            reclaimNanos = Math.max(group.now + 3 * group.advertNanos, reclaimAgainNanos);
        }
    }

    /** Caches that the stranger has misled are put right. */
    private void reclaimIfDue() {
        if (group.now >= reclaimNanos) {
            reclaimNanos = Long.MAX_VALUE;
            reclaimAgainNanos = group.now + RECLAIM_AGAIN_NANOS;
            for (String claim : claims) {
                group.conflicts++;
                group.claimant = claim;
                group.alarmOfClaim(claim, ": announced again");
            }
            claims.clear();
            if (!group.quiet) {
                group.act(new Action.Announce());
            }
        }
    }

    // --- the owner's own health

    /** Why it should not be the owner, if it should not. */
    private @Nullable String unfitWhy() {
        if (group.shuttingDown) {
            return "vipd stops";
        }
        if (group.node.health() != NodeWatch.Health.SERVING) {
            return group.node.healthText();
        }
        if (group.draining) {
            return "drained";
        }
        return group.gateway.answers() ? null : "the gateway is lost";
    }

    /**
     * Hands over as soon as there is somebody to take it; until then an unfit owner is better than
     * none.
     */
    private void handOverIfUnfit() {
        String unfitWhy = unfitWhy();
        if (unfitWhy == null || !(group.state instanceof State.Active active)) {
            alarmed = false;
            handOverIfOutscored();
            return;
        }
        boolean leaves = group.shuttingDown || group.node.health() == NodeWatch.Health.LEAVING;
        boolean dead = group.node.health() == NodeWatch.Health.ABSENT;
        boolean onPurpose = leaves || (group.draining && !dead);
        boolean gatewayOnly = !onPurpose && group.node.health() == NodeWatch.Health.SERVING;
        if (gatewayOnly && group.now - active.sinceNanos() < TENURE_NANOS) {
            return;
        }
        boolean stuck = !onPurpose && group.node.health() == NodeWatch.Health.STUCK;
        Optional<PeerBook.Peer> successor = group.peers.successor(dead || leaves, group.now);
        if (successor.isEmpty() && !leaves && group.cutOff(active.sinceNanos())) {
            transitions.cutOff("neither the gateway nor another node is heard");
        } else if (successor.isEmpty()) {
            keepUnfit(
                    unfitWhy, unfitWhy + ", and no other node is ready: this one keeps the group");
        } else if (stuck && !group.node.stuckFor(hesitation.nanos(group.now), group.now)) {
            keepUnfit(
                    unfitWhy,
                    unfitWhy + ", and the group has just moved for that: it stays a while");
        } else if (onPurpose || gatewayOnly) {
            transitions.handOverGently(successor.get().name(), unfitWhy);
        } else {
            if (stuck) {
                hesitation.moved(group.now);
            }
            transitions.handOverNow(successor.get().name(), unfitWhy);
        }
    }

    /** What is tracked has lowered this node below another. */
    private void handOverIfOutscored() {
        if (group.trackedHandicap > 0
                && group.state instanceof State.Active active
                && group.now - active.sinceNanos() >= TENURE_NANOS) {
            group.peers
                    .better(group.priority(), group.now)
                    .ifPresent(peer -> transitions.handOverGently(peer.name(), group.trackedWhy));
        }
    }

    private void keepUnfit(String unfitWhy, String alarm) {
        if (group.shuttingDown) {
            transitions.handOverGently("", unfitWhy);
            return;
        }
        if (!alarmed) {
            alarmed = true;
            group.log(Action.Level.ALARM, alarm);
        }
        if (group.node.health() == NodeWatch.Health.LEAVING) {
            group.letLeave = true;
        }
    }

    private void keepGateway() {
        if (!group.gateway.answers()) {
            group.gatewayKept = false;
        } else if (!group.gatewayKept
                && group.gateway.answeredFor(GATEWAY_FORGIVEN_NANOS, group.now)) {
            group.gatewayKept = true;
        }
    }
}
