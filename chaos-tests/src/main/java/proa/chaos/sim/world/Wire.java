package proa.chaos.sim.world;

import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;
import proa.vip.vrrp.Event;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The network between the hosts: advertisements that are lost, doubled, late and out of order; mesh
 * connections that deliver in order, stall, break and come back; messages between node processes,
 * which fare like advertisements; and what is cut, in one direction at a time.
 */
final class Wire {

    /** Silence after which both ends give a connection up. */
    private static final long SILENT_NANOS = 1_000 * Agenda.MILLI;

    private static final long UPKEEP_NANOS = 20 * Agenda.MILLI;
    private static final long FASTEST_MICROS = 50;
    private static final long USUAL_MICROS = 500;
    private static final long SEGMENT_MICROS = 800;
    private static final long ECHO_MICROS_MAX = 50_000;

    private record Held(int group, MeshMessage.AboutGroup message) {}

    private static final class Connection {
        boolean up;
        long epoch;
        long blockedSince = -1;
        final long[] lastDelivery = new long[2];
        final List<Deque<Held>> held = List.of(new ArrayDeque<>(), new ArrayDeque<>());
    }

    /** What a network may do to packets between any two hosts. */
    enum Path {
        ADVERTS,
        MESH,
        SYNC
    }

    private final World world;
    private final int nodes;
    private final boolean[][][] cut;
    private final boolean[] gatewayCut;
    private final Connection[][] connections;

    private boolean stirring;

    /** How bad the weather is for packets that nobody repeats. */
    double loss;

    double echo;

    /**
     * Extra delay of each packet, at most so many nanoseconds; different for each: they overtake.
     */
    long jitterNanos;

    Wire(World world) {
        this.world = world;
        this.nodes = world.shape().nodes();
        this.cut = new boolean[Path.values().length][nodes][nodes];
        this.gatewayCut = new boolean[nodes];
        this.connections = new Connection[nodes][nodes];
        for (Connection[] row : connections) {
            for (int b = 0; b < nodes; b++) {
                row[b] = new Connection();
            }
        }
    }

    // --- faults

    void cut(Path path, int from, int to, boolean on) {
        cut[path.ordinal()][from][to] = on;
        stirred();
        if (path == Path.SYNC) {
            world.sight().changed();
        }
    }

    void cutGateway(int host, boolean on) {
        gatewayCut[host] = on;
    }

    boolean gatewayCut(int host) {
        return gatewayCut[host];
    }

    void mend() {
        stirred();
        for (boolean[][] path : cut) {
            for (boolean[] row : path) {
                java.util.Arrays.fill(row, false);
            }
        }
        java.util.Arrays.fill(gatewayCut, false);
        loss = 0;
        echo = 0;
        jitterNanos = 0;
    }

    // --- what works

    private boolean wired(Host a, Host b) {
        return a.onTheWire() && b.onTheWire();
    }

    private boolean reaches(Path path, Host from, Host to) {
        return wired(from, to) && !cut[path.ordinal()][from.index()][to.index()];
    }

    private boolean meshReaches(Host from, Host to) {
        return world.shape().mesh() && reaches(Path.MESH, from, to);
    }

    private Connection connection(Host a, Host b) {
        return connections[Math.min(a.index(), b.index())][Math.max(a.index(), b.index())];
    }

    boolean connected(Host a, Host b) {
        return connection(a, b).up;
    }

    /** Whether the two can exchange an advertisement or a mesh message. */
    boolean canTalk(Host a, Host b) {
        boolean adverts = reaches(Path.ADVERTS, a, b) && reaches(Path.ADVERTS, b, a);
        return adverts || (meshReaches(a, b) && meshReaches(b, a));
    }

    /** Whether the node processes of the two can exchange messages. */
    boolean canSync(Host a, Host b) {
        return reaches(Path.SYNC, a, b) && reaches(Path.SYNC, b, a);
    }

    // --- packets

    /** Delivers once, twice or not at all, after a while. */
    private void carry(Path path, Host from, Host to, long usualMicros, Runnable deliver) {
        if (!reaches(path, from, to) || world.chance().happens(loss)) {
            return;
        }
        world.agenda().after(delay(usualMicros), deliver);
        if (world.chance().happens(echo)) {
            world.agenda().after(world.chance().micros(USUAL_MICROS, ECHO_MICROS_MAX), deliver);
        }
    }

    private long delay(long usualMicros) {
        long extra = jitterNanos == 0 ? 0 : world.chance().between(0, jitterNanos);
        return extra + world.chance().micros(FASTEST_MICROS, usualMicros);
    }

    void advert(Host from, int group, VrrpAdvert advert) {
        InetAddress source = from.seat(group).rules().address();
        Event event = new Event.AdvertReceived(source, advert);
        for (Host to : world.hosts()) {
            if (to != from) {
                carry(Path.ADVERTS, from, to, USUAL_MICROS, () -> to.seat(group).tell(event));
            }
        }
    }

    /** Carries a message between node processes. */
    void sync(Host from, Host to, long usualMicros, Runnable deliver) {
        carry(Path.SYNC, from, to, usualMicros, deliver);
    }

    // --- the mesh

    void say(Host from, int group, String to, MeshMessage.AboutGroup message) {
        for (Host peer : world.hosts()) {
            if (peer != from && (to.isEmpty() || to.equals(peer.name()))) {
                Connection connection = connection(from, peer);
                if (connection.up) {
                    send(connection, from, peer, new Held(group, message));
                }
            }
        }
    }

    private static int direction(Host from, Host to) {
        return from.index() < to.index() ? 0 : 1;
    }

    private void send(Connection connection, Host from, Host to, Held message) {
        Deque<Held> held = connection.held.get(direction(from, to));
        if (!held.isEmpty() || !meshReaches(from, to) || !meshReaches(to, from)) {
            held.add(message);
            stirred();
        } else {
            deliver(connection, from, to, message);
        }
    }

    private void deliver(Connection connection, Host from, Host to, Held message) {
        int direction = direction(from, to);
        long at =
                Math.max(
                        world.now() + delay(SEGMENT_MICROS),
                        connection.lastDelivery[direction] + 1_000);
        connection.lastDelivery[direction] = at;
        long epoch = connection.epoch;
        world.agenda()
                .at(
                        at,
                        () -> {
                            if (connection.epoch == epoch) {
                                to.seat(message.group())
                                        .tell(
                                                new Event.MeshPeerSaid(
                                                        from.name(), message.message()));
                            }
                        });
    }

    /** The process at one end is gone: its kernel says so to whom it can reach. */
    void vipdDied(Host dead, Event.Ending how) {
        for (Host peer : world.hosts()) {
            Connection connection = connection(dead, peer);
            if (peer != dead && connection.up && meshReaches(dead, peer)) {
                long epoch = connection.epoch;
                world.agenda()
                        .after(
                                world.chance().micros(200, 4_000),
                                () -> broken(connection, epoch, dead, peer, how));
            }
        }
    }

    private void broken(Connection connection, long epoch, Host dead, Host peer, Event.Ending how) {
        if (connection.up && connection.epoch == epoch) {
            down(connection);
            stirred();
            peer.tellAll(new Event.MeshPeerDown(dead.name(), how));
        }
    }

    private static void down(Connection connection) {
        connection.up = false;
        connection.epoch++;
        connection.blockedSince = -1;
        connection.held.forEach(Deque::clear);
    }

    /** What a knock at the peer's port says now. */
    Event.Verdict confirm(Host from, Host to) {
        if (!meshReaches(from, to) || !meshReaches(to, from)) {
            return Event.Verdict.UNKNOWN;
        }
        return to.listens() ? Event.Verdict.ALIVE : Event.Verdict.DEAD;
    }

    /**
     * Something has begun or ended to work: connections are looked at until all is as it can be.
     */
    void stirred() {
        if (!stirring && world.shape().mesh()) {
            stirring = true;
            world.agenda().after(UPKEEP_NANOS, this::upkeep);
        }
    }

    /** Connects, notices silence, delivers what a healed path held up. */
    private void upkeep() {
        List<Host> hosts = world.hosts();
        boolean settled = true;
        for (int a = 0; a < nodes; a++) {
            for (int b = a + 1; b < nodes; b++) {
                settled &= upkeep(connections[a][b], hosts.get(a), hosts.get(b));
            }
        }
        stirring = !settled;
        if (stirring) {
            world.agenda().after(UPKEEP_NANOS, this::upkeep);
        }
    }

    /** Whether there is nothing left to do about a connection until something else happens. */
    private boolean upkeep(Connection connection, Host a, Host b) {
        boolean reaches = meshReaches(a, b) && meshReaches(b, a) && a.vipdRuns() && b.vipdRuns();
        if (connection.up && reaches) {
            connection.blockedSince = -1;
            flush(connection, a, b);
            flush(connection, b, a);
        } else if (connection.up) {
            silent(connection, a, b);
        } else if (reaches && world.chance().below(4) == 0) {
            connection.up = true;
            connection.epoch++;
            a.tellAll(new Event.MeshPeerUp(b.name(), List.of()));
            b.tellAll(new Event.MeshPeerUp(a.name(), List.of()));
        }
        return connection.up == reaches;
    }

    private void silent(Connection connection, Host a, Host b) {
        connection.blockedSince =
                connection.blockedSince < 0 ? world.now() : connection.blockedSince;
        if (world.now() - connection.blockedSince > SILENT_NANOS) {
            down(connection);
            a.tellAll(new Event.MeshPeerDown(b.name(), Event.Ending.SILENT));
            b.tellAll(new Event.MeshPeerDown(a.name(), Event.Ending.SILENT));
        }
    }

    private void flush(Connection connection, Host from, Host to) {
        Deque<Held> held = connection.held.get(direction(from, to));
        while (!held.isEmpty()) {
            deliver(connection, from, to, held.remove());
        }
    }
}
