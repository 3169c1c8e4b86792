package proa.vip.packet;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A neighbour solicitation or advertisement with the sender's Ethernet address, RFC 4861 §4.3 and
 * §4.4.
 *
 * @param solicitation a question, else an answer or announcement
 * @param mac the Ethernet address it carries
 * @param source where it comes from
 * @param target the address asked for or announced
 */
public record NeighbourPacket(
        boolean solicitation, MacAddress mac, Inet6Address source, Inet6Address target) {

    /** Bytes of the whole Ethernet frame. */
    public static final int FRAME_BYTES = 86;

    private static final int ETHER_TYPE = 0x86dd;
    private static final int ICMP = 58;
    private static final int HOP_LIMIT = 255;
    private static final int MESSAGE_BYTES = 32;
    private static final int MESSAGE_AT = 54;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int OPTION_SOURCE = 1;
    private static final int OPTION_TARGET = 2;

    /**
     * Router and override: caches take the new Ethernet address at once (RFC 4861 §7.2.6, RFC 9568
     * §8.2.2).
     */
    private static final int ANNOUNCEMENT_FLAGS = 0xa000_0000;

    private static final byte[] ALL_NODES = {
        (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    };

    /** An unsolicited advertisement: this address is here now. */
    public static NeighbourPacket announcement(MacAddress mac, Inet6Address address) {
        return new NeighbourPacket(false, mac, address, address);
    }

    /**
     * The whole frame: an announcement to all nodes, a solicitation to the target's solicited-node
     * group.
     */
    public byte[] toFrame() {
        byte[] destination = solicitation ? solicitedNode(target) : ALL_NODES;
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
        frame.putShort((short) 0x3333).put(destination, 12, 4);
        mac.put(frame);
        frame.putShort((short) ETHER_TYPE)
                .putInt(0x6000_0000)
                .putShort((short) MESSAGE_BYTES)
                .put((byte) ICMP)
                .put((byte) HOP_LIMIT)
                .put(source.getAddress())
                .put(destination)
                .put((byte) (solicitation ? SOLICITATION : ADVERTISEMENT))
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(solicitation ? 0 : ANNOUNCEMENT_FLAGS)
                .put(target.getAddress())
                .put((byte) (solicitation ? OPTION_SOURCE : OPTION_TARGET))
                .put((byte) 1);
        mac.put(frame);
        return frame.putShort(MESSAGE_AT + 2, (short) checksum(frame.flip(), destination)).array();
    }

    /**
     * Reads a frame; empty unless it is a valid advertisement or solicitation (RFC 4861 §7.1) that
     * carries an Ethernet address.
     */
    public static Optional<NeighbourPacket> fromFrame(ByteBuffer bytes) {
        ByteBuffer frame = bytes.slice();
        if (frame.remaining() < FRAME_BYTES || frame.getShort(12) != (short) ETHER_TYPE) {
            return Optional.empty();
        }
        frame.limit(FRAME_BYTES);
        boolean headerFits =
                (frame.get(14) & 0xf0) == 0x60
                        && frame.getShort(18) == MESSAGE_BYTES
                        && frame.get(20) == ICMP
                        && (frame.get(21) & 0xff) == HOP_LIMIT;
        int type = frame.get(MESSAGE_AT) & 0xff;
        int option = frame.get(MESSAGE_AT + 24);
        boolean bodyFits =
                frame.get(MESSAGE_AT + 1) == 0
                        && frame.get(MESSAGE_AT + 25) == 1
                        && ((type == SOLICITATION && option == OPTION_SOURCE)
                                || (type == ADVERTISEMENT && option == OPTION_TARGET));
        if (!headerFits || !bodyFits || checksum(frame, raw(frame, 38)) != 0) {
            return Optional.empty();
        }
        return address(frame, 22)
                .flatMap(
                        source ->
                                address(frame, MESSAGE_AT + 8)
                                        .map(
                                                target ->
                                                        new NeighbourPacket(
                                                                type == SOLICITATION,
                                                                MacAddress.get(
                                                                        frame, MESSAGE_AT + 26),
                                                                source,
                                                                target)));
    }

    /** RFC 4291 §2.7.1. */
    private static byte[] solicitedNode(Inet6Address target) {
        byte[] group = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xff, 0, 0, 0};
        System.arraycopy(target.getAddress(), 13, group, 13, 3);
        return group;
    }

    private static int checksum(ByteBuffer frame, byte[] destination) {
        long start = Checksum.pseudoHeader(raw(frame, 22), destination, ICMP, MESSAGE_BYTES);
        return Checksum.fold(Checksum.sum(frame.slice(MESSAGE_AT, MESSAGE_BYTES), start));
    }

    private static byte[] raw(ByteBuffer from, int at) {
        byte[] bytes = new byte[16];
        from.get(at, bytes);
        return bytes;
    }

    /** An IPv4-mapped address is no neighbour: Java would turn it into an IPv4 address. */
    private static Optional<Inet6Address> address(ByteBuffer from, int at) {
        try {
            return InetAddress.getByAddress(raw(from, at)) instanceof Inet6Address six
                    ? Optional.of(six)
                    : Optional.empty();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
        }
    }
}
