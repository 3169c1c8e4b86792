package proa.vip.lab;

import proa.vip.linux.FrameSocket;
import proa.vip.linux.Interfaces;
import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;
import proa.vip.packet.NeighbourPacket;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks by ARP and by neighbour discovery on one interface who has some addresses, fifty times a
 * second, and prints each address with each hardware address that answered for it, once. Started by
 * tests, killed by tests.
 */
public final class Asker {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final Set<String> TOLD = new HashSet<>();

    private Asker() {}

    /**
     * Runs until killed.
     *
     * @param arguments the interface, then addresses
     */
    public static void main(String[] arguments) throws IOException {
        List<InetAddress> asked =
                Arrays.stream(arguments).skip(1).map(InetAddress::ofLiteral).toList();
        Interfaces.Interface four = own(arguments[0], "10.0.0.0");
        Interfaces.Interface six = own(arguments[0], "fd00::");
        try (FrameSocket arp = FrameSocket.arp(four.index());
                FrameSocket neighbours = FrameSocket.neighbours(six.index())) {
            while (true) {
                for (InetAddress address : asked) {
                    if (address instanceof Inet6Address target) {
                        neighbours.send(solicitation(six, target));
                    } else {
                        arp.send(request(four, (Inet4Address) address));
                    }
                }
                LockSupport.parkNanos(PAUSE_NANOS);
                hear(arp, neighbours, asked);
            }
        }
    }

    private static Interfaces.Interface own(String device, String family) throws IOException {
        return Interfaces.byName(device, InetAddress.ofLiteral(family)).orElseThrow();
    }

    private static byte[] request(Interfaces.Interface own, Inet4Address address) {
        return ArpPacket.request(MacAddress.of(own.mac()), (Inet4Address) own.own(), address)
                .toFrame(MacAddress.BROADCAST);
    }

    private static byte[] solicitation(Interfaces.Interface own, Inet6Address address) {
        MacAddress mac = MacAddress.of(own.mac());
        return new NeighbourPacket(true, mac, (Inet6Address) own.own(), address).toFrame();
    }

    private static void hear(FrameSocket arp, FrameSocket neighbours, List<InetAddress> asked)
            throws IOException {
        for (ByteBuffer frame = arp.receive(); frame != null; frame = arp.receive()) {
            ArpPacket.fromFrame(frame)
                    .filter(packet -> packet.operation() == ArpPacket.Operation.REPLY)
                    .filter(packet -> asked.contains(packet.sender()))
                    .ifPresent(packet -> tell(packet.sender(), packet.senderMac()));
        }
        for (ByteBuffer frame = neighbours.receive(); frame != null; frame = neighbours.receive()) {
            NeighbourPacket.fromFrame(frame)
                    .filter(packet -> !packet.solicitation())
                    .filter(packet -> asked.contains(packet.target()))
                    .ifPresent(packet -> tell(packet.target(), packet.mac()));
        }
    }

    private static void tell(InetAddress address, MacAddress mac) {
        String line = address.getHostAddress() + " is at " + mac;
        if (TOLD.add(line)) {
            System.out.println(line);
        }
    }
}
