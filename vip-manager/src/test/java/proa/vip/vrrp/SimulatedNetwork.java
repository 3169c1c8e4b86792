package proa.vip.vrrp;

import proa.vip.message.MeshMessage;
import proa.vip.packet.VrrpAdvert;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Advertisements that may be lost, and mesh connections that deliver in order, stall, break and
 * come back.
 */
final class SimulatedNetwork {

    /** Silence after which both ends give a connection up. */
    private static final long SILENT_NANOS = 1_000 * Simulation.MILLI;

    private static final long UPKEEP_NANOS = 20 * Simulation.MILLI;

    private static final class Connection {
        boolean up;
        long epoch;
        long blockedSince = -1;
        final long[] lastDelivery = new long[2];
        final List<Deque<MeshMessage.AboutGroup>> held =
                List.of(new ArrayDeque<>(), new ArrayDeque<>());
    }

    final boolean[][] advertCut;
    final boolean[][] meshCut;
    final boolean[] gatewayCut;
    double advertLoss;

    /** How often an advertisement arrives twice. */
    double advertEcho;

    /** Plain VRRP routers have no mesh. */
    boolean meshless;

    private final Simulation simulation;
    private final Connection[][] connections;

    SimulatedNetwork(Simulation simulation, int nodes) {
        this.simulation = simulation;
        this.advertCut = new boolean[nodes][nodes];
        this.meshCut = new boolean[nodes][nodes];
        this.gatewayCut = new boolean[nodes];
        this.connections = new Connection[nodes][nodes];
        for (Connection[] row : connections) {
            for (int b = 0; b < nodes; b++) {
                row[b] = new Connection();
            }
        }
    }

    private SimulatedHost host(int index) {
        return simulation.hosts.get(index);
    }

    private Connection connection(int a, int b) {
        return connections[Math.min(a, b)][Math.max(a, b)];
    }

    private boolean wired(int a, int b) {
        return host(a).wired() && host(b).wired();
    }

    private boolean meshReaches(int from, int to) {
        return !meshless && wired(from, to) && !meshCut[from][to];
    }

    boolean connected(int a, int b) {
        return connection(a, b).up;
    }

    boolean canTalk(int a, int b) {
        boolean adverts = wired(a, b) && !advertCut[a][b] && !advertCut[b][a];
        return adverts || (meshReaches(a, b) && meshReaches(b, a));
    }

    void advert(int from, InetAddress source, VrrpAdvert advert) {
        for (int to = 0; to < simulation.hosts.size(); to++) {
            if (to != from
                    && wired(from, to)
                    && !advertCut[from][to]
                    && simulation.random.nextDouble() >= advertLoss) {
                SimulatedHost receiver = host(to);
                simulation.after(
                        simulation.between(50, 500),
                        () -> receiver.tell(new Event.AdvertReceived(source, advert)));
                if (advertEcho > 0 && simulation.added.nextDouble() < advertEcho) {
                    simulation.after(
                            simulation.between(500, 50_000),
                            () -> receiver.tell(new Event.AdvertReceived(source, advert)));
                }
            }
        }
    }

    void say(int from, String to, MeshMessage.AboutGroup message) {
        for (SimulatedHost peer : simulation.hosts) {
            if (peer.index() != from && (to.isEmpty() || to.equals(peer.name()))) {
                Connection connection = connection(from, peer.index());
                if (connection.up) {
                    send(connection, from, peer.index(), message);
                }
            }
        }
    }

    private void send(Connection connection, int from, int to, MeshMessage.AboutGroup message) {
        Deque<MeshMessage.AboutGroup> held = connection.held.get(from < to ? 0 : 1);
        if (!held.isEmpty() || !meshReaches(from, to) || !meshReaches(to, from)) {
            held.add(message);
        } else {
            deliver(connection, from, to, message);
        }
    }

    private void deliver(Connection connection, int from, int to, MeshMessage.AboutGroup message) {
        int direction = from < to ? 0 : 1;
        long at =
                Math.max(
                        simulation.now() + simulation.between(50, 800),
                        connection.lastDelivery[direction] + 1_000);
        connection.lastDelivery[direction] = at;
        long epoch = connection.epoch;
        String sender = host(from).name();
        simulation.after(
                at - simulation.now(),
                () -> {
                    if (connection.epoch == epoch) {
                        host(to).tell(new Event.MeshPeerSaid(sender, message));
                    }
                });
    }

    /** The process at one end is gone: its kernel says so to whom it can reach. */
    void vipdDied(int index) {
        for (SimulatedHost peer : simulation.hosts) {
            Connection connection = connection(index, peer.index());
            if (peer.index() != index && connection.up && meshReaches(index, peer.index())) {
                long epoch = connection.epoch;
                simulation.after(
                        simulation.between(200, 4_000),
                        () -> broken(connection, epoch, index, peer));
            }
        }
    }

    private void broken(Connection connection, long epoch, int dead, SimulatedHost peer) {
        if (connection.up && connection.epoch == epoch) {
            down(connection);
            peer.tell(new Event.MeshPeerDown(host(dead).name(), Event.Ending.BROKEN));
        }
    }

    private static void down(Connection connection) {
        connection.up = false;
        connection.epoch++;
        connection.blockedSince = -1;
        connection.held.forEach(Deque::clear);
    }

    /** What a knock at the peer's port says now. */
    Event.Verdict confirm(int from, int to) {
        if (!meshReaches(from, to) || !meshReaches(to, from)) {
            return Event.Verdict.UNKNOWN;
        }
        return host(to).listens() ? Event.Verdict.ALIVE : Event.Verdict.DEAD;
    }

    /** Connects, notices silence, delivers what a healed path held up. */
    void upkeep() {
        for (int a = 0; a < simulation.hosts.size(); a++) {
            for (int b = a + 1; b < simulation.hosts.size(); b++) {
                upkeep(connections[a][b], a, b);
            }
        }
        simulation.after(UPKEEP_NANOS, this::upkeep);
    }

    private void upkeep(Connection connection, int a, int b) {
        boolean reaches =
                meshReaches(a, b) && meshReaches(b, a) && host(a).vipdRuns() && host(b).vipdRuns();
        if (connection.up && reaches) {
            connection.blockedSince = -1;
            flush(connection, a, b);
            flush(connection, b, a);
        } else if (connection.up) {
            connection.blockedSince =
                    connection.blockedSince < 0 ? simulation.now() : connection.blockedSince;
            if (simulation.now() - connection.blockedSince > SILENT_NANOS) {
                down(connection);
                host(a).tell(new Event.MeshPeerDown(host(b).name(), Event.Ending.SILENT));
                host(b).tell(new Event.MeshPeerDown(host(a).name(), Event.Ending.SILENT));
            }
        } else if (reaches && simulation.random.nextInt(4) == 0) {
            connection.up = true;
            connection.epoch++;
            host(a).tell(new Event.MeshPeerUp(host(b).name(), List.of()));
            host(b).tell(new Event.MeshPeerUp(host(a).name(), List.of()));
        }
    }

    private void flush(Connection connection, int from, int to) {
        Deque<MeshMessage.AboutGroup> held = connection.held.get(from < to ? 0 : 1);
        while (!held.isEmpty()) {
            deliver(connection, from, to, held.remove());
        }
    }
}
