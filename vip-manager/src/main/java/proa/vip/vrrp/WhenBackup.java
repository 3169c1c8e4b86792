package proa.vip.vrrp;

import proa.config.GroupConfig;
import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;

import java.time.Duration;

/**
 * The rules of a node that does not own the group: RFC 9568 §6.4.2, and when it may take it sooner
 * or must wait.
 */
final class WhenBackup {

    /**
     * Each standby waits for those before it this long, so that one of three takes over and not
     * two.
     */
    static final long RANK_NANOS = 20 * Timers.MILLI;

    /** More for each further group: what a takeover takes a busy loop, ten addresses to a group. */
    static final long GROUP_NANOS = Timers.MILLI;

    /**
     * The owner has this long to answer {@link MeshMessage.Ask}; asked so early that the answer is
     * due with the timer.
     */
    static final long ASK_NANOS = 100 * Timers.MILLI;

    /** A loop so late to a prompt takeover reads for as long what may have made it needless. */
    static final long LATE_NANOS = 5 * Timers.MILLI;

    /** A cold start waits for the tables to be synchronised at most this long. */
    static final long COLD_START_NANOS = 3 * Timers.SECOND;

    /** A node that hears nobody, not even its gateway, is more likely cut off than alone. */
    static final long ISOLATED_NANOS = 3 * Timers.SECOND;

    /** How long a node must have been ready before it asks the owner for the group. */
    static final long READY_NANOS = Timers.SECOND;

    /** An unanswered {@link MeshMessage.Request} is repeated this often. */
    static final long REQUEST_AGAIN_NANOS = Timers.SECOND;

    /** Whoever owns a group says so at least so often. */
    static final long CLAIM_NANOS = Group.SAY_AGAIN_NANOS;

    private final Group group;
    private final Transitions transitions;

    private boolean asked;
    private boolean grace;

    /** Until then a release may be older than the silence it was read after. */
    private long doubtUntilNanos = Long.MIN_VALUE;

    private boolean blocked;
    private long isolatedUntilNanos = Long.MAX_VALUE;
    private long promptNanos = Long.MAX_VALUE;
    private String promptWhy = "";
    private boolean promptWasLate;
    private long requestNanos;
    private long claimNanos = Long.MAX_VALUE;
    private String claim = "";

    WhenBackup(Group group, Transitions transitions) {
        this.group = group;
        this.transitions = transitions;
    }

    void entered() {
        asked = false;
        grace = false;
        blocked = false;
        isolatedUntilNanos = Long.MAX_VALUE;
        promptNanos = Long.MAX_VALUE;
        claimNanos = Long.MAX_VALUE;
    }

    void on(Event event, long lateNanos) {
        forgive(lateNanos);
        switch (event) {
            case Event.AdvertReceived received ->
                    group.peers
                            .sending(received.source())
                            .ifPresentOrElse(
                                    peer -> {
                                        group.compare(received);
                                        advert(peer, received.advert());
                                    },
                                    () -> group.strange(received.source()));
            case Event.MeshPeerSaid(String name, MeshMessage.AboutGroup message) ->
                    group.peers.named(name).ifPresent(peer -> said(peer, message));
            case Event.MeshPeerDown(String name, Event.Ending how) -> peerDown(name, how);
            case Event.PeerConfirmed(String name, Event.Verdict verdict) ->
                    confirmed(name, verdict);
            case Event.MoveRequested(String name, String by) -> group.passOn(name, by);
            case Event.AddressClaimed claimed -> claimed(claimed);
            case Event.Tick _,
                    Event.LinkState _,
                    Event.MeshPeerUp _,
                    Event.NodeConnected _,
                    Event.NodeHeartbeat _,
                    Event.NodeReadiness _,
                    Event.NodeLooked _,
                    Event.NodeGone _,
                    Event.NodeLeaving _,
                    Event.NodeDrained _,
                    Event.GatewayProbed _,
                    Event.Tracked _,
                    Event.Drain _,
                    Event.ActionFailed _,
                    Event.Shutdown _ -> {}
        }
    }

    /** What is due by now, whatever the event was. */
    void due() {
        if (group.state instanceof State.Backup backup) {
            if (group.now >= promptNanos) {
                takePromptly();
            } else if (group.now >= backup.activeDownNanos()) {
                activeDown();
            } else if (group.now >= askNanos(backup)) {
                ask();
            }
            requestIfPreferred();
            tellClaimIfDue();
        }
    }

    long deadlineNanos() {
        if (!(group.state instanceof State.Backup backup)) {
            return Long.MAX_VALUE;
        }
        long timer =
                group.now >= backup.activeDownNanos()
                        ? blockedUntilNanos()
                        : Math.min(backup.activeDownNanos(), askNanos(backup));
        long prompt = group.priority() == 0 ? Long.MAX_VALUE : promptNanos;
        return Math.min(Math.min(timer, prompt), Math.min(wantsGroupNanos(), claimNanos));
    }

    // --- advertisements

    private void advert(PeerBook.Peer peer, VrrpAdvert advert) {
        if (advert.priority() == 0) {
            priorityZero(peer);
        } else if (peer.speaksMesh()
                || !preempts()
                || advert.priority() >= group.advertPriority()) {
            group.ownerIntervalNanos = Timers.interval(advert.intervalCentis());
            group.advertisedBy(peer.name());
            ownerLives();
            if (group.owner.isEmpty()
                    || !group.ownerPeer().map(PeerBook.Peer::owns).orElse(false)) {
                group.owner = peer.name();
            }
        }
    }

    /**
     * RFC 9568 §6.4.2. While the mesh lives its Release counts, and a forged priority 0 only makes
     * this node ask.
     */
    private void priorityZero(PeerBook.Peer peer) {
        group.gaveUp(peer.name());
        if (!peer.connected()) {
            waitFor(skewNanos());
        } else if (peer.name().equals(group.owner)) {
            waitAtMost(ASK_NANOS);
        }
    }

    /** Only a plain VRRP router is pre-empted by advertisements; ours are asked over the mesh. */
    private boolean preempts() {
        return group.rules.priority() == GroupRules.OWNER_PRIORITY
                || (group.ready() && group.now >= readyNanos());
    }

    private void ownerLives() {
        group.ownerHeardNanos = group.now;
        asked = false;
        grace = false;
        blocked = false;
        isolatedUntilNanos = Long.MAX_VALUE;
        promptNanos = Long.MAX_VALUE;
        waitFor(group.skew.activeDown(Math.max(1, group.priority()), group.ownerIntervalNanos));
    }

    // --- the mesh

    private void said(PeerBook.Peer peer, MeshMessage.AboutGroup message) {
        switch (message) {
            case MeshMessage.GroupState state -> groupState(peer, state);
            case MeshMessage.Release release -> released(peer, release);
            case MeshMessage.Ask ask ->
                    group.say(peer.name(), new MeshMessage.Answer(ask.group(), group.term, false));
            case MeshMessage.Answer answer -> answered(peer, answer);
            case MeshMessage.Request _, MeshMessage.Move _, MeshMessage.TailOver _ -> {}
        }
    }

    private void groupState(PeerBook.Peer peer, MeshMessage.GroupState state) {
        boolean wasOwner = peer.name().equals(group.owner);
        if (state.state() == MeshMessage.State.ACTIVE) {
            if (wasOwner
                    || state.term() >= group.ownerTerm
                    || !group.ownerPeer().map(PeerBook.Peer::owns).orElse(false)) {
                group.owner = peer.name();
                group.ownerTerm = state.term();
                ownerLives();
            }
        } else if (wasOwner && state.term() >= group.ownerTerm) {
            noLongerOwns(peer.name());
        }
    }

    /**
     * The owner says that it is none any more. If it made way for one that this node hears too, but
     * has no mesh connection to, nobody else is to take the group.
     */
    private void noLongerOwns(String name) {
        group.owner = group.advertisedByOther(name);
        if (group.owner.isEmpty()) {
            waitAtMost(skewNanos());
        }
    }

    /**
     * The successor moves at once; the others are there should it fail. A loop that came late may
     * have missed that one of them did: it reads what else is there first.
     */
    private void released(PeerBook.Peer peer, MeshMessage.Release release) {
        group.peers.released(peer);
        group.gaveUp(peer.name());
        if (release.term() < group.ownerTerm) {
            return;
        }
        String why = peer.name() + " released it: " + release.why();
        boolean toThis = release.successor().equals(group.rules.node());
        if (toThis && group.now >= doubtUntilNanos) {
            group.owner = "";
            group.ownerHeardNanos = group.now;
            group.tail.offered(peer.name(), release.tail());
            takeOverIfAble(why);
            group.pinned = release.pinned() && group.active();
        } else if (release.successor().isEmpty()) {
            group.owner = "";
            promptly(why);
        } else if (toThis) {
            group.owner = "";
            waitAtMost(group.advertNanos + skewNanos());
        } else {
            // It may have moved, and its word be late: its lease is to be over before anybody else
            // moves. Should it fail, the one that released it takes it back.
            group.owner = release.successor();
            waitFor(group.skew.activeDown(Math.max(1, group.priority()), group.advertNanos));
        }
    }

    private void answered(PeerBook.Peer peer, MeshMessage.Answer answer) {
        if (!peer.name().equals(group.owner)) {
            return;
        }
        if (answer.keep()) {
            ownerLives();
        } else {
            waitAtMost(skewNanos());
        }
    }

    private void peerDown(String name, Event.Ending how) {
        if (!name.equals(group.owner)) {
            return;
        }
        switch (how) {
            case BROKEN -> group.act(new Action.ConfirmPeer(name));
            case LEFT -> waitAtMost(skewNanos());
            case SILENT -> {}
        }
    }

    private void confirmed(String name, Event.Verdict verdict) {
        boolean back = group.peers.named(name).map(PeerBook.Peer::connected).orElse(true);
        if (verdict == Event.Verdict.DEAD && name.equals(group.owner) && !back) {
            group.owner = "";
            group.gaveUp(name);
            promptly("the vipd of " + name + " died");
        }
    }

    // --- taking over

    private void promptly(String why) {
        promptWhy = why;
        promptWasLate = false;
        promptNanos =
                group.now
                        + group.rankNanos
                                * group.peers.rankOf(
                                        group.priority(), group.rules.priority(), group.now);
    }

    /** Those before this node have moved, perhaps, while its loop could not read that they did. */
    private void takePromptly() {
        boolean late = group.now - promptNanos > LATE_NANOS;
        if (late && !promptWasLate) {
            promptWasLate = true;
            promptNanos = group.now + LATE_NANOS;
        } else {
            promptNanos = Long.MAX_VALUE;
            takeOverIfAble(promptWhy);
        }
    }

    private void takeOverIfAble(String why) {
        if (group.priority() > 0) {
            transitions.takeOver(why);
        }
    }

    private void ask() {
        asked = true;
        group.ownerPeer()
                .filter(PeerBook.Peer::connected)
                .ifPresent(
                        peer -> {
                            group.say(
                                    peer.name(),
                                    new MeshMessage.Ask(group.rules.group(), group.ownerTerm));
                            if (group.gateway.askNow(group.now)) {
                                group.act(new Action.ProbeGateway());
                            }
                        });
    }

    /**
     * Active_Down_Timer has fired (RFC 9568 §6.4.2): nobody owns the group as far as this node can
     * tell.
     */
    private void activeDown() {
        if (!group.gateway.answeredLast() && isolatedUntilNanos == Long.MAX_VALUE) {
            boolean alone =
                    !group.peers.heardOtherThan(group.owner, group.now - 2 * Group.SAY_AGAIN_NANOS);
            isolatedUntilNanos = alone ? group.now + ISOLATED_NANOS : group.now;
        }
        if (blockedUntilNanos() > group.now) {
            blocked = true;
        } else if (blocked) {
            blocked = false;
            waitFor(skewNanos());
        } else {
            String last = group.owner.isEmpty() ? "nobody owns it" : group.owner + " is silent";
            transitions.takeOver(last);
        }
    }

    /** When a node whose Active_Down_Timer has fired may act on it. */
    private long blockedUntilNanos() {
        if (group.priority() == 0) {
            return Long.MAX_VALUE;
        }
        long cold = group.node.connectedNanos() + COLD_START_NANOS;
        long synchronised = group.node.ready() || group.ownerTerm > 0 ? group.now : cold;
        boolean isolated = isolatedUntilNanos != Long.MAX_VALUE && !group.gateway.answeredLast();
        long reaching = Math.max(group.cutOffUntilNanos, isolated ? isolatedUntilNanos : group.now);
        return Math.max(synchronised, reaching);
    }

    // --- a stranger's claim

    /**
     * A known owner sees to it itself. Where none is known this may be the announcement of a peer
     * that takes over, whose word follows.
     */
    private void claimed(Event.AddressClaimed claimed) {
        if (group.owner.isEmpty() && claimNanos == Long.MAX_VALUE) {
            claim = claimed.by() + " has " + claimed.address().getHostAddress();
            claimNanos = group.now + CLAIM_NANOS;
        }
    }

    private void tellClaimIfDue() {
        if (group.now >= claimNanos) {
            claimNanos = Long.MAX_VALUE;
            if (group.owner.isEmpty()) {
                group.claimant = claim;
                group.alarmOfClaim(claim, ", though nobody is known to own the group");
            }
        }
    }

    // --- failback

    private void requestIfPreferred() {
        if (group.now < wantsGroupNanos()) {
            return;
        }
        requestNanos = group.now + REQUEST_AGAIN_NANOS;
        group.say(
                group.owner,
                new MeshMessage.Request(
                        group.rules.group(),
                        group.ownerTerm,
                        group.rules.node() + " is preferred"));
    }

    /** When to ask the owner for the group, {@link Long#MAX_VALUE}: not wanted. */
    private long wantsGroupNanos() {
        PeerBook.Peer owner = group.ready() ? group.ownerPeer().orElse(null) : null;
        boolean preferred =
                owner != null
                        && owner.owns()
                        && owner.configuredPriority() < group.rules.priority();
        return preferred ? Math.max(readyNanos(), requestNanos) : Long.MAX_VALUE;
    }

    /** When this node has been ready for as long as failback wants. */
    private long readyNanos() {
        return switch (group.rules.failback()) {
            case GroupConfig.Failback.Never() -> Long.MAX_VALUE;
            case GroupConfig.Failback.AtOnce() -> group.node.readySinceNanos() + READY_NANOS;
            case GroupConfig.Failback.After(Duration delay) ->
                    group.node.readySinceNanos() + Math.max(READY_NANOS, delay.toNanos());
        };
    }

    // --- the timer

    /**
     * A loop that comes late has adverts unread: it gets one more interval before it believes its
     * timer.
     */
    private void forgive(long lateNanos) {
        if (lateNanos > group.advertNanos) {
            doubtUntilNanos = group.now + group.advertNanos;
        }
        if (lateNanos > group.advertNanos / 2
                && !grace
                && group.state instanceof State.Backup backup) {
            grace = true;
            long wait =
                    Math.max(backup.activeDownNanos() - group.now, group.advertNanos + skewNanos());
            waitFor(wait);
        }
    }

    private long askNanos(State.Backup backup) {
        return asked
                ? Long.MAX_VALUE
                : backup.activeDownNanos() - Math.min(ASK_NANOS, group.ownerIntervalNanos);
    }

    private long skewNanos() {
        return group.skew.nanos(Math.max(1, group.priority()), group.ownerIntervalNanos);
    }

    private void waitFor(long nanos) {
        if (group.state instanceof State.Backup) {
            group.state = new State.Backup(group.now + nanos);
        }
    }

    private void waitAtMost(long nanos) {
        if (group.state instanceof State.Backup backup) {
            group.state = new State.Backup(Math.min(backup.activeDownNanos(), group.now + nanos));
        }
    }
}
