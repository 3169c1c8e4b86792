package proa.cluster.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.cluster.member.Member;
import proa.cluster.transport.AcceptLoop;
import proa.config.ClusterConfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import javax.net.ssl.SSLContext;

/**
 * Mutual TLS for an engine that has none. The engine lives on loopback and believes that its peers
 * do, too:
 *
 * <pre>
 *   lb1: engine 127.77.0.1 ── connects to ──► 127.77.0.2 (doorway on lb1)
 *                                                │ TLS, both sides show their certificate
 *   lb2: engine 127.77.0.2 ◄── connects to ── gate on lb2's cluster address
 * </pre>
 *
 * <p>A doorway is open, and the gate lets a peer in, only while the membership has that peer in
 * view: when it goes, what runs is cut and what comes is refused, so that the engine ejects it
 * without waiting for its own heartbeat.
 *
 * <p>Members that share one machine (all cluster addresses are loopback) share 127.77.0.0/24 as
 * well: there each engine is reached directly and nothing needs to be encrypted.
 */
final class Tunnels implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);

    /** Connections waiting to be accepted; members are three at most. */
    private static final int BACKLOG = 16;

    /** So long {@link #close} waits for the end of the gate at most. */
    private static final Duration GATE_GONE = Duration.ofSeconds(10);

    /** Until a doorway is tried again. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ClusterConfig cluster;
    private final ClusterConfig.Node self;
    private final Links links;
    private final ServerSocket gate;
    private final Thread accepting =
            Thread.ofPlatform().name("tunnel-gate").daemon().unstarted(this::acceptPeers);
    private final Map<String, ServerSocket> doorways = new HashMap<>(); // guarded by this
    private Set<String> admitted = Set.of(); // guarded by this
    private boolean retrying; // guarded by this
    private boolean closed; // guarded by this

    private Tunnels(ClusterConfig cluster, ClusterConfig.Node self, Optional<SSLContext> tls)
            throws IOException {
        this.cluster = cluster;
        this.self = self;
        links = new Links(cluster, self, tls);
        gate = new ServerSocket();
        gate.setReuseAddress(true);
        gate.bind(new InetSocketAddress(self.address(), cluster.ports().sessions()), BACKLOG);
    }

    /**
     * Opens this member's gate, and doorways to those in view.
     *
     * @throws UncheckedIOException when the gate's port is taken
     */
    static AutoCloseable open(
            ClusterConfig cluster,
            ClusterConfig.Node self,
            Optional<SSLContext> tls,
            Member member) {
        if (oneMachine(cluster)) {
            LOG.info("sessions: all members on this machine, no tunnels");
            return () -> {};
        }
        try {
            Tunnels tunnels = begun(cluster, self, tls);
            member.onView(view -> tunnels.admit(Set.copyOf(view.members())));
            return tunnels;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "sessions tunnel on "
                            + self.address().getHostAddress()
                            + " port "
                            + cluster.ports().sessions()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** With a gate, and no doorways yet. */
    static Tunnels begun(ClusterConfig cluster, ClusterConfig.Node self, Optional<SSLContext> tls)
            throws IOException {
        Tunnels tunnels = new Tunnels(cluster, self, tls);
        tunnels.accepting.start();
        return tunnels;
    }

    /** Whether all members share this machine's loopback. */
    static boolean oneMachine(ClusterConfig cluster) {
        return cluster.nodes().stream().allMatch(node -> node.address().isLoopbackAddress());
    }

    /** From now on only these members pass. */
    synchronized void admit(Set<String> members) {
        List<ClusterConfig.Node> peers = closed ? List.of() : cluster.peersOf(self.name());
        links.admit(members);
        admitted = members;
        for (ClusterConfig.Node peer : peers) {
            boolean there = members.contains(peer.name());
            if (there && !doorways.containsKey(peer.name())) {
                openDoorway(peer);
            } else if (!there) {
                closeDoorway(peer.name());
            }
        }
    }

    private void openDoorway(ClusterConfig.Node peer) {
        try {
            ServerSocket doorway = listening(EngineConfig.address(cluster, peer));
            doorways.put(peer.name(), doorway);
            Thread.ofPlatform()
                    .name("tunnel-to-" + peer.name())
                    .daemon()
                    .start(() -> acceptEngine(doorway, peer));
        } catch (IOException e) {
            if (!retrying) {
                LOG.error(
                        "sessions: no tunnel to {}: {}; trying again every second",
                        peer.name(),
                        e.getMessage());
                retrying = true;
                Thread.ofPlatform().name("tunnel-doorways").daemon().start(this::openTheRest);
            }
        }
    }

    private static ServerSocket listening(InetSocketAddress at) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(at, BACKLOG);
            return socket;
        } catch (IOException e) {
            Links.close(socket);
            throw e;
        }
    }

    /** The port may be free, or descriptors be left, long before the members in view change. */
    private void openTheRest() {
        boolean more = true;
        while (more) {
            LockSupport.parkNanos(RETRY_NANOS);
            synchronized (this) {
                admit(admitted);
                more = cluster.peersOf(self.name()).stream().anyMatch(this::lacksDoorway);
                retrying = more;
            }
        }
    }

    private synchronized boolean lacksDoorway(ClusterConfig.Node peer) {
        return !closed && admitted.contains(peer.name()) && !doorways.containsKey(peer.name());
    }

    private void closeDoorway(String peer) {
        ServerSocket doorway = doorways.remove(peer);
        if (doorway != null) {
            LOG.info("sessions: {} is out of view, its connections are cut", peer);
            Links.close(doorway);
        }
    }

    private void acceptEngine(ServerSocket doorway, ClusterConfig.Node peer) {
        AcceptLoop.run(doorway, () -> links.outward(doorway.accept(), peer), e -> tell(doorway, e));
    }

    private void acceptPeers() {
        AcceptLoop.run(gate, () -> links.inward(gate.accept()), e -> tell(gate, e));
    }

    private static void tell(ServerSocket socket, IOException e) {
        LOG.warn("sessions: accepting at {}: {}", socket.getLocalSocketAddress(), e.getMessage());
    }

    /**
     * Returns when the port is free again: the kernel keeps a listener until the thread that
     * accepts on it has noticed the end.
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            Links.close(gate);
            doorways.values().forEach(Links::close);
            doorways.clear();
        }
        links.admit(Set.of());
        try {
            if (!accepting.join(GATE_GONE)) {
                LOG.warn("sessions: the gate has not ended in {} s", GATE_GONE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
