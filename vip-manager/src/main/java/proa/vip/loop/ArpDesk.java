package proa.vip.loop;

import proa.vip.linux.Descriptor;
import proa.vip.linux.FrameSocket;
import proa.vip.linux.Interfaces;
import proa.vip.linux.KernelException;
import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything by ARP: announcing IPv4 addresses, asking for gateways, hearing that somebody else
 * claims an address. The kernel answers for them. Used by the loop's thread.
 */
final class ArpDesk implements AutoCloseable {

    private static final Inet4Address NOBODY = (Inet4Address) InetAddress.ofLiteral("0.0.0.0");

    private final Map<String, Ground> grounds;
    private final Map<Integer, FrameSocket> sockets;
    private final GatewayProbes probes;
    private final Map<Ground.Place, byte[]> announcements = new HashMap<>();
    private final Echoes echoes;

    private ArpDesk(
            Map<String, Ground> grounds, Map<Integer, FrameSocket> sockets, GatewayProbes probes) {
        this.grounds = grounds;
        this.sockets = sockets;
        this.probes = probes;
        this.echoes = new Echoes(Ground.macs(grounds.values()));
        for (Ground ground : grounds.values()) {
            for (Ground.Place place : ground.places(Inet4Address.class)) {
                MacAddress mac = MacAddress.of(place.face().mac());
                ArpPacket announcement = ArpPacket.gratuitous(mac, (Inet4Address) place.address());
                announcements.put(place, announcement.toFrame(MacAddress.BROADCAST));
            }
        }
    }

    /** Opens a socket on each interface that has an IPv4 address of a group. */
    static ArpDesk open(Map<String, Ground> grounds, GatewayProbes probes) throws KernelException {
        Map<Integer, FrameSocket> sockets = new HashMap<>();
        try {
            for (Ground ground : grounds.values()) {
                for (Ground.Place place : ground.places(Inet4Address.class)) {
                    for (Interfaces.Interface each : List.of(place.device(), place.face())) {
                        if (!sockets.containsKey(each.index())) {
                            sockets.put(each.index(), FrameSocket.arp(each.index()));
                        }
                    }
                }
            }
            return new ArpDesk(grounds, sockets, probes);
        } catch (KernelException e) {
            sockets.values().forEach(FrameSocket::close);
            throw e;
        }
    }

    /** Tells everybody on the wire that the group's addresses are here. */
    void announce(Ground ground, long nowNanos) throws KernelException {
        for (Ground.Place place : ground.places(Inet4Address.class)) {
            echoes.announced(MacAddress.of(place.face().mac()), nowNanos);
            send(place.face(), announcements.getOrDefault(place, new byte[0]));
        }
    }

    /**
     * Asks who has the group's addresses, for nobody: with no sender's address there is nothing to
     * remember from it (RFC 5227 §2.1.1), but who has the address answers.
     */
    void probe(Ground ground) throws KernelException {
        for (Ground.Place place : ground.places(Inet4Address.class)) {
            MacAddress mac = MacAddress.of(place.device().mac());
            Inet4Address address = (Inet4Address) place.address();
            ArpPacket question = ArpPacket.request(mac, NOBODY, address);
            send(place.device(), question.toFrame(MacAddress.BROADCAST));
        }
    }

    /** Tells everybody what they know already: that this host's own address is here. */
    void announceOwn(Ground ground) throws KernelException {
        for (Ground.Place place : ground.places(Inet4Address.class)) {
            MacAddress mac = MacAddress.of(place.device().mac());
            ArpPacket own = ArpPacket.gratuitous(mac, (Inet4Address) place.device().own());
            send(place.device(), own.toFrame(MacAddress.BROADCAST));
        }
    }

    private void send(Interfaces.Interface device, byte[] frame) throws KernelException {
        FrameSocket socket = sockets.get(device.index());
        if (socket != null) {
            socket.send(frame);
        }
    }

    /** Asks the group's gateway once. */
    void ask(Ground ground, Inet4Address gateway) throws KernelException {
        Interfaces.Interface device = ground.gatewayDevice();
        if (device.own() instanceof Inet4Address own) {
            ArpPacket question = ArpPacket.request(MacAddress.of(device.mac()), own, gateway);
            send(device, question.toFrame(MacAddress.BROADCAST));
        }
    }

    List<Descriptor> descriptors() {
        return List.copyOf(sockets.values());
    }

    /** Reads what has arrived. */
    void receive(Hands.Arrivals arrivals, long nowNanos) throws KernelException {
        for (FrameSocket socket : sockets.values()) {
            Arrived.read(
                    socket::receive,
                    frame ->
                            ArpPacket.fromFrame(frame)
                                    .ifPresent(
                                            packet ->
                                                    heard(
                                                            packet,
                                                            Echoes.toAll(frame),
                                                            arrivals,
                                                            nowNanos)));
        }
    }

    private void heard(ArpPacket packet, boolean toAll, Hands.Arrivals arrivals, long nowNanos) {
        probes.heard(packet.sender(), arrivals);
        if (echoes.isOwn(packet.senderMac(), toAll, nowNanos)) {
            return;
        }
        for (Ground ground : grounds.values()) {
            for (Ground.Place place : ground.places()) {
                if (place.address().equals(packet.sender())) {
                    arrivals.claimed(ground.group().name(), place.address(), packet.senderMac());
                }
            }
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(FrameSocket::close);
    }
}
