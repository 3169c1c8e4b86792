package proa.vip.loop;

import proa.vip.linux.Descriptor;
import proa.vip.linux.FrameSocket;
import proa.vip.linux.Interfaces;
import proa.vip.linux.KernelException;
import proa.vip.packet.MacAddress;
import proa.vip.packet.NeighbourPacket;

import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything by neighbour discovery: announcing IPv6 addresses, answering for them, asking for
 * gateways, hearing that somebody else claims an address.
 *
 * <p>The kernel answers for addresses of the interface itself only, and these are on the TUN
 * device. So this process answers, while its lease lasts: a stopped or dead vipd answers nobody.
 * Used by the loop's thread.
 */
final class NeighbourDesk implements AutoCloseable {

    /** Per group: until when it answers, in nanoseconds of the monotonic clock. */
    private final Map<String, Long> leases = new HashMap<>();

    private final Map<String, Ground> grounds;
    private final Map<Integer, FrameSocket> sockets;
    private final GatewayProbes probes;
    private final Map<Ground.Place, byte[]> announcements = new HashMap<>();
    private final Echoes echoes;

    private NeighbourDesk(
            Map<String, Ground> grounds, Map<Integer, FrameSocket> sockets, GatewayProbes probes) {
        this.grounds = grounds;
        this.sockets = sockets;
        this.probes = probes;
        this.echoes = new Echoes(Ground.macs(grounds.values()));
        for (Ground ground : grounds.values()) {
            for (Ground.Place place : ground.places(Inet6Address.class)) {
                MacAddress mac = MacAddress.of(place.face().mac());
                Inet6Address address = (Inet6Address) place.address();
                announcements.put(place, NeighbourPacket.announcement(mac, address).toFrame());
            }
        }
    }

    /** Opens a socket on each interface that has an IPv6 address of a group. */
    static NeighbourDesk open(Map<String, Ground> grounds, GatewayProbes probes)
            throws KernelException {
        Map<Integer, FrameSocket> sockets = new HashMap<>();
        try {
            for (Ground ground : grounds.values()) {
                for (Ground.Place place : ground.places(Inet6Address.class)) {
                    for (Interfaces.Interface each : List.of(place.device(), place.face())) {
                        if (!sockets.containsKey(each.index())) {
                            sockets.put(each.index(), FrameSocket.neighbours(each.index()));
                        }
                    }
                }
            }
            return new NeighbourDesk(grounds, sockets, probes);
        } catch (KernelException e) {
            sockets.values().forEach(FrameSocket::close);
            throw e;
        }
    }

    /** Answers for the group's addresses until then. */
    void answerUntil(String group, long untilNanos) {
        leases.put(group, untilNanos);
    }

    /** Answers for them no longer. */
    void fallSilent(String group) {
        leases.remove(group);
    }

    /** Tells everybody on the wire that the group's addresses are here. */
    void announce(Ground ground, long nowNanos) throws KernelException {
        for (Ground.Place place : ground.places(Inet6Address.class)) {
            echoes.announced(MacAddress.of(place.face().mac()), nowNanos);
            send(place.face(), announcements.getOrDefault(place, new byte[0]));
        }
    }

    /**
     * Asks who has the group's addresses, from this host's own address, of which others know no
     * more from that than is so.
     */
    void probe(Ground ground) throws KernelException {
        for (Ground.Place place : ground.places(Inet6Address.class)) {
            ask(place.device(), (Inet6Address) place.address());
        }
    }

    /** Tells everybody what they know already: that this host's own address is here. */
    void announceOwn(Ground ground) throws KernelException {
        for (Ground.Place place : ground.places(Inet6Address.class)) {
            MacAddress mac = MacAddress.of(place.device().mac());
            Inet6Address own = (Inet6Address) place.device().own();
            send(place.device(), NeighbourPacket.announcement(mac, own).toFrame());
        }
    }

    private void send(Interfaces.Interface device, byte[] frame) throws KernelException {
        FrameSocket socket = sockets.get(device.index());
        if (socket != null) {
            socket.send(frame);
        }
    }

    /** Asks the group's gateway once. */
    void ask(Ground ground, Inet6Address gateway) throws KernelException {
        ask(ground.gatewayDevice(), gateway);
    }

    private void ask(Interfaces.Interface device, Inet6Address target) throws KernelException {
        if (device.own() instanceof Inet6Address own) {
            MacAddress mac = MacAddress.of(device.mac());
            send(device, new NeighbourPacket(true, mac, own, target).toFrame());
        }
    }

    List<Descriptor> descriptors() {
        return List.copyOf(sockets.values());
    }

    /** Reads what has arrived, and answers. */
    void receive(Hands.Arrivals arrivals, long nowNanos) throws KernelException {
        for (Map.Entry<Integer, FrameSocket> entry : sockets.entrySet()) {
            int index = entry.getKey();
            Arrived.read(
                    entry.getValue()::receive,
                    frame ->
                            NeighbourPacket.fromFrame(frame)
                                    .ifPresent(
                                            packet -> {
                                                boolean own = isOwn(packet, frame, nowNanos);
                                                heard(index, packet, own, arrivals, nowNanos);
                                            }));
        }
    }

    private boolean isOwn(NeighbourPacket packet, ByteBuffer frame, long nowNanos) {
        return echoes.isOwn(packet.mac(), Echoes.toAll(frame), nowNanos);
    }

    private void heard(
            int index,
            NeighbourPacket packet,
            boolean own,
            Hands.Arrivals arrivals,
            long nowNanos) {
        if (!packet.solicitation()) {
            probes.heard(packet.target(), arrivals);
        }
        for (Ground ground : grounds.values()) {
            for (Ground.Place place : ground.places()) {
                boolean here = place.device().index() == index || place.face().index() == index;
                if (here && place.address().equals(packet.target())) {
                    concerning(ground, place, packet, own, arrivals, nowNanos);
                }
            }
        }
    }

    /** A question is answered, also one by a host that wants the address; a claim is told. */
    private void concerning(
            Ground ground,
            Ground.Place place,
            NeighbourPacket packet,
            boolean own,
            Hands.Arrivals arrivals,
            long nowNanos) {
        String group = ground.group().name();
        boolean wanted = packet.solicitation() && packet.source().isAnyLocalAddress();
        if ((wanted || !packet.solicitation()) && !own) {
            arrivals.claimed(group, place.address(), packet.mac());
        }
        Long until = leases.get(group);
        if (packet.solicitation() && until != null && until - nowNanos > 0) {
            answer(place.face(), packet, nowNanos);
        }
    }

    /** What cannot be sent now, into a full queue for one, is asked for again within a second. */
    private void answer(Interfaces.Interface face, NeighbourPacket question, long nowNanos) {
        if (question.source().isAnyLocalAddress()) {
            echoes.announced(MacAddress.of(face.mac()), nowNanos); // it goes to all
        }
        try {
            send(face, question.toAnswer(MacAddress.of(face.mac())));
        } catch (KernelException _) {
            // As said above.
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(FrameSocket::close);
    }
}
