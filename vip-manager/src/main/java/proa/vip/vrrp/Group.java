package proa.vip.vrrp;

import org.jspecify.annotations.Nullable;

import proa.config.link.LinkMessage;
import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;
import proa.vip.packet.VrrpCodec;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the parts of the machine share: the facts about this group, and the list of actions under
 * way.
 */
final class Group {

    /** Said again this often though nothing changed, so that a peer's picture is never older. */
    static final long SAY_AGAIN_NANOS = Timers.SECOND;

    /** A node that is not ready, or has lost its gateway, goes behind all that are. */
    static final int HANDICAP = 100;

    /** A node says something each second; silence of all for longer is theirs or the network's. */
    private static final long SILENT_NANOS = SAY_AGAIN_NANOS * 3 / 2;

    /** What is lost within this time is lost for one reason. */
    private static final long TOGETHER_NANOS = 3 * Timers.SECOND;

    /** A node that is cut off stands back for so long at most. */
    static final long CUT_OFF_NANOS = 60 * Timers.SECOND;

    private static final long ALARM_EVERY_NANOS = 60 * Timers.SECOND;

    final GroupRules rules;
    final Skew skew;
    final NodeWatch node;
    final GatewayWatch gateway;
    final PeerBook peers;
    final Announcements announcements = new Announcements();
    final Tail tail = new Tail(this);
    final long advertNanos;

    State state = new State.Initialize();
    long now;
    long term;
    String owner = "";
    long ownerTerm;

    /** Each standby waits for those before it this long. */
    long rankNanos = WhenBackup.RANK_NANOS;

    /** RFC 9568 §6.1's Active_Adver_Interval, learned from the owner's advertisements. */
    long ownerIntervalNanos;

    /** Who advertised last, and when; empty: nobody, or it has given the group up since. */
    private String advertiser = "";

    private long advertisedNanos = Long.MIN_VALUE / 2;

    /** Until then this node takes it that it is cut off and others serve. */
    long cutOffUntilNanos = Long.MIN_VALUE;

    /** For an owner that may be cut off: it answers who asks, and tells nobody anything. */
    boolean quiet;

    private boolean reachedWhileQuiet;

    /** When an owner was last heard, {@link Long#MIN_VALUE}: never. */
    long ownerHeardNanos = Long.MIN_VALUE;

    /** An operator put the group here: it stays though the file prefers another node. */
    boolean pinned;

    /** What tracking takes off the priority now, and why. */
    int trackedHandicap;

    String trackedWhy = "";

    boolean linkUp = true;
    boolean draining;
    boolean shuttingDown;
    boolean letLeave;

    /** For an owner: whether its gateway has answered ever since it took the group. */
    boolean gatewayKept = true;

    /** When an address without a lease is taken off; {@link Long#MAX_VALUE}: there is none. */
    long addressUntilNanos = Long.MAX_VALUE;

    /** How often a stranger's claim was answered, and the last such claim. */
    long conflicts;

    String claimant = "";

    String why = "not started";
    long sinceNanos;

    private List<Action> out = new ArrayList<>();
    private MeshMessage.@Nullable GroupState said;
    private long sayAgainNanos = Long.MAX_VALUE;
    private LinkMessage.@Nullable Ownership told;
    private final AlarmLimit<String> alarms = new AlarmLimit<>(ALARM_EVERY_NANOS);
    private final AlarmLimit<InetAddress> strangers = new AlarmLimit<>(ALARM_EVERY_NANOS);
    private final AlarmLimit<String> claimants = new AlarmLimit<>(ALARM_EVERY_NANOS);

    Group(GroupRules rules, Skew skew) {
        this.skew = skew;
        this.rules = rules;
        this.gateway = new GatewayWatch(rules.gatewayTracked());
        this.peers = new PeerBook(rules.peers());
        this.advertNanos = rules.advertInterval().toNanos();
        this.node = new NodeWatch(advertNanos);
        this.ownerIntervalNanos = advertNanos;
    }

    /** How far this node could serve: 0 not at all, up to its configured priority. */
    int priority() {
        boolean able =
                linkUp
                        && !draining
                        && !shuttingDown
                        && node.health() == NodeWatch.Health.SERVING
                        && !(state instanceof State.Fault);
        if (!able || rules.priority() == 0) {
            return 0;
        }
        if (rules.priority() == GroupRules.OWNER_PRIORITY) {
            return GroupRules.OWNER_PRIORITY;
        }
        int handicap = (node.ready() ? 0 : HANDICAP) + (gateway.answers() ? 0 : HANDICAP);
        return Math.max(1, rules.priority() - handicap - trackedHandicap);
    }

    /** The priority in advertisements; 0 would give the group up. */
    int advertPriority() {
        return Math.max(1, priority());
    }

    /** Whether it would take the group voluntarily. */
    boolean ready() {
        return priority() == rules.priority() && node.ready() && gateway.answers();
    }

    long leaseMillis() {
        return Action.RenewLease.millisOf(advertNanos);
    }

    Claim claim() {
        return new Claim(gatewayKept, term, rules.priority());
    }

    boolean active() {
        return state instanceof State.Active;
    }

    /** A peer advertises the group. */
    void advertisedBy(String peer) {
        advertiser = peer;
        advertisedNanos = now;
    }

    /** A peer does not own the group any more. */
    void gaveUp(String peer) {
        advertiser = advertiser.equals(peer) ? "" : advertiser;
    }

    /** Another node than that one which has just advertised the group; empty: none. */
    String advertisedByOther(String than) {
        boolean lately = now - advertisedNanos <= ownerIntervalNanos * 3 / 2;
        return lately && !advertiser.equals(than) ? advertiser : "";
    }

    /**
     * Whether this node is cut off rather than alone: it has lost its gateway, hears none of the
     * others any more, and both at about the same time, as an owner of so long.
     */
    boolean cutOff(long ownerSinceNanos) {
        long heard = lastHeardNanos();
        return !gateway.answers()
                && now - heard > SILENT_NANOS
                && Math.abs(heard - gateway.answeredNanos()) <= TOGETHER_NANOS
                && heard >= ownerSinceNanos - TOGETHER_NANOS;
    }

    /** When any other node was heard last. */
    long lastHeardNanos() {
        return Math.max(peers.lastHeardNanos(), advertisedNanos);
    }

    /**
     * Somebody is heard, or the gateway answers: a node that was cut off is not any more. It
     * listens for an owner before it is one again.
     */
    void reached() {
        if (cutOffUntilNanos != Long.MIN_VALUE) {
            cutOffUntilNanos = Long.MIN_VALUE;
            if (state instanceof State.Backup) {
                long wait = skew.activeDown(Math.max(1, priority()), ownerIntervalNanos);
                state = new State.Backup(now + wait);
            }
        }
        reachedWhileQuiet = quiet;
    }

    /** Whether a quiet owner has heard somebody and must listen before it goes on; once. */
    boolean listensFirst() {
        boolean listens = reachedWhileQuiet && quiet && active();
        reachedWhileQuiet = false;
        return listens;
    }

    Optional<PeerBook.Peer> ownerPeer() {
        return peers.named(owner);
    }

    // --- what goes out

    void act(Action action) {
        out.add(action);
    }

    void log(Action.Level level, String text) {
        out.add(new Action.Log(level, text));
    }

    /** An alarm that may come with every packet, of which there are few: each one once a minute. */
    void alarm(String text) {
        alarm(alarms, text, text);
    }

    /** Somebody has an address of the group, by a hardware address that anybody may invent. */
    void alarmOfClaim(String claim, String text) {
        alarm(claimants, claim, claim + text);
    }

    private <K> void alarm(AlarmLimit<K> limit, K kind, String text) {
        if (limit.due(kind, now)) {
            log(Action.Level.ALARM, text + limit.more());
        }
    }

    /**
     * An advertisement came from somebody who is not listed. A member's link-local address is known
     * only once it has greeted.
     */
    void strange(InetAddress source) {
        if (!source.isLinkLocalAddress() || peers.allHaveGreeted()) {
            String text = "ignored an advertisement of unlisted " + source.getHostAddress();
            alarm(strangers, source, text);
        }
    }

    /**
     * What a listed sender says of the group beside what this file says: where they differ somebody
     * is wrong. It is believed all the same (RFC 9568 §7.1), because a group that two own would be
     * worse.
     */
    void compare(Event.AdvertReceived received) {
        compareAddresses(received);
        compareInterval(received);
        if (received.advert().priority() == GroupRules.OWNER_PRIORITY
                && rules.priority() == GroupRules.OWNER_PRIORITY) {
            alarm(
                    received.source().getHostAddress()
                            + " advertises with priority 255 as this node does: only one router"
                            + " can be the address owner");
        }
    }

    /** Version 2 says whole seconds. */
    private void compareInterval(Event.AdvertReceived received) {
        int theirs = received.advert().intervalCentis();
        int ours = (int) (advertNanos / Timers.interval(1));
        if (received.version() != VrrpCodec.VERSION) {
            ours = Math.min(VrrpAdvert.INTERVAL_CENTIS_MAX, Math.ceilDiv(ours, 100) * 100);
        }
        if (theirs != ours) {
            String text =
                    received.source().getHostAddress()
                            + " advertises every "
                            + theirs * 10
                            + " ms, and this file says "
                            + ours * 10
                            + " ms: its silence is noticed after three of its own";
            alarm(alarms, received.source() + " interval", text);
        }
    }

    private void compareAddresses(Event.AdvertReceived received) {
        List<InetAddress> theirs = received.advert().addresses();
        if (AddressList.differs(rules.virtualAddresses(), theirs)) {
            // One of its lines a minute, whatever it, or who speaks in its name, lists next.
            String source = received.source().getHostAddress();
            alarm(
                    alarms,
                    source,
                    source
                            + " advertises other addresses than this file has: "
                            + String.join(
                                    ", ",
                                    theirs.stream().map(InetAddress::getHostAddress).toList()));
        }
    }

    /**
     * What an operator wants of a group that this node does not own: only the owner can give it
     * away. One that has just been told to take it hears that first.
     */
    void passOn(String name, String by) {
        ownerPeer()
                .filter(
                        peer ->
                                peer.owns()
                                        || (state instanceof State.Lingering && peer.connected()))
                .ifPresentOrElse(
                        peer ->
                                say(
                                        peer.name(),
                                        new MeshMessage.Move(rules.group(), ownerTerm, name, by)),
                        () ->
                                log(
                                        Action.Level.WARNING,
                                        "not moved: no owner is connected that could give it"));
    }

    void say(String node, MeshMessage.AboutGroup message) {
        out.add(new Action.SayMesh(node, message));
    }

    /** Says and tells what has changed, at the end of every step. */
    void sayAndTellChanges() {
        MeshMessage.GroupState current = groupState();
        boolean started = !(state instanceof State.Initialize);
        if (!current.equals(said) || (started && now >= sayAgainNanos)) {
            say("", current);
            said = current;
            sayAgainNanos = started ? now + SAY_AGAIN_NANOS : Long.MAX_VALUE;
        }
        LinkMessage.Ownership ownership = ownership();
        if (told == null || changed(told, ownership)) {
            out.add(new Action.TellNode(ownership));
            told = ownership;
        }
    }

    /** Says it to one peer that has just connected or is mistaken. */
    void sayStateTo(PeerBook.Peer peer) {
        say(peer.name(), groupState());
    }

    /** The node or a peer may have missed what was said: say it again with this step. */
    void forgetWhatWasSaid() {
        said = null;
        told = null;
    }

    void forgetWhatNodeWasTold() {
        told = null;
    }

    List<Action> takeActions() {
        List<Action> actions = out;
        out = new ArrayList<>();
        return List.copyOf(actions);
    }

    long sayAgainNanos() {
        return sayAgainNanos;
    }

    private MeshMessage.GroupState groupState() {
        boolean kept = active() ? gatewayKept : gateway.answers();
        return new MeshMessage.GroupState(
                rules.group(), term, meshState(), priority(), ready(), kept);
    }

    private MeshMessage.State meshState() {
        return switch (state) {
            case State.Initialize _ -> MeshMessage.State.INITIALIZE;
            case State.Backup _, State.Lingering _ -> MeshMessage.State.BACKUP;
            case State.Active _ -> MeshMessage.State.ACTIVE;
            case State.Fault _ -> MeshMessage.State.FAULT;
        };
    }

    private LinkMessage.Ownership ownership() {
        LinkMessage.State linkState =
                switch (state) {
                    case State.Active _ -> LinkMessage.State.ACTIVE;
                    case State.Backup _, State.Lingering _ -> LinkMessage.State.BACKUP;
                    case State.Initialize _, State.Fault _ -> LinkMessage.State.FAULT;
                };
        boolean stays = tail.kept() || state instanceof State.Lingering;
        return new LinkMessage.Ownership(rules.group(), linkState, owner, term, why, stays);
    }

    private static boolean changed(LinkMessage.Ownership before, LinkMessage.Ownership after) {
        return before.state() != after.state()
                || before.term() != after.term()
                || before.tail() != after.tail()
                || !before.owner().equals(after.owner());
    }
}
