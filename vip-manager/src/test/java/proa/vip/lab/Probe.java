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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks an address from the client's namespace: a datagram each millisecond, which the node that has
 * the address sends back with its name, and an ARP request each five. Prints {@code claimed} at the
 * first answer to ARP, {@code answered} at the first datagram, and a line at the end: {@code sent=
 * answered= gapMicros= overlapMicros= owners= NODE=…}: the longest time between two answers, for
 * how long more than one hardware address answered ARP, how many answered it, and who when. Told to
 * {@code end} on its standard input, it goes on until another node than the first has answered, and
 * half a second beyond that; told to {@code stop}, for half a second.
 */
public final class Probe {

    private static final long MILLI = 1_000_000;
    private static final long ARP_NANOS = 5 * MILLI;
    private static final long BEYOND_NANOS = 500 * MILLI;

    /** Who answers again after so long has lost the address and has it again. */
    private static final long QUIET_NANOS = 100 * MILLI;

    /**
     * So many requests in turn have a sender's address of their own, from {@code .128} on, which a
     * reply repeats: it tells when its host was asked, however late it is heard.
     */
    private static final int ASKERS = 64;

    private static final int FIRST_ASKER = 128;

    private final InetAddress address;
    private final Optional<String> one;
    private final long startNanos = System.nanoTime();
    private volatile long endNanos;
    private volatile int told;
    private boolean ending;
    private final Map<String, Integer> answers = new HashMap<>();
    private final Map<String, List<long[]>> claims = new HashMap<>();
    private long gapNanos;
    private int sent;

    private Probe(InetAddress address, Optional<String> one, long endNanos) {
        this.address = address;
        this.one = one;
        this.endNanos = endNanos;
    }

    /**
     * Runs for a while.
     *
     * @param arguments the address, the node's port, how many milliseconds at most; and the MAC
     *     address of one host, if all others are one router that may answer by several
     */
    public static void main(String[] arguments) throws Exception {
        long millis = Long.parseLong(arguments[2]);
        InetAddress address = InetAddress.getByName(arguments[0]);
        Optional<String> one = Arrays.stream(arguments).skip(3).findFirst();
        Probe probe = new Probe(address, one, System.nanoTime() + millis * MILLI);
        Thread arp = Thread.ofPlatform().start(probe::arp);
        Thread.ofPlatform().daemon().start(probe::obey);
        probe.datagrams(Integer.parseInt(arguments[1]));
        arp.join();
        System.out.println(probe.summary());
    }

    private void obey() {
        try {
            told = System.in.read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void endAfterAMove() {
        if (!ending && (told == 's' || told == 'e' && answers.size() > 1)) {
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
            long[] askedNanos = new long[ASKERS];
            byte[] sender = device.own().getAddress();
            try (FrameSocket socket = FrameSocket.arp(device.index())) {
                for (int at = 0; System.nanoTime() < endNanos; at = (at + 1) % ASKERS) {
                    sender[3] = (byte) (FIRST_ASKER + at);
                    Inet4Address asker = (Inet4Address) InetAddress.getByAddress(sender);
                    ArpPacket question = ArpPacket.request(own, asker, (Inet4Address) address);
                    askedNanos[at] = System.nanoTime();
                    socket.send(question.toFrame(MacAddress.BROADCAST));
                    LockSupport.parkNanos(ARP_NANOS);
                    hear(socket, askedNanos);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Only replies count: an announcement by the new owner is what ends the old one's. */
    private void hear(FrameSocket socket, long[] askedNanos) throws IOException {
        ByteBuffer frame = socket.receive();
        while (frame != null) {
            ArpPacket.fromFrame(frame)
                    .filter(packet -> packet.operation() == ArpPacket.Operation.REPLY)
                    .filter(packet -> packet.sender().equals(address))
                    .ifPresent(packet -> claim(packet.senderMac(), asked(packet, askedNanos)));
            frame = socket.receive();
        }
    }

    private static long asked(ArpPacket reply, long[] askedNanos) {
        int at = (reply.target().getAddress()[3] & 0xff) - FIRST_ASKER;
        return at >= 0 && at < ASKERS ? askedNanos[at] : System.nanoTime();
    }

    /**
     * A host replies: it had the address at some time between the question and now. What is noted
     * is what is certain: that it had it since now at the latest, and until then at the earliest.
     */
    private void claim(MacAddress mac, long asked) {
        if (claims.isEmpty()) {
            System.out.println("claimed");
        }
        String host =
                one.filter(known -> !known.equals(mac.toString())).isPresent() ? "other" : "" + mac;
        List<long[]> periods = claims.computeIfAbsent(host, _ -> new ArrayList<>());
        if (periods.isEmpty() || asked - periods.getLast()[1] > QUIET_NANOS) {
            periods.add(new long[] {System.nanoTime(), asked});
        }
        periods.getLast()[1] = asked;
    }

    private String summary() {
        StringBuilder line = new StringBuilder("sent=" + sent);
        line.append(" answered=").append(answers.values().stream().mapToInt(n -> n).sum());
        line.append(" gapMicros=").append(gapNanos / 1000);
        line.append(" overlapMicros=").append(overlapNanos() / 1000);
        line.append(" owners=").append(claims.size());
        answers.forEach((node, count) -> line.append(' ').append(node).append('=').append(count));
        claims.forEach((host, periods) -> periods.forEach(each -> line.append(at(host, each))));
        return line.toString();
    }

    /** Who had the address from when until when, in milliseconds since the probe's start. */
    private String at(String host, long[] period) {
        return " %s:%.1f-%.1f"
                .formatted(host, (period[0] - startNanos) / 1e6, (period[1] - startNanos) / 1e6);
    }

    /** How long after the first reply of the later owner the earlier one was asked and replied. */
    private long overlapNanos() {
        long overlap = Long.MIN_VALUE;
        for (String host : claims.keySet()) {
            for (String other : claims.keySet()) {
                if (!host.equals(other)) {
                    overlap = Math.max(overlap, overlapNanos(claims.get(host), claims.get(other)));
                }
            }
        }
        return claims.size() < 2 ? 0 : overlap;
    }

    private static long overlapNanos(List<long[]> ones, List<long[]> others) {
        long overlap = Long.MIN_VALUE;
        for (long[] one : ones) {
            for (long[] other : others) {
                long together = Math.min(one[1], other[1]) - Math.max(one[0], other[0]);
                overlap = Math.max(overlap, together);
            }
        }
        return overlap;
    }
}
