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
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks an address from the client's namespace: a datagram each millisecond, which the node that has
 * the address sends back with its name, and an ARP request each five. Prints a line at the first
 * answer and one at the end: {@code sent= answered= gapMicros= overlapMicros= NODE=…}: the longest
 * time between two answers, and for how long more than one hardware address answered ARP. Told to
 * end on its standard input, it goes on until another node than the first has answered, and half a
 * second beyond that.
 */
public final class Probe {

    private static final long MILLI = 1_000_000;
    private static final long ARP_NANOS = 5 * MILLI;
    private static final long BEYOND_NANOS = 500 * MILLI;

    private final InetAddress address;
    private volatile long endNanos;
    private volatile boolean told;
    private boolean ending;
    private final Map<String, Integer> answers = new HashMap<>();
    private final Map<MacAddress, long[]> claims = new HashMap<>();
    private long gapNanos;
    private int sent;

    private Probe(InetAddress address, long endNanos) {
        this.address = address;
        this.endNanos = endNanos;
    }

    /**
     * Runs for a while.
     *
     * @param arguments the address, the node's port, how many milliseconds at most
     */
    public static void main(String[] arguments) throws Exception {
        long millis = Long.parseLong(arguments[2]);
        InetAddress address = InetAddress.getByName(arguments[0]);
        Probe probe = new Probe(address, System.nanoTime() + millis * MILLI);
        Thread arp = Thread.ofPlatform().start(probe::arp);
        Thread.ofPlatform().daemon().start(probe::obey);
        probe.datagrams(Integer.parseInt(arguments[1]));
        arp.join();
        System.out.println(probe.summary());
    }

    private void obey() {
        try {
            told = System.in.read() >= 0;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void endAfterAMove() {
        if (told && !ending && answers.size() > 1) {
            ending = true;
            endNanos = Math.min(endNanos, System.nanoTime() + BEYOND_NANOS);
        }
    }

    private void datagrams(int port) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);
            InetSocketAddress target = new InetSocketAddress(address, port);
            ByteBuffer answer = ByteBuffer.allocate(256);
            long last = 0;
            long next = System.nanoTime();
            while (next < endNanos) {
                try {
                    channel.send(ByteBuffer.allocate(8).putLong(0, sent++), target);
                } catch (IOException _) {
                    // Nobody answers ARP for it: as good as lost.
                }
                next += MILLI;
                endAfterAMove();
                while (System.nanoTime() < next) {
                    while (channel.receive(answer.clear()) != null) {
                        last = answered(answer.flip(), last);
                    }
                    LockSupport.parkNanos(100_000);
                }
            }
        }
    }

    private long answered(ByteBuffer answer, long last) {
        byte[] name = new byte[Math.max(0, answer.remaining() - 8)];
        answer.get(8, name);
        answers.merge(new String(name, StandardCharsets.US_ASCII), 1, Integer::sum);
        long now = System.nanoTime();
        if (last == 0) {
            System.out.println("answered");
        }
        gapNanos = Math.max(gapNanos, last == 0 ? 0 : now - last);
        return now;
    }

    /** Neighbour discovery asks on its own behalf: what answers is the same. */
    private void solicit(Inet6Address target) throws IOException {
        Interfaces.Interface device = Interfaces.bySubnet(address).orElseThrow();
        MacAddress own = MacAddress.of(device.mac());
        byte[] question =
                new NeighbourPacket(true, own, (Inet6Address) device.own(), target).toFrame();
        try (FrameSocket socket = FrameSocket.neighbours(device.index())) {
            while (System.nanoTime() < endNanos) {
                socket.send(question);
                LockSupport.parkNanos(ARP_NANOS);
                ByteBuffer frame = socket.receive();
                while (frame != null) {
                    NeighbourPacket.fromFrame(frame)
                            .filter(packet -> !packet.solicitation())
                            .filter(packet -> packet.target().equals(address))
                            .ifPresent(packet -> claim(packet.mac(), System.nanoTime()));
                    frame = socket.receive();
                }
            }
        }
    }

    private void arp() {
        try {
            if (address instanceof Inet6Address six) {
                solicit(six);
                return;
            }
            Interfaces.Interface device = Interfaces.bySubnet(address).orElseThrow();
            MacAddress own = MacAddress.of(device.mac());
            byte[] question =
                    ArpPacket.request(own, (Inet4Address) device.own(), (Inet4Address) address)
                            .toFrame(MacAddress.BROADCAST);
            try (FrameSocket socket = FrameSocket.arp(device.index())) {
                while (System.nanoTime() < endNanos) {
                    socket.send(question);
                    LockSupport.parkNanos(ARP_NANOS);
                    hear(socket);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Only replies count: an announcement by the new owner is what ends the old one's. */
    private void hear(FrameSocket socket) throws IOException {
        ByteBuffer frame = socket.receive();
        while (frame != null) {
            ArpPacket.fromFrame(frame)
                    .filter(packet -> packet.operation() == ArpPacket.Operation.REPLY)
                    .filter(packet -> packet.sender().equals(address))
                    .ifPresent(packet -> claim(packet.senderMac(), System.nanoTime()));
            frame = socket.receive();
        }
    }

    private void claim(MacAddress mac, long now) {
        claims.computeIfAbsent(mac, _ -> new long[] {now, now})[1] = now;
    }

    private String summary() {
        StringBuilder line = new StringBuilder("sent=" + sent);
        line.append(" answered=").append(answers.values().stream().mapToInt(n -> n).sum());
        line.append(" gapMicros=").append(gapNanos / 1000);
        line.append(" overlapMicros=").append(overlapNanos() / 1000);
        answers.forEach((node, count) -> line.append(' ').append(node).append('=').append(count));
        return line.toString();
    }

    /** How long after the first reply of the later owner the earlier one still replied. */
    private long overlapNanos() {
        long overlap = 0;
        for (Map.Entry<MacAddress, long[]> one : claims.entrySet()) {
            for (Map.Entry<MacAddress, long[]> other : claims.entrySet()) {
                if (!one.getKey().equals(other.getKey())) {
                    long start = Math.max(one.getValue()[0], other.getValue()[0]);
                    long end = Math.min(one.getValue()[1], other.getValue()[1]);
                    overlap = Math.max(overlap, end - start);
                }
            }
        }
        return overlap;
    }
}
