package proa.vip.mesh;

import proa.vip.message.MeshMessage;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import javax.net.ssl.SSLContext;

/**
 * What the mesh of one vipd is made of.
 *
 * @param hello what this vipd says first on each connection
 * @param address where it listens, and connects from
 * @param port where every vipd of the cluster listens
 * @param peers the other members
 * @param tls mutual TLS; empty only for demos that say {@code insecure}
 * @param nodeName the node a certificate stands for
 */
public record MeshSettings(
        MeshMessage.Hello hello,
        InetAddress address,
        int port,
        List<Peer> peers,
        Optional<SSLContext> tls,
        Function<X509Certificate, String> nodeName) {

    public MeshSettings {
        peers = List.copyOf(peers);
    }

    /** Another member. */
    public record Peer(String node, int id, InetAddress address) {}

    Optional<Peer> peer(String node) {
        return peers.stream().filter(peer -> peer.node().equals(node)).findFirst();
    }

    InetSocketAddress addressOf(Peer peer) {
        return new InetSocketAddress(peer.address(), port);
    }
}
