package proa.vip.packet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One ARP packet for IPv4 over Ethernet, RFC 826.
 *
 * @param operation request or reply
 * @param senderMac who says so
 * @param sender whose address that is
 * @param targetMac zero in a request
 * @param target the address asked for
 */
public record ArpPacket(
        Operation operation,
        MacAddress senderMac,
        Inet4Address sender,
        MacAddress targetMac,
        Inet4Address target) {

    /** Bytes of the whole Ethernet frame, without padding. */
    public static final int FRAME_BYTES = 42;

    private static final int ETHER_TYPE = 0x0806;
    private static final int ETHERNET_BYTES = 14;

    /** What the sender wants. */
    public enum Operation {
        REQUEST,
        REPLY
    }

    /**
     * A gratuitous request: sender and target are the address that has moved. Requests are what
     * keepalived sends, and what every stack updates its cache from (RFC 5227 §3).
     */
    public static ArpPacket gratuitous(MacAddress mac, Inet4Address address) {
        return new ArpPacket(Operation.REQUEST, mac, address, MacAddress.BROADCAST, address);
    }

    /** Who has {@code target}? */
    public static ArpPacket request(MacAddress mac, Inet4Address sender, Inet4Address target) {
        return new ArpPacket(Operation.REQUEST, mac, sender, MacAddress.ZERO, target);
    }

    /**
     * The whole Ethernet frame.
     *
     * @param destination broadcast for a question or an announcement
     */
    public byte[] toFrame(MacAddress destination) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
        destination.put(frame);
        senderMac.put(frame);
        frame.putShort((short) ETHER_TYPE)
                .putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) MacAddress.BYTES)
                .put((byte) 4)
                .putShort((short) (operation == Operation.REQUEST ? 1 : 2));
        senderMac.put(frame);
        frame.put(sender.getAddress());
        targetMac.put(frame);
        return frame.put(target.getAddress()).array();
    }

    /**
     * Reads an Ethernet frame; empty when it is no well-formed ARP for IPv4 over Ethernet. Padding
     * is ignored.
     */
    public static Optional<ArpPacket> fromFrame(ByteBuffer bytes) {
        ByteBuffer frame = bytes.slice();
        if (frame.remaining() < FRAME_BYTES || frame.getShort(12) != ETHER_TYPE) {
            return Optional.empty();
        }
        ByteBuffer arp = frame.slice(ETHERNET_BYTES, FRAME_BYTES - ETHERNET_BYTES);
        int operation = arp.getShort(6) & 0xffff;
        if (arp.getInt(0) != 0x0001_0800
                || arp.getShort(4) != 0x0604
                || operation < 1
                || operation > 2) {
            return Optional.empty();
        }
        return Optional.of(
                new ArpPacket(
                        operation == 1 ? Operation.REQUEST : Operation.REPLY,
                        MacAddress.get(arp, 8),
                        address(arp, 14),
                        MacAddress.get(arp, 18),
                        address(arp, 24)));
    }

    private static Inet4Address address(ByteBuffer from, int at) {
        byte[] bytes = new byte[4];
        from.get(at, bytes);
        try {
            return (Inet4Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv4 address has 4 bytes", impossible);
        }
    }
}
