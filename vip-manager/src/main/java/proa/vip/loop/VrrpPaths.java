package proa.vip.loop;

import org.jspecify.annotations.Nullable;

import proa.config.ClusterConfig;
import proa.config.GroupConfig;
import proa.vip.linux.Descriptor;
import proa.vip.linux.KernelException;
import proa.vip.linux.VrrpSocket;
import proa.vip.packet.ChecksumKind;
import proa.vip.packet.Decoded;
import proa.vip.packet.VrrpAdvert;
import proa.vip.packet.VrrpCodec;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The heartbeat paths: from each of this node's addresses to the address of every peer in the same
 * place of its list, by unicast VRRP. Used by the loop's thread.
 */
final class VrrpPaths implements AutoCloseable {

    private record Way(VrrpSocket socket, List<Inet4Address> peers) {}

    private final List<Way> ways;
    private final int intervalCentis;
    private final Map<GroupConfig, byte[][]> encoded = new HashMap<>();

    private VrrpPaths(List<Way> ways, int intervalCentis) {
        this.ways = List.copyOf(ways);
        this.intervalCentis = intervalCentis;
    }

    /**
     * Opens a socket on each of the node's addresses.
     *
     * @throws IOException without rights, or when an address is not this host's
     */
    static VrrpPaths open(ClusterConfig cluster, ClusterConfig.Node own) throws IOException {
        List<Way> ways = new ArrayList<>();
        try {
            for (int place = 0; place < own.addresses().size(); place++) {
                if (own.addresses().get(place) instanceof Inet4Address address) {
                    ways.add(new Way(VrrpSocket.open(address), peers(cluster, own, place)));
                }
            }
        } catch (IOException e) {
            ways.forEach(way -> way.socket().close());
            throw e;
        }
        if (ways.isEmpty()) {
            throw new Refusal("node " + own.name() + " has no IPv4 address");
        }
        return new VrrpPaths(ways, (int) (cluster.timing().advertInterval().toMillis() / 10));
    }

    private static List<Inet4Address> peers(
            ClusterConfig cluster, ClusterConfig.Node own, int place) {
        return cluster.peersOf(own.name()).stream()
                .filter(peer -> peer.addresses().size() > place)
                .map(peer -> peer.addresses().get(place))
                .filter(Inet4Address.class::isInstance)
                .map(Inet4Address.class::cast)
                .toList();
    }

    /**
     * Sends to every peer on every path.
     *
     * @throws KernelException when not one could be sent; some are as good as lost on the wire
     */
    void send(GroupConfig group, int priority) throws KernelException {
        byte[] advert = advert(group, priority);
        KernelException failure = null;
        boolean any = false;
        for (Way way : ways) {
            for (Inet4Address peer : way.peers()) {
                try {
                    way.socket().send(advert, peer);
                    any = true;
                } catch (KernelException e) {
                    failure = e;
                }
            }
        }
        if (!any && failure != null) {
            throw failure;
        }
    }

    /** Only few priorities are ever sent, so each is encoded once. */
    private byte[] advert(GroupConfig group, int priority) {
        byte[][] known = encoded.computeIfAbsent(group, _ -> new byte[256][]);
        byte @Nullable [] advert = known[priority];
        if (advert == null) {
            advert = encode(group, priority);
            known[priority] = advert;
        }
        return advert;
    }

    /** The checksum of RFC 9568 does not cover the addresses of the way, so one fits all. */
    private byte[] encode(GroupConfig group, int priority) {
        List<InetAddress> addresses =
                group.vips().stream()
                        .map(GroupConfig.Vip::address)
                        .filter(Inet4Address.class::isInstance)
                        .toList();
        VrrpAdvert advert = new VrrpAdvert(group.vrid(), priority, intervalCentis, addresses);
        InetAddress any = addresses.getFirst();
        return VrrpCodec.encode(advert, ChecksumKind.RFC9568, any, any);
    }

    List<Descriptor> descriptors() {
        return ways.stream().<Descriptor>map(Way::socket).toList();
    }

    /**
     * Reads everything that has arrived. What does not decode is dropped, as RFC 9568 §7.1 says.
     */
    void receive(Hands.Arrivals arrivals) throws KernelException {
        for (Way way : ways) {
            ByteBuffer packet = way.socket().receive();
            while (packet != null) {
                if (VrrpCodec.decodeIpv4(packet) instanceof Decoded.Ok ok) {
                    arrivals.advert(new Event.AdvertReceived(ok.source(), ok.advert()));
                }
                packet = way.socket().receive();
            }
        }
    }

    @Override
    public void close() {
        ways.forEach(way -> way.socket().close());
    }
}
