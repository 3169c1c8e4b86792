package proa.vip.loop;

import proa.vip.linux.ArpSocket;
import proa.vip.linux.Descriptor;
import proa.vip.linux.Interfaces;
import proa.vip.linux.KernelException;
import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;
import proa.vip.vrrp.Event;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything by ARP: announcing addresses, probing gateways, hearing that somebody else claims an
 * address. Used by the loop's thread.
 */
final class ArpDesk implements AutoCloseable {

    private final Map<String, Ground> grounds;
    private final Map<Integer, ArpSocket> sockets;
    private final Map<String, GatewayProbe> probes = new HashMap<>();
    private final Map<Ground.Place, byte[]> announcements = new HashMap<>();

    private ArpDesk(Map<String, Ground> grounds, Map<Integer, ArpSocket> sockets) {
        this.grounds = grounds;
        this.sockets = sockets;
        for (Ground ground : grounds.values()) {
            probes.put(ground.group().name(), new GatewayProbe());
            for (Ground.Place place : ground.places()) {
                MacAddress mac = MacAddress.of(place.device().mac());
                ArpPacket announcement = ArpPacket.gratuitous(mac, place.address());
                announcements.put(place, announcement.toFrame(MacAddress.BROADCAST));
            }
        }
    }

    /** Opens a socket on each interface. */
    static ArpDesk open(Map<String, Ground> grounds) throws KernelException {
        Map<Integer, ArpSocket> sockets = new HashMap<>();
        try {
            for (Ground ground : grounds.values()) {
                for (Ground.Place place : ground.places()) {
                    int index = place.device().index();
                    if (!sockets.containsKey(index)) {
                        sockets.put(index, ArpSocket.open(index));
                    }
                }
            }
            return new ArpDesk(grounds, sockets);
        } catch (KernelException e) {
            sockets.values().forEach(ArpSocket::close);
            throw e;
        }
    }

    /** Tells everybody on the wire that the group's addresses are here. */
    void announce(Ground ground) throws KernelException {
        for (Ground.Place place : ground.places()) {
            send(place.device(), announcements.getOrDefault(place, new byte[0]));
        }
    }

    /** Tells everybody what they know already: that this host's own address is here. */
    void announceOwn(Ground ground) throws KernelException {
        Interfaces.Interface device = ground.places().getFirst().device();
        ArpPacket own = ArpPacket.gratuitous(MacAddress.of(device.mac()), device.own());
        send(device, own.toFrame(MacAddress.BROADCAST));
    }

    private void send(Interfaces.Interface device, byte[] frame) throws KernelException {
        ArpSocket socket = sockets.get(device.index());
        if (socket != null) {
            socket.send(frame);
        }
    }

    /** Begins to probe; the first request leaves with the next {@link #tick}. */
    void probe(Ground ground, long nowNanos) {
        probe(ground.group().name()).start(nowNanos);
    }

    private GatewayProbe probe(String group) {
        return probes.computeIfAbsent(group, _ -> new GatewayProbe());
    }

    /** Sends requests that are due and gives up on gateways that stay silent. */
    void tick(Hands.Arrivals arrivals, long nowNanos) {
        for (Ground ground : grounds.values()) {
            switch (probe(ground.group().name()).next(nowNanos)) {
                case NOTHING -> {}
                case REQUEST -> ask(ground);
                case GIVE_UP ->
                        arrivals.group(ground.group().name(), new Event.GatewayProbed(false));
            }
        }
    }

    /** A request that cannot be sent is not answered either, which the probe will tell. */
    private void ask(Ground ground) {
        Optional<Inet4Address> gateway = ground.gateway();
        Interfaces.Interface device = ground.places().getFirst().device();
        try {
            if (gateway.isPresent()) {
                ArpPacket question =
                        ArpPacket.request(MacAddress.of(device.mac()), device.own(), gateway.get());
                send(device, question.toFrame(MacAddress.BROADCAST));
            }
        } catch (KernelException _) {
            // As said above.
        }
    }

    long deadlineNanos() {
        long earliest = Long.MAX_VALUE;
        for (GatewayProbe probe : probes.values()) {
            long deadline = probe.deadlineNanos();
            if (deadline != Long.MAX_VALUE
                    && (earliest == Long.MAX_VALUE || deadline - earliest < 0)) {
                earliest = deadline;
            }
        }
        return earliest;
    }

    List<Descriptor> descriptors() {
        return List.copyOf(sockets.values());
    }

    /** Reads everything that has arrived. */
    void receive(Hands.Arrivals arrivals) throws KernelException {
        for (ArpSocket socket : sockets.values()) {
            ByteBuffer frame = socket.receive();
            while (frame != null) {
                ArpPacket.fromFrame(frame).ifPresent(packet -> heard(packet, arrivals));
                frame = socket.receive();
            }
        }
    }

    private void heard(ArpPacket packet, Hands.Arrivals arrivals) {
        for (Ground ground : grounds.values()) {
            boolean gateway =
                    ground.gateway().isPresent() && ground.gateway().get().equals(packet.sender());
            String group = ground.group().name();
            if (gateway && probe(group).answered()) {
                arrivals.group(group, new Event.GatewayProbed(true));
            }
            ground.places().stream()
                    .filter(place -> place.address().equals(packet.sender()))
                    .forEach(place -> arrivals.claimed(group, place.address(), packet.senderMac()));
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(ArpSocket::close);
    }
}
