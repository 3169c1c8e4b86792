package proa.chaos.observe;

import proa.vip.linux.FrameSocket;
import proa.vip.linux.KernelException;
import proa.vip.linux.Poller;
import proa.vip.packet.ArpPacket;
import proa.vip.packet.MacAddress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks "who has this address?" every few milliseconds and notes every answer.
 *
 * <p>It asks with a hardware address of its own that is not the interface's: the host's kernel
 * ignores the answers, so that asking does not repair a neighbour entry that the announcement of
 * the new owner should have repaired. It asks in the names of eight unused addresses in turn, which
 * tells which request an answer is for. One platform thread.
 */
final class ArpWatch implements AutoCloseable {

    /** Requests that can be told apart; at 5 ms an answer may take 40 ms. */
    private static final int ASKERS = 8;

    private static final MacAddress OWN = new MacAddress(0x02_00_00_00_77_01L);

    private final List<Inet4Address> addresses;
    private final byte[] firstAsker;
    private final long intervalNanos;
    private final FrameSocket socket;
    private final Map<Inet4Address, OwnerLog> logs = new LinkedHashMap<>();
    private final long[] sent = new long[ASKERS];
    private long request;
    private volatile boolean open = true;

    private ArpWatch(
            List<Inet4Address> addresses,
            Inet4Address firstAsker,
            long intervalNanos,
            FrameSocket socket) {
        this.addresses = addresses;
        this.firstAsker = firstAsker.getAddress();
        this.intervalNanos = intervalNanos;
        this.socket = socket;
        addresses.forEach(address -> logs.put(address, new OwnerLog(intervalNanos / 1e6)));
    }

    /**
     * Begins to ask.
     *
     * @param firstAsker the first of eight unused addresses of the subnet
     * @throws KernelException without CAP_NET_RAW
     */
    static ArpWatch start(
            String interfaceName,
            List<Inet4Address> addresses,
            Inet4Address firstAsker,
            long intervalNanos)
            throws KernelException, SocketException {
        NetworkInterface network = NetworkInterface.getByName(interfaceName);
        if (network == null) {
            throw new SocketException("no interface " + interfaceName);
        }
        FrameSocket socket = FrameSocket.arp(network.getIndex());
        ArpWatch watch = new ArpWatch(addresses, firstAsker, intervalNanos, socket);
        Thread.ofPlatform().daemon().name("arp-watch").start(watch::run);
        return watch;
    }

    /** Who owned an address in a period. */
    Ownership between(InetAddress address, long fromNanos, long toNanos) {
        return Optional.ofNullable(logs.get(address))
                .map(log -> log.between(fromNanos, toNanos))
                .orElseGet(() -> new Ownership(List.of(), 0));
    }

    @Override
    public void close() {
        open = false;
    }

    private void run() {
        Poller poller = new Poller(List.of(socket));
        try (socket) {
            long due = System.nanoTime();
            while (open) {
                long now = System.nanoTime();
                if (now >= due) {
                    ask(now);
                    due = Math.max(due + intervalNanos, now);
                }
                poller.await(due - System.nanoTime());
                drain();
            }
        } catch (KernelException e) {
            throw new IllegalStateException("the ARP socket failed", e);
        }
    }

    private void ask(long now) {
        request++;
        int asker = (int) (request % ASKERS);
        sent[asker] = now;
        for (Inet4Address address : addresses) {
            try {
                ArpPacket question = ArpPacket.request(OWN, asker(asker), address);
                socket.send(question.toFrame(MacAddress.BROADCAST));
            } catch (KernelException _) {
                // The own link is down: nobody answers.
            }
        }
    }

    private Inet4Address asker(int index) {
        byte[] bytes = firstAsker.clone();
        bytes[3] += (byte) index;
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an IPv4 address", impossible);
        }
    }

    private void drain() throws KernelException {
        for (ByteBuffer frame = socket.receive(); frame != null; frame = socket.receive()) {
            ArpPacket.fromFrame(frame)
                    .filter(packet -> packet.operation() == ArpPacket.Operation.REPLY)
                    .ifPresent(this::note);
        }
    }

    private void note(ArpPacket reply) {
        OwnerLog log = logs.get(reply.sender());
        int asker = reply.target().getAddress()[3] - firstAsker[3];
        if (log != null && asker >= 0 && asker < ASKERS && reply.targetMac().equals(OWN)) {
            long age = Math.floorMod(request - asker, (long) ASKERS);
            log.answer(reply.senderMac().toString(), request - age, sent[asker]);
        }
    }
}
