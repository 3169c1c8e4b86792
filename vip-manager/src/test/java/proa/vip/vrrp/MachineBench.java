package proa.vip.vrrp;

import proa.config.GroupConfig;
import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One machine, its clock in the test's hand, and everything it did. This node is {@code lb1}; peers
 * are {@code lb0} and {@code lb2}.
 */
final class MachineBench {

    static final long MILLI = 1_000_000;
    static final InetAddress VIP = ip(99);

    final GroupMachine machine;
    final List<Action> done = new ArrayList<>();
    private final GroupRules rules;
    private long now = 5_000 * MILLI;

    /** How this bench's node and peers are. */
    static final class Setting {
        int priority = 240;
        boolean plainPeers;
        boolean gateway;
        GroupConfig.Failback failback = new GroupConfig.Failback.Never();
        Duration interval = Duration.ofMillis(100);

        /** This node's; the plain peers' then are fe80::4 and fe80::6. Empty: no IPv6. */
        String linkLocal = "";

        /** Where its connections can be reached after a planned move. */
        List<InetAddress> tail = List.of();

        MachineBench bench() {
            List<GroupRules.Peer> peers =
                    List.of(
                            new GroupRules.Peer("lb0", 250, sources(0, "fe80::4"), !plainPeers),
                            new GroupRules.Peer("lb2", 230, sources(2, "fe80::6"), !plainPeers));
            return new MachineBench(
                    new GroupRules(
                            "web",
                            51,
                            "lb1",
                            priority,
                            ip(1),
                            List.of(VIP),
                            peers,
                            failback,
                            interval,
                            gateway,
                            linkLocal.isEmpty() ? Optional.empty() : Optional.of(six(linkLocal)),
                            tail));
        }

        private List<InetAddress> sources(int peer, String six) {
            return linkLocal.isEmpty() ? List.of(ip(peer)) : List.of(ip(peer), six(six));
        }

        private static InetAddress six(String text) {
            try {
                return InetAddress.getByName(text);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    private MachineBench(GroupRules rules) {
        this.rules = rules;
        this.machine = new GroupMachine(rules);
    }

    /** A node's own address. */
    static InetAddress ip(int index) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 77, 0, (byte) (11 + index)});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Setting setting() {
        return new Setting();
    }

    /** Started, its node process connected and ready. */
    MachineBench ready() {
        start();
        tell(new Event.NodeConnected());
        tell(new Event.NodeReadiness(true, ""));
        return this;
    }

    /** Started, ready, and owner because nobody was heard. */
    MachineBench owner() {
        ready();
        run(400);
        if (!(state() instanceof State.Active)) {
            throw new AssertionError(machine.view().toString());
        }
        done.clear();
        return this;
    }

    MachineBench start() {
        done.addAll(machine.start(now));
        return this;
    }

    /** What the machine did at once. */
    List<Action> tell(Event event) {
        List<Action> actions = machine.on(event, now);
        done.addAll(actions);
        return actions;
    }

    /**
     * Lets time pass, with a tick at each deadline and the node's heartbeats; answers what was
     * done.
     */
    List<Action> run(long millis) {
        return run(millis, true);
    }

    List<Action> run(long millis, boolean heartbeats) {
        int from = done.size();
        long end = now + millis * MILLI;
        long beat = now;
        while (true) {
            long next = Math.min(machine.deadlineNanos(), heartbeats ? beat : Long.MAX_VALUE);
            if (next > end) {
                break;
            }
            now = Math.max(now, next);
            if (heartbeats && now >= beat) {
                beat = now + 25 * MILLI;
                tell(new Event.NodeHeartbeat(1, 1));
            }
            tell(new Event.Tick());
        }
        now = end;
        return List.copyOf(done.subList(from, done.size()));
    }

    /** Time passes and the process does not run. */
    void sleep(long millis) {
        now += millis * MILLI;
    }

    List<Action> advert(int peer, int priority) {
        return advert(peer, priority, 10);
    }

    List<Action> advert(int peer, int priority, int centis) {
        return tell(
                new Event.AdvertReceived(
                        ip(peer), new VrrpAdvert(51, priority, centis, List.of(VIP))));
    }

    MachineBench meshUp(String... peers) {
        for (String peer : peers) {
            tell(new Event.MeshPeerUp(peer, List.of()));
        }
        return this;
    }

    List<Action> says(String peer, MeshMessage.AboutGroup message) {
        return tell(new Event.MeshPeerSaid(peer, message));
    }

    /** The peer stands by, ready, at its configured priority. */
    List<Action> standsBy(String peer, long term) {
        return says(
                peer,
                new MeshMessage.GroupState(
                        "web", term, MeshMessage.State.BACKUP, priority(peer), true, true));
    }

    List<Action> owns(String peer, long term, boolean gatewayKept) {
        return says(
                peer,
                new MeshMessage.GroupState(
                        "web", term, MeshMessage.State.ACTIVE, priority(peer), true, gatewayKept));
    }

    private int priority(String peer) {
        return rules.peer(peer).orElseThrow().priority();
    }

    State state() {
        return machine.view().state();
    }

    boolean active() {
        return state() instanceof State.Active;
    }

    boolean backup() {
        return state() instanceof State.Backup;
    }

    long now() {
        return now;
    }

    long term() {
        return machine.view().term();
    }

    /** How long until RFC 9568's Active_Down_Timer fires. */
    double activeDownMillis() {
        return state() instanceof State.Backup(long at) ? (at - now) / 1e6 : -1;
    }

    /** The kinds of the actions that change the kernel or the wire, in order. */
    static List<String> kinds(List<Action> actions) {
        return actions.stream()
                .filter(action -> !(action instanceof Action.Log))
                .filter(action -> !(action instanceof Action.Transition))
                .map(action -> action.getClass().getSimpleName())
                .toList();
    }

    static <T extends Action> Stream<T> all(List<Action> actions, Class<T> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** What was said over the mesh. */
    static List<MeshMessage.AboutGroup> said(List<Action> actions) {
        return all(actions, Action.SayMesh.class).map(Action.SayMesh::message).toList();
    }

    static List<Integer> adverts(List<Action> actions) {
        return all(actions, Action.SendAdvert.class).map(Action.SendAdvert::priority).toList();
    }
}
