package proa.cluster.transport;

import org.jgroups.JChannel;
import org.jgroups.protocols.Bundler;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;

import proa.config.ClusterConfig;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/**
 * The protocol stack of the group.
 *
 * <p>FD_SOCK2 is left out: it has a listener and connections of its own that cannot speak TLS. The
 * transport reports broken connections itself, and heartbeats keep one to every member.
 */
final class Stack {

    /** Messages that wait for one member; beyond, they are dropped and sent again. */
    private static final int SEND_QUEUE_MAX = 1_024;

    /** A host that is down must not hold up the join. */
    private static final int CONNECT_MILLIS = 300;

    private static final int FRAGMENT_BYTES = 60_000;

    private static final int LEAVE_MILLIS = 500;

    /** A member that has just seen this node's former life end may lose the first question. */
    private static final int DISCOVERY_RUNS = 3;

    private Stack() {}

    static List<Protocol> of(
            ClusterConfig cluster, ClusterConfig.Node self, Optional<SSLContext> tls) {
        Pace pace = Pace.of(cluster.timing());
        Optional<MemberSockets> sockets = tls.map(context -> sockets(cluster, context));
        return List.of(
                transport(cluster, self, sockets),
                new CutLeavers(
                        left -> sockets.ifPresent(all -> cut(cluster, left, all)),
                        () -> sockets.ifPresent(MemberSockets::end)),
                discovery(cluster),
                new MERGE3()
                        .setMinInterval(pace.mergeMin().toMillis())
                        .setMaxInterval(pace.mergeMax().toMillis()),
                new FD_ALL3()
                        .setTimeout(pace.silence().toMillis())
                        .setInterval(pace.heartbeat().toMillis()),
                new VerifySuspect(pace.verify()),
                new NAKACK2().setXmitInterval(100),
                new UNICAST3().setXmitInterval(100),
                new STABLE().setDesiredAverageGossip(5_000).setMaxBytes(4_000_000),
                new GMS()
                        .setJoinTimeout(pace.join().toMillis())
                        .setLeaveTimeout(LEAVE_MILLIS)
                        .printLocalAddress(false),
                new UFC(),
                new MFC(),
                new FRAG2().setFragSize(FRAGMENT_BYTES));
    }

    static InetSocketAddress address(JChannel channel) {
        TCP tcp = channel.getProtocolStack().findProtocol(TCP.class);
        return new InetSocketAddress(tcp.getBindAddress(), tcp.getBindPort());
    }

    private static MemberSockets sockets(ClusterConfig cluster, SSLContext context) {
        return new MemberSockets(
                context,
                cluster.nodes().stream().map(ClusterConfig.Node::name).collect(Collectors.toSet()));
    }

    private static void cut(ClusterConfig cluster, Set<Integer> left, MemberSockets sockets) {
        cluster.nodes().stream()
                .filter(node -> left.contains(node.id()))
                .forEach(node -> sockets.cut(node.name()));
    }

    private static TCP transport(
            ClusterConfig cluster, ClusterConfig.Node self, Optional<MemberSockets> sockets) {
        TCP tcp = new MemberTransport();
        // A member that hangs stops reading: without queues of its own the one sending thread would
        // wait for it, and the living would stop hearing from each other.
        tcp.nonBlockingSends(true).maxSendQueue(SEND_QUEUE_MAX);
        // Else what is sent behind an unacknowledged piece waits up to 40 ms for the other side.
        tcp.tcpNodelay(true);
        tcp.setBindAddress(self.address());
        tcp.setBindPort(cluster.ports().members());
        tcp.setPortRange(0);
        tcp.setSockConnTimeout(CONNECT_MILLIS);
        tcp.enableSuspectEvents(true);
        tcp.setBundler(bundler());
        // Its probe port answers anybody.
        tcp.disableDiagnostics();
        sockets.ifPresent(tcp::setSocketFactory);
        return tcp;
    }

    /** A thread for each destination: connecting to a hung member holds up nobody else. */
    private static Bundler bundler() {
        PerDestinationBundler bundler = new PerDestinationBundler();
        bundler.useSingleSenderThread(false);
        return bundler;
    }

    private static TCPPING discovery(ClusterConfig cluster) {
        TCPPING discovery = new TCPPING();
        discovery.setInitialHosts2(
                cluster.nodes().stream()
                        .<org.jgroups.PhysicalAddress>map(
                                node -> new IpAddress(node.address(), cluster.ports().members()))
                        .toList());
        discovery.setPortRange(0);
        discovery.setValue("num_discovery_runs", DISCOVERY_RUNS);
        return discovery;
    }
}
