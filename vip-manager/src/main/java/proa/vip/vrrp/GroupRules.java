package proa.vip.vrrp;

import proa.config.ClusterConfig;
import proa.config.GroupConfig;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one machine must know about its group and its node.
 *
 * @param group group name
 * @param vrid virtual router identifier, 1 to 255
 * @param node this node's name
 * @param priority this node's configured priority: 1 to 254, 255 for an RFC 9568 address owner, 0
 *     for a node that never owns
 * @param address this node's own address, which breaks ties of priority (RFC 9568 §6.4.3)
 * @param virtualAddresses the group's addresses
 * @param peers the other listed nodes
 * @param failback whether this node asks for the group when it is preferred
 * @param advertInterval time between advertisements, whole centiseconds
 * @param gatewayTracked whether {@link Action.ProbeGateway} has somebody to ask
 * @param linkLocal this node's own address for ties of priority over IPv6
 * @param tail this node's own address beside each of the group's, where packets of its connections
 *     can be sent after a planned move; empty: nowhere
 */
public record GroupRules(
        String group,
        int vrid,
        String node,
        int priority,
        InetAddress address,
        List<InetAddress> virtualAddresses,
        List<Peer> peers,
        GroupConfig.Failback failback,
        Duration advertInterval,
        boolean gatewayTracked,
        Optional<InetAddress> linkLocal,
        List<InetAddress> tail) {

    /** Priority of an address owner, RFC 9568 §5.2.4. */
    public static final int OWNER_PRIORITY = 255;

    public GroupRules {
        virtualAddresses = List.copyOf(virtualAddresses);
        peers = List.copyOf(peers);
        tail = List.copyOf(tail);
        if (priority < 0 || priority > OWNER_PRIORITY || advertInterval.toMillis() < 10) {
            throw new IllegalArgumentException(
                    "priority 0 to 255 and an interval of 10 ms or more");
        }
    }

    /** Rules without IPv6, and without a tail. */
    public GroupRules(
            String group,
            int vrid,
            String node,
            int priority,
            InetAddress address,
            List<InetAddress> virtualAddresses,
            List<Peer> peers,
            GroupConfig.Failback failback,
            Duration advertInterval,
            boolean gatewayTracked) {
        this(
                group,
                vrid,
                node,
                priority,
                address,
                virtualAddresses,
                peers,
                failback,
                advertInterval,
                gatewayTracked,
                Optional.empty(),
                List.of());
    }

    /**
     * The rules of a node for a group as the file has them: the members are peers of ours, the
     * listed routers plain ones.
     */
    public static GroupRules of(
            ClusterConfig cluster,
            GroupConfig group,
            String node,
            boolean gatewayTracked,
            Optional<InetAddress> linkLocal,
            List<InetAddress> tail) {
        Stream<Peer> members =
                cluster.peersOf(node).stream()
                        .filter(peer -> group.priorityOf(peer.name()) > 0)
                        .map(
                                peer ->
                                        new Peer(
                                                peer.name(),
                                                group.priorityOf(peer.name()),
                                                peer.addresses(),
                                                true));
        Stream<Peer> routers =
                group.vrrp().routers().stream()
                        .map(router -> new Peer(router.name(), 0, router.addresses(), false));
        return new GroupRules(
                group.name(),
                group.vrid(),
                node,
                group.priorityOf(node),
                cluster.node(node)
                        .orElseThrow(() -> new IllegalArgumentException(node + " is not listed"))
                        .address(),
                group.vips().stream().map(GroupConfig.Vip::address).toList(),
                Stream.concat(members, routers).toList(),
                group.failback(),
                group.advertInterval(cluster.timing()),
                gatewayTracked,
                linkLocal,
                tail);
    }

    /** This node's own address of the family, for ties of priority (RFC 9568 §6.4.3). */
    InetAddress ownLike(InetAddress other) {
        return linkLocal.filter(own -> own.getClass() == other.getClass()).orElse(address);
    }

    /** The peer of that name. */
    Optional<Peer> peer(String name) {
        return peers.stream().filter(peer -> peer.name().equals(name)).findFirst();
    }

    /**
     * Another node that may own the group.
     *
     * @param name node name
     * @param priority its configured priority, 0 when not known
     * @param addresses where its advertisements come from
     * @param speaksMesh one of ours; false: a plain VRRP router such as keepalived, known by its
     *     advertisements alone
     */
    public record Peer(String name, int priority, List<InetAddress> addresses, boolean speaksMesh) {
        public Peer {
            addresses = List.copyOf(addresses);
        }
    }
}
