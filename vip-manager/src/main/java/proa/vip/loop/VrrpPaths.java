package proa.vip.loop;

import proa.config.ClusterConfig;
import proa.config.GroupConfig;
import proa.config.VrrpConfig;
import proa.vip.linux.Descriptor;
import proa.vip.linux.Interfaces;
import proa.vip.linux.KernelException;
import proa.vip.linux.VrrpSocket;
import proa.vip.linux.VrrpSocket6;
import proa.vip.packet.Decoded;
import proa.vip.packet.NeighbourPacket;
import proa.vip.packet.VrrpCodec;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The VRRP sockets of this host and, for each group, where its advertisements go. Heartbeats run
 * from each of this node's addresses to the address of every member in the same place of its list.
 * Used by the loop's thread.
 */
final class VrrpPaths implements AutoCloseable {

    /** All VRRP routers, RFC 9568 §5.1.1.2. */
    private static final byte[] ALL_ROUTERS = {(byte) 224, 0, 0, 18};

    private final ClusterConfig cluster;
    private final ClusterConfig.Node own;
    private final Map<Inet4Address, VrrpWay> ways = new LinkedHashMap<>();
    private final Map<Integer, VrrpSocket> groupSockets = new LinkedHashMap<>();
    private final Map<Integer, VrrpSocket6> sockets6 = new LinkedHashMap<>();
    private final Map<String, VrrpGroupPaths> groups = new HashMap<>();
    private final Set<Integer> version2 = new HashSet<>();
    private final Set<InetAddress> sources = new LinkedHashSet<>();
    private final Set<Integer> vrids = new HashSet<>();
    private final RefusedAdverts refusals;

    private VrrpPaths(
            ClusterConfig cluster,
            ClusterConfig.Node own,
            Set<InetAddress> listed,
            Journal journal) {
        this.cluster = cluster;
        this.own = own;
        this.refusals = new RefusedAdverts(journal::alarm, journal::info, listed);
    }

    /**
     * Opens the sockets that the groups need.
     *
     * @param journal told of packets that are refused
     * @throws IOException without rights, when an address is not this host's, or when a group could
     *     reach nobody
     */
    static VrrpPaths open(
            ClusterConfig cluster,
            ClusterConfig.Node own,
            Map<String, Ground> grounds,
            Journal journal)
            throws IOException {
        VrrpPaths paths = new VrrpPaths(cluster, own, listed(cluster, grounds), journal);
        try {
            for (InetAddress address : own.addresses()) {
                if (address instanceof Inet4Address four) {
                    paths.way(four);
                }
            }
            for (Ground ground : grounds.values()) {
                paths.open(ground);
            }
            return paths;
        } catch (IOException e) {
            paths.close();
            throw e;
        }
    }

    private VrrpWay way(Inet4Address address) throws KernelException {
        VrrpWay way = ways.get(address);
        if (way == null) {
            way = new VrrpWay(address, VrrpSocket.open(address));
            ways.put(address, way);
        }
        return way;
    }

    private void open(Ground ground) throws IOException {
        GroupConfig group = ground.group();
        List<VrrpSocket6> six = new ArrayList<>();
        for (Ground.Place place : ground.places(Inet6Address.class)) {
            VrrpSocket6 socket = socket6(place.device());
            if (!six.contains(socket)) {
                six.add(socket);
            }
            socket.join(NeighbourPacket.solicitedNodeGroup((Inet6Address) place.address()));
        }
        List<String> members =
                cluster.peersOf(own.name()).stream()
                        .map(ClusterConfig.Node::name)
                        .filter(name -> group.priorityOf(name) > 0)
                        .toList();
        int centis = (int) (group.advertInterval(cluster.timing()).toMillis() / 10);
        VrrpGroupPaths paths = new VrrpGroupPaths(group, members, centis, six);
        heartbeats(paths);
        beyond(ground, paths);
        paths.addSix();
        if (paths.reachesNobody() && !members.isEmpty()) {
            throw new Refusal(
                    "group "
                            + group.name()
                            + " has IPv4 addresses, but the nodes have none to send from: give them"
                            + " one, or say vrrp { multicast = true }");
        }
        if (group.vrrp().version2()) {
            version2.add(group.vrid());
        }
        vrids.add(group.vrid());
        groups.put(group.name(), paths);
    }

    private VrrpSocket6 socket6(Interfaces.Interface device) throws KernelException {
        VrrpSocket6 socket = sockets6.get(device.index());
        if (socket == null) {
            Inet6Address linkLocal = (Inet6Address) device.own();
            socket = VrrpSocket6.open(device.name(), device.index(), linkLocal);
            sockets6.put(device.index(), socket);
            sources.add(device.own());
        }
        return socket;
    }

    /** To the members, over each of this node's addresses. */
    private void heartbeats(VrrpGroupPaths paths) throws KernelException {
        for (int place = 0; place < own.addresses().size(); place++) {
            if (own.addresses().get(place) instanceof Inet4Address address) {
                paths.add(way(address), peers(place));
            }
        }
    }

    private static Set<InetAddress> listed(ClusterConfig cluster, Map<String, Ground> grounds) {
        Set<InetAddress> listed = new HashSet<>();
        cluster.nodes().forEach(node -> listed.addAll(node.addresses()));
        for (Ground ground : grounds.values()) {
            ground.group().vrrp().routers().forEach(router -> listed.addAll(router.addresses()));
        }
        return listed;
    }

    private List<Inet4Address> peers(int place) {
        return cluster.peersOf(own.name()).stream()
                .filter(peer -> peer.addresses().size() > place)
                .map(peer -> peer.addresses().get(place))
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
    }

    /** Over IPv4 to listed routers and to everybody on the interfaces of the addresses. */
    private void beyond(Ground ground, VrrpGroupPaths paths) throws IOException {
        VrrpConfig vrrp = ground.group().vrrp();
        List<Inet4Address> destinations = new ArrayList<>();
        for (VrrpConfig.Router router : vrrp.routers()) {
            for (InetAddress address : router.addresses()) {
                if (address instanceof Inet4Address four) {
                    destinations.add(four);
                }
            }
        }
        Inet4Address everybody = (Inet4Address) InetAddress.getByAddress(ALL_ROUTERS);
        Set<Integer> done = new HashSet<>();
        for (Ground.Place place : ground.places(Inet4Address.class)) {
            Interfaces.Interface device = place.device();
            if ((destinations.isEmpty() && !vrrp.multicast()) || !done.add(device.index())) {
                continue;
            }
            Inet4Address address = (Inet4Address) device.own();
            VrrpWay way = way(address);
            sources.add(address);
            List<Inet4Address> all = new ArrayList<>(destinations);
            if (vrrp.multicast()) {
                way.socket().multicastOver(address, device.index());
                hearEverybody(everybody, address, device.index());
                all.add(everybody);
            }
            paths.add(way, all);
            if (vrrp.version2()) {
                paths.addVersion2(way, all);
            }
        }
    }

    private void hearEverybody(Inet4Address group, Inet4Address address, int index)
            throws KernelException {
        if (!groupSockets.containsKey(index)) {
            groupSockets.put(index, VrrpSocket.group(group, address, index));
        }
    }

    /** Where advertisements of this node come from beyond its listed addresses. */
    List<InetAddress> sources() {
        return sources.stream().filter(source -> !own.addresses().contains(source)).toList();
    }

    /** A member has said where else it is. */
    void greeted(String node, List<InetAddress> advertSources) {
        groups.values().forEach(paths -> paths.greeted(node, advertSources));
        refusals.greeted(node, advertSources);
    }

    /**
     * Sends to everybody who is to hear it.
     *
     * @throws KernelException when not one could be sent; some are as good as lost on the wire
     */
    void send(GroupConfig group, int priority) throws KernelException {
        VrrpGroupPaths paths = groups.get(group.name());
        if (paths == null) {
            throw new IllegalStateException("no group " + group.name());
        }
        paths.send(priority);
    }

    List<Descriptor> descriptors() {
        List<Descriptor> all = new ArrayList<>();
        ways.values().forEach(way -> all.add(way.socket()));
        all.addAll(groupSockets.values());
        all.addAll(sockets6.values());
        return all;
    }

    /** Reads what has arrived. What does not decode is dropped, as RFC 9568 §7.1 says, and told. */
    void receive(Hands.Arrivals arrivals) throws KernelException {
        for (VrrpWay way : ways.values()) {
            receive(way.socket(), arrivals);
        }
        for (VrrpSocket socket : groupSockets.values()) {
            receive(socket, arrivals);
        }
        for (VrrpSocket6 socket : sockets6.values()) {
            Arrived.read(socket::receive, packet -> heard6(packet, arrivals));
        }
    }

    private void receive(VrrpSocket socket, Hands.Arrivals arrivals) throws KernelException {
        Arrived.read(socket::receive, packet -> heard(packet, arrivals));
    }

    private void heard6(VrrpSocket6.Received packet, Hands.Arrivals arrivals) {
        Decoded decoded =
                VrrpCodec.decodeIpv6(
                        packet.message(), packet.source(), packet.destination(), packet.hopLimit());
        switch (decoded) {
            case Decoded.Ok ok -> advert(ok, arrivals);
            case Decoded.Refused(Decoded.Reason reason) ->
                    refused(reason, packet.source(), VrrpCodec.vridOf(packet.message()));
        }
    }

    private void heard(ByteBuffer packet, Hands.Arrivals arrivals) {
        switch (VrrpCodec.decodeIpv4(packet, !version2.isEmpty())) {
            case Decoded.Ok ok -> advert(ok, arrivals);
            case Decoded.Refused(Decoded.Reason reason) ->
                    refused(
                            reason,
                            VrrpCodec.sourceOf(packet),
                            VrrpCodec.vridOf(VrrpCodec.messageOf(packet)));
        }
    }

    private void advert(Decoded.Ok ok, Hands.Arrivals arrivals) {
        int vrid = ok.advert().vrid();
        if (!vrids.contains(vrid)) {
            refusals.elsewhere(ok.source(), vrid, System.nanoTime());
        } else if (ok.version() != VrrpCodec.VERSION && !version2.contains(vrid)) {
            refused(Decoded.Reason.VERSION, ok.source(), vrid);
        } else {
            arrivals.advert(new Event.AdvertReceived(ok.source(), ok.advert(), ok.version()));
        }
    }

    private void refused(Decoded.Reason reason, InetAddress source, int vrid) {
        if (vrid > 0 && !vrids.contains(vrid)) {
            refusals.elsewhere(source, vrid, System.nanoTime());
        } else {
            refusals.refused(reason, source, vrid, System.nanoTime());
        }
    }

    @Override
    public void close() {
        ways.values().forEach(way -> way.socket().close());
        groupSockets.values().forEach(VrrpSocket::close);
        sockets6.values().forEach(VrrpSocket6::close);
    }
}
