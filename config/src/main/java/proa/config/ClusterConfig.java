package proa.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The members of the cluster and how they reach each other.
 *
 * @param name unique among clusters that share a network; part of every certificate and run
 *     directory
 * @param timing the profile every failover budget derives from
 * @param nodes two or three members, sorted by name
 * @param tls this node's certificate files; empty only when a demo or a test says {@code insecure =
 *     true}
 * @param ports the ports members use among themselves
 * @param ownership how a member makes an address its own
 * @param maxLag a node that is further behind the others than this is not ready; 100 ms to 1 min
 */
public record ClusterConfig(
        String name,
        Timing timing,
        List<Node> nodes,
        Optional<TlsFiles> tls,
        Ports ports,
        Ownership ownership,
        Duration maxLag) {

    /** More members than this gain nothing: sessions have one backup and the address one owner. */
    public static final int NODES_MAX = 3;

    /** Far more than replication ever takes, far less than what a client would notice. */
    public static final Duration MAX_LAG_DEFAULT = Duration.ofSeconds(2);

    /** Members with the usual {@link #maxLag}. */
    public ClusterConfig(
            String name,
            Timing timing,
            List<Node> nodes,
            Optional<TlsFiles> tls,
            Ports ports,
            Ownership ownership) {
        this(name, timing, nodes, tls, ports, ownership, MAX_LAG_DEFAULT);
    }

    public ClusterConfig {
        nodes = List.copyOf(nodes);
    }

    /** The member of that name, if the file lists it. */
    public Optional<Node> node(String nodeName) {
        return nodes.stream().filter(node -> node.name().equals(nodeName)).findFirst();
    }

    /** Every member but the named one. */
    public List<Node> peersOf(String nodeName) {
        return nodes.stream().filter(node -> !node.name().equals(nodeName)).toList();
    }

    /**
     * One member.
     *
     * @param name node name, also the certificate's subject
     * @param id 1 to 255, explicit so that it never changes when a name does
     * @param addresses one or two heartbeat addresses, the first also carries the cluster's own
     *     traffic
     */
    public record Node(String name, int id, List<InetAddress> addresses) {
        public Node {
            addresses = List.copyOf(addresses);
            if (id < 1 || id > 255 || addresses.isEmpty() || addresses.size() > 2) {
                throw new IllegalArgumentException(
                        "node " + name + ": id 1 to 255 and one or two addresses");
            }
        }

        /** The address that carries the cluster's own traffic. */
        public InetAddress address() {
            return addresses.getFirst();
        }
    }

    /**
     * Where the certificates are. {@code %{node}} in a path has been replaced by the node's name.
     *
     * @param certificate PEM, this node's certificate, then any intermediate
     * @param key PEM, PKCS#8, this node's private key
     * @param authorities PEM files of the authorities that sign members (two while one is being
     *     replaced)
     */
    public record TlsFiles(Path certificate, Path key, List<Path> authorities) {
        public TlsFiles {
            authorities = List.copyOf(authorities);
        }
    }

    /**
     * Ports members use among themselves; on the first address of each member unless said
     * otherwise.
     *
     * @param members JGroups, TCP with mutual TLS; default 7800
     * @param sessions the mutual-TLS tunnel that carries the session engine; default 7801
     * @param engine the session engine's own port, on loopback only; default 5701
     * @param mesh vipd to vipd, TCP with mutual TLS; default 7112; at the next, if it is free,
     *     vipd's death is told at once: nothing is read or said there
     */
    public record Ports(int members, int sessions, int engine, int mesh) {
        /** JGroups' failure detection listens this far above its own port. */
        public static final int DETECTION_OFFSET = 100;

        public static final Ports DEFAULTS = new Ports(7800, 7801, 5701, 7112);
    }

    /** How a member makes an address its own. */
    public enum Ownership {
        /**
         * vipd puts the address on a TUN device, leases it in nftables and announces it; needs
         * CAP_NET_ADMIN and CAP_NET_RAW.
         */
        KERNEL,
        /**
         * Whoever has bound the address owns it: for loopback demos without rights. The node binds
         * on becoming owner.
         */
        BIND
    }
}
