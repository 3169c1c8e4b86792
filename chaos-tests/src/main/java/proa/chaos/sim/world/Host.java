package proa.chaos.sim.world;

import proa.vip.vrrp.Event;
import proa.vip.vrrp.GroupRules;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One host: its link, its clock, its vipd with a machine for every group, its node process. */
final class Host {

    private static final int VRID = 51;
    private static final int KNOCK_MILLIS = 5;
    private static final int INQUIRY_MILLIS = 250;

    /** A stopped vipd's sockets hold only so much; what comes later is lost. */
    private static final int UNREAD_MAX = 4_096;

    private record Unread(Seat seat, Event event) {}

    private final World world;
    private final int index;
    private final String name;
    private final List<Seat> seats = new ArrayList<>();
    private final Deque<Unread> unread = new ArrayDeque<>();
    private final Set<Integer> finished = new HashSet<>();
    private final NodeProcess node;

    private boolean up;
    private boolean linkUp = true;
    private boolean vipdUp;
    private boolean vipdStopped;
    private long vipdLife;
    private long vipdStoppedNanos;
    private long listensUntil;

    /** The whole machine stands, and all of its clocks with it. */
    private boolean paused;

    private long pausedAt;
    private long stoodNanos;

    Host(World world, int index) {
        this.world = world;
        this.index = index;
        this.name = name(index);
        this.node = new NodeProcess(world, this);
        for (int group = 0; group < world.shape().groups(); group++) {
            seats.add(new Seat(world, this, group, rules(world.shape(), group, index)));
        }
    }

    private static GroupRules rules(Shape shape, int group, int index) {
        List<GroupRules.Peer> peers = new ArrayList<>();
        for (int peer = 0; peer < shape.nodes(); peer++) {
            if (peer != index) {
                peers.add(
                        new GroupRules.Peer(
                                name(peer),
                                shape.priority(group, peer),
                                List.of(address(0, peer)),
                                shape.mesh()));
            }
        }
        return new GroupRules(
                "group" + group,
                VRID + group,
                name(index),
                shape.priority(group, index),
                address(0, index),
                List.of(address(1, group)),
                peers,
                shape.failback(),
                shape.advertInterval(),
                true,
                Optional.empty(),
                List.of(address(0, index)));
    }

    private static String name(int index) {
        return "lb" + index;
    }

    private static InetAddress address(int network, int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {10, 77, (byte) network, (byte) (11 + number)});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    int index() {
        return index;
    }

    String name() {
        return name;
    }

    InetAddress address() {
        return address(0, index);
    }

    /** What others can say to it, and it to them, has changed. */
    private void changed() {
        world.wire().stirred();
        world.sight().changed();
    }

    /** Its id as a member of the cluster. */
    int id() {
        return index + 1;
    }

    Seat seat(int group) {
        return seats.get(group);
    }

    List<Seat> seats() {
        return seats;
    }

    NodeProcess node() {
        return node;
    }

    // --- time

    /** Its monotonic clock, which stands while the whole machine does. */
    long clock() {
        return (paused ? pausedAt : world.now()) - stoodNanos;
    }

    /** When its clock will say so, if it does not stand until then. */
    long simulated(long clockNanos) {
        return clockNanos + stoodNanos;
    }

    boolean paused() {
        return paused;
    }

    // --- what works

    boolean up() {
        return up;
    }

    boolean linkUp() {
        return linkUp;
    }

    /** Whether packets leave it and arrive. */
    boolean onTheWire() {
        return up && linkUp && !paused;
    }

    long vipdLife() {
        return vipdLife;
    }

    boolean vipdUp() {
        return vipdUp;
    }

    boolean vipdRuns() {
        return vipdUp && !vipdStopped && !paused;
    }

    /** Whether its kernel accepts connections to vipd: for a moment also for one that died. */
    boolean listens() {
        return vipdUp || (up && world.now() < listensUntil);
    }

    // --- the whole machine

    void boot() {
        up = true;
        startVipd();
        node.start();
    }

    void crash() {
        if (!up) {
            return;
        }
        world.trace().note(name, "host crashes");
        resume();
        up = false;
        vipdStopped = true;
        node.die();
        vipdEnds();
        seats.forEach(Seat::addressGoes);
        changed();
    }

    void pause() {
        if (up && !paused) {
            world.trace().note(name, "host is paused");
            pausedAt = world.now();
            paused = true;
            changed();
        }
    }

    /** It goes on as if no time had passed. */
    void resume() {
        if (!paused) {
            return;
        }
        long stood = world.now() - pausedAt;
        paused = false;
        stoodNanos += stood;
        seats.forEach(seat -> seat.stood(stood));
        world.trace().note(name, "host goes on after " + stood / Agenda.MILLI + " ms");
        goOn(clock());
        Replica tables = node.replica();
        if (tables != null) {
            world.replicas().wake(tables);
        }
        changed();
    }

    void link(boolean nowUp) {
        if (nowUp != linkUp) {
            world.trace().note(name, nowUp ? "link up" : "link down");
            linkUp = nowUp;
            if (up) {
                long life = vipdLife;
                long delay = world.chance().micros(100, 20_000);
                world.agenda()
                        .after(
                                delay,
                                () -> {
                                    if (life == vipdLife && linkUp == nowUp) {
                                        tellAll(new Event.LinkState(nowUp));
                                    }
                                });
            }
            changed();
        }
    }

    // --- vipd

    void startVipd() {
        if (vipdUp || !up) {
            return;
        }
        world.trace().note(name, "vipd starts");
        vipdUp = true;
        vipdStopped = false;
        vipdLife++;
        finished.clear();
        for (Seat seat : seats) {
            seat.start();
            seat.tell(new Event.LinkState(linkUp));
        }
        node.vipdStarted();
        world.wire().stirred();
    }

    void killVipd() {
        if (vipdUp) {
            world.trace().note(name, "vipd killed");
            die(Event.Ending.BROKEN);
        }
    }

    /** vipd has nothing left to do for a group; after the last one it ends. */
    void finished(int group) {
        finished.add(group);
        if (vipdUp && finished.size() == seats.size()) {
            world.trace().note(name, "vipd ends");
            die(Event.Ending.LEFT);
        }
    }

    /**
     * The kernel closes what the process had: connections first, then its listener, and the address
     * with its device.
     */
    private void die(Event.Ending how) {
        vipdEnds();
        long life = vipdLife;
        long starved = starvedNanos();
        listensUntil = world.now() + starved;
        world.agenda()
                .after(
                        starved + world.chance().micros(500, 4_500),
                        () -> {
                            if (vipdLife == life) {
                                seats.forEach(Seat::addressGoes);
                            }
                        });
        world.wire().vipdDied(this, how);
    }

    private void vipdEnds() {
        world.wire().stirred();
        vipdUp = false;
        vipdStopped = false;
        vipdLife++;
        unread.clear();
        seats.forEach(Seat::end);
    }

    /**
     * How long the thread that closes a killed process's descriptors has to wait for a processor
     * after the connections and before the listener: one kill of four.
     */
    private long starvedNanos() {
        return world.chance().below(4) > 0 ? 0 : world.chance().millis(5, 12);
    }

    void stopVipd() {
        if (vipdUp && !vipdStopped) {
            world.trace().note(name, "vipd stopped");
            vipdStopped = true;
            vipdStoppedNanos = clock();
            world.wire().stirred();
        }
    }

    void continueVipd() {
        if (vipdStopped && vipdUp) {
            world.trace().note(name, "vipd goes on with " + unread.size() + " unread");
            vipdStopped = false;
            world.wire().stirred();
            goOn(vipdStoppedNanos);
        }
    }

    private void goOn(long stoppedNanos) {
        if (!vipdRuns()) {
            return;
        }
        List<Unread> queued = List.copyOf(unread);
        unread.clear();
        long clock = world.parts().clockOnWaking(stoppedNanos, clock());
        for (Unread next : queued) {
            next.seat().feed(next.event(), clock);
        }
        seats.forEach(Seat::tick);
    }

    void keepUnread(Seat seat, Event event) {
        if (unread.size() < UNREAD_MAX) {
            unread.add(new Unread(seat, event));
        }
    }

    void tellAll(Event event) {
        for (Seat seat : seats) {
            seat.tell(event);
        }
    }

    void beatAll() {
        for (Seat seat : seats) {
            seat.beat();
        }
    }

    // --- knocking at a peer's vipd

    /** As the mesh does: a verdict after 5 ms at the latest, and a death that shows later. */
    void confirm(Seat asker, Host peer) {
        inquire(asker, peer, vipdLife, 0);
    }

    private void inquire(Seat asker, Host peer, long life, int millis) {
        Event.Verdict verdict = world.wire().confirm(this, peer);
        boolean dead = verdict == Event.Verdict.DEAD;
        boolean wanted = millis <= KNOCK_MILLIS || !world.wire().connected(this, peer);
        if (vipdLife != life || !wanted) {
            return;
        }
        if (dead) {
            asker.later(
                    world.chance().micros(100, 900), new Event.PeerConfirmed(peer.name(), verdict));
        } else if (millis == KNOCK_MILLIS) {
            asker.tell(new Event.PeerConfirmed(peer.name(), verdict));
        }
        if (!dead && millis < INQUIRY_MILLIS) {
            world.agenda().after(Agenda.MILLI, () -> inquire(asker, peer, life, millis + 1));
        }
    }
}
