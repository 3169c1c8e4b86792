package proa.vip.packet;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Ethernet frames that say to rules of this host alone which address they are about, at which
 * interface, and for how long: nothing sends them. They are well formed as far as the kernel looks
 * before it asks its rules (RFC 826, RFC 791, RFC 8200). Stateless.
 */
public final class RenewalFrames {

    private static final int ETHERNET_BYTES = 14;
    private static final int IP_BYTES = 20;
    private static final int IP_CHECKSUM_AT = ETHERNET_BYTES + 10;
    private static final int IP6_BYTES = 40;
    private static final short ETHER_TYPE_IP = 0x0800;
    private static final short ETHER_TYPE_IP6 = (short) 0x86dd;

    /** RFC 8200 §4.7. */
    private static final byte NO_NEXT_HEADER = 59;

    /** For experiments, RFC 3692. */
    private static final byte PROTOCOL = (byte) 253;

    /** Of the prefix of documentation, RFC 3849; the time and the interface are behind it. */
    private static final byte[] TO_6 = {0x20, 0x01, 0x0d, (byte) 0xb8, 0, 0, 0, 0};

    private RenewalFrames() {}

    /**
     * All frames about an address: each set of rules sees one of them.
     *
     * @param interfaceIndex lies in its frame as in a register of the kernel's
     * @param millis the time, 1 or more
     */
    public static List<byte[]> of(InetAddress address, int interfaceIndex, int millis) {
        byte[] index =
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(interfaceIndex)
                        .array();
        return switch (address) {
            case Inet4Address four -> List.of(arp(four, index, millis), ip(four, millis));
            case Inet6Address six -> List.of(ip6(six, index, millis));
            default -> throw new IllegalStateException("no address family of " + address);
        };
    }

    /** The sender is the interface, the target's hardware begins with the time. */
    private static byte[] arp(Inet4Address address, byte[] index, int millis) {
        try {
            Inet4Address sender = (Inet4Address) Inet4Address.getByAddress(index);
            byte[] time = ByteBuffer.allocate(MacAddress.BYTES).putInt(millis).array();
            return new ArpPacket(
                            ArpPacket.Operation.REQUEST,
                            MacAddress.ZERO,
                            sender,
                            MacAddress.of(time),
                            address)
                    .toFrame(MacAddress.BROADCAST);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From the address, to one that is the time, without content. */
    private static byte[] ip(Inet4Address address, int millis) {
        byte[] bytes = new byte[ETHERNET_BYTES + IP_BYTES];
        ByteBuffer frame = ethernet(bytes, ETHER_TYPE_IP);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) IP_BYTES).putInt(0);
        frame.put((byte) 1).put(PROTOCOL).putShort((short) 0);
        frame.put(address.getAddress()).putInt(millis).flip();
        int sum = Checksum.fold(Checksum.sum(frame.slice(ETHERNET_BYTES, IP_BYTES), 0));
        frame.putShort(IP_CHECKSUM_AT, (short) sum);
        return bytes;
    }

    /** From the address, to one that ends with time and interface, without content. */
    private static byte[] ip6(Inet6Address address, byte[] index, int millis) {
        byte[] bytes = new byte[ETHERNET_BYTES + IP6_BYTES];
        ByteBuffer frame = ethernet(bytes, ETHER_TYPE_IP6);
        frame.putInt(0x6000_0000).putShort((short) 0).put(NO_NEXT_HEADER).put((byte) 1);
        frame.put(address.getAddress()).put(TO_6).putInt(millis).put(index);
        return bytes;
    }

    private static ByteBuffer ethernet(byte[] bytes, short type) {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        MacAddress.BROADCAST.put(frame);
        MacAddress.ZERO.put(frame);
        return frame.putShort(type);
    }
}
