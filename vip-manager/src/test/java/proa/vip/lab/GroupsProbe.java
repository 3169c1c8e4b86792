package proa.vip.lab;

import proa.vip.linux.FrameSocket;
import proa.vip.linux.Interfaces;
import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks one address of each of many groups, in turn, a datagram each five milliseconds for every
 * address, which the node that has it sends back. Prints {@code answered} when all have answered
 * once. A line on standard input ends it: then every address of all groups is asked for by ARP, and
 * one line tells {@code gapsMicros=MEDIAN..MAX answered=ADDRESSES macs=HOSTS double=ADDRESSES}: how
 * long each probed address was silent at the most, how many of all addresses answer, how many hosts
 * that were, and for how many addresses more than one answered.
 */
public final class GroupsProbe {

    private static final long ROUND_NANOS = 5_000_000;
    private static final long ARP_NANOS = 5_000_000_000L;

    /** So long after the last question another host may answer, too. */
    private static final long SECOND_ANSWER_NANOS = 300_000_000L;

    private final List<InetSocketAddress> probed;
    private final List<InetAddress> all;
    private final long[] lastNanos;
    private final long[] gapNanos;

    private GroupsProbe(List<InetSocketAddress> probed, List<InetAddress> all) {
        this.probed = probed;
        this.all = all;
        this.lastNanos = new long[probed.size()];
        this.gapNanos = new long[probed.size()];
    }

    /**
     * Runs until told to end.
     *
     * @param arguments the node's port, the number of addresses of a group, then all addresses,
     *     group by group; the last of each group is probed
     */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        int each = Integer.parseInt(arguments[1]);
        List<InetAddress> all =
                Arrays.stream(arguments).skip(2).map(InetAddress::ofLiteral).toList();
        List<InetSocketAddress> probed =
                java.util.stream.IntStream.rangeClosed(1, all.size() / each)
                        .mapToObj(group -> new InetSocketAddress(all.get(group * each - 1), port))
                        .toList();
        GroupsProbe probe = new GroupsProbe(probed, all);
        probe.datagrams();
        System.out.println(probe.summary(probe.claims()));
    }

    private void datagrams() throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(256);
        boolean told = false;
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.configureBlocking(false);
            long next = System.nanoTime();
            while (System.in.available() == 0) {
                for (int group = 0; group < probed.size(); group++) {
                    ask(channel, group);
                }
                next += ROUND_NANOS;
                while (System.nanoTime() < next) {
                    while (channel.receive(answer.clear()) != null) {
                        answered((int) answer.getLong(0));
                    }
                    LockSupport.parkNanos(200_000);
                }
                if (!told && Arrays.stream(lastNanos).allMatch(last -> last != 0)) {
                    told = true;
                    System.out.println("answered");
                }
            }
        }
    }

    private void ask(DatagramChannel channel, int group) {
        try {
            channel.send(ByteBuffer.allocate(8).putLong(0, group), probed.get(group));
        } catch (IOException _) {
            // Nobody answers ARP for it: as good as lost.
        }
    }

    private void answered(int group) {
        long now = System.nanoTime();
        long last = lastNanos[group];
        lastNanos[group] = now;
        gapNanos[group] = Math.max(gapNanos[group], last == 0 ? 0 : now - last);
    }

    /** Who answers ARP for each address. */
    private Map<InetAddress, Set<MacAddress>> claims() throws IOException {
        Map<InetAddress, Set<MacAddress>> claims = new HashMap<>();
        Interfaces.Interface device = Interfaces.bySubnet(all.getFirst()).orElseThrow();
        MacAddress own = MacAddress.of(device.mac());
        try (FrameSocket socket = FrameSocket.arp(device.index())) {
            for (InetAddress address : all) {
                ArpPacket question =
                        ArpPacket.request(own, (Inet4Address) device.own(), (Inet4Address) address);
                socket.send(question.toFrame(MacAddress.BROADCAST));
                hear(socket, claims);
                LockSupport.parkNanos(500_000);
            }
            long end = System.nanoTime() + ARP_NANOS;
            long second = System.nanoTime() + SECOND_ANSWER_NANOS;
            while (System.nanoTime() < (claims.keySet().containsAll(all) ? second : end)) {
                hear(socket, claims);
                LockSupport.parkNanos(1_000_000);
            }
        }
        return claims;
    }

    private static void hear(FrameSocket socket, Map<InetAddress, Set<MacAddress>> claims)
            throws IOException {
        ByteBuffer frame = socket.receive();
        while (frame != null) {
            ArpPacket.fromFrame(frame)
                    .filter(packet -> packet.operation() == ArpPacket.Operation.REPLY)
                    .ifPresent(
                            packet ->
                                    claims.computeIfAbsent(packet.sender(), _ -> new HashSet<>())
                                            .add(packet.senderMac()));
            frame = socket.receive();
        }
    }

    private String summary(Map<InetAddress, Set<MacAddress>> claims) {
        claims.keySet().retainAll(all);
        long[] sorted = gapNanos.clone();
        Arrays.sort(sorted);
        Set<MacAddress> hosts = new HashSet<>();
        claims.values().forEach(hosts::addAll);
        return "gapsMicros="
                + sorted[sorted.length / 2] / 1_000
                + ".."
                + sorted[sorted.length - 1] / 1_000
                + " answered="
                + claims.size()
                + " macs="
                + hosts.size()
                + " double="
                + claims.values().stream().filter(by -> by.size() > 1).count();
    }
}
