package proa.vip.packet;

import org.jspecify.annotations.Nullable;

import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A neighbour solicitation or advertisement over Ethernet, RFC 4861 §4.3 and §4.4.
 *
 * @param solicitation a question, else an answer or announcement
 * @param mac the Ethernet address it speaks of: that of its option, else its frame's sender
 * @param source where it comes from; {@code ::} asks whether anybody has the target (RFC 4862 §5.4)
 * @param target the address asked for or announced
 */
public record NeighbourPacket(
        boolean solicitation, MacAddress mac, Inet6Address source, Inet6Address target) {

    /** Bytes of the whole Ethernet frame as it is made here. */
    public static final int FRAME_BYTES = 86;

    private static final int ETHER_TYPE = 0x86dd;
    private static final int ICMP = 58;
    private static final int HOP_LIMIT = 255;
    private static final int MESSAGE_BYTES = 32;
    private static final int MESSAGE_BYTES_MIN = 24;
    private static final int MESSAGE_AT = 54;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int OPTION_SOURCE = 1;
    private static final int OPTION_TARGET = 2;
    private static final int OPTION_UNIT_BYTES = 8;

    /**
     * Router and override: caches take the new Ethernet address at once (RFC 4861 §7.2.6, RFC 9568
     * §8.2.2).
     */
    private static final int ANNOUNCEMENT_FLAGS = 0xa000_0000;

    /** The same, and solicited. */
    private static final int ANSWER_FLAGS = 0xe000_0000;

    private static final byte[] ALL_NODES = {
        (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
    };

    /** An unsolicited advertisement: this address is here now. */
    public static NeighbourPacket announcement(MacAddress mac, Inet6Address address) {
        return new NeighbourPacket(false, mac, address, address);
    }

    /** The group of everybody who might have this address: RFC 4291 §2.7.1. */
    public static Inet6Address solicitedNodeGroup(Inet6Address target) {
        return whole(solicitedNode(target));
    }

    /**
     * The whole frame: an announcement to all nodes, a solicitation to the target's solicited-node
     * group.
     */
    public byte[] toFrame() {
        byte[] destination = solicitation ? solicitedNode(target) : ALL_NODES;
        return frame(null, mac, source, destination, solicitation ? 0 : ANNOUNCEMENT_FLAGS);
    }

    /**
     * The answer to this solicitation: to whoever asks, or to all nodes when the source is {@code
     * ::} (RFC 4861 §7.2.4).
     *
     * @param own the Ethernet address that has the target
     */
    public byte[] toAnswer(MacAddress own) {
        NeighbourPacket answer = announcement(own, target);
        return source.isAnyLocalAddress()
                ? answer.toFrame()
                : answer.frame(mac, own, target, source.getAddress(), ANSWER_FLAGS);
    }

    private byte[] frame(
            @Nullable MacAddress to,
            MacAddress own,
            Inet6Address from,
            byte[] destination,
            int flags) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
        if (to == null) {
            frame.putShort((short) 0x3333).put(destination, 12, 4);
        } else {
            to.put(frame);
        }
        own.put(frame);
        frame.putShort((short) ETHER_TYPE)
                .putInt(0x6000_0000)
                .putShort((short) MESSAGE_BYTES)
                .put((byte) ICMP)
                .put((byte) HOP_LIMIT)
                .put(from.getAddress())
                .put(destination)
                .put((byte) (solicitation ? SOLICITATION : ADVERTISEMENT))
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(flags)
                .put(target.getAddress())
                .put((byte) (solicitation ? OPTION_SOURCE : OPTION_TARGET))
                .put((byte) 1);
        own.put(frame);
        frame.flip();
        return frame.putShort(MESSAGE_AT + 2, (short) checksum(frame, MESSAGE_BYTES)).array();
    }

    /**
     * Reads a frame; empty unless it is a valid advertisement or solicitation (RFC 4861 §7.1).
     * Options of other kinds are skipped, bytes after the message are padding.
     */
    public static Optional<NeighbourPacket> fromFrame(ByteBuffer bytes) {
        ByteBuffer frame = bytes.slice();
        if (frame.remaining() < MESSAGE_AT + MESSAGE_BYTES_MIN
                || frame.getShort(12) != (short) ETHER_TYPE) {
            return Optional.empty();
        }
        int length = frame.getShort(18) & 0xffff;
        boolean headerFits =
                (frame.get(14) & 0xf0) == 0x60
                        && length >= MESSAGE_BYTES_MIN
                        && frame.remaining() >= MESSAGE_AT + length
                        && frame.get(20) == ICMP
                        && (frame.get(21) & 0xff) == HOP_LIMIT;
        if (!headerFits || frame.get(MESSAGE_AT + 1) != 0 || checksum(frame, length) != 0) {
            return Optional.empty();
        }
        return switch (frame.get(MESSAGE_AT) & 0xff) {
            case SOLICITATION -> read(frame, length, true);
            case ADVERTISEMENT -> read(frame, length, false);
            default -> Optional.empty();
        };
    }

    private static Optional<NeighbourPacket> read(
            ByteBuffer frame, int length, boolean solicitation) {
        Inet6Address source = whole(raw(frame, 22));
        Inet6Address target = whole(raw(frame, MESSAGE_AT + 8));
        ByteBuffer options =
                frame.slice(MESSAGE_AT + MESSAGE_BYTES_MIN, length - MESSAGE_BYTES_MIN);
        int wanted = solicitation ? OPTION_SOURCE : OPTION_TARGET;
        Optional<MacAddress> option = Optional.empty();
        while (options.hasRemaining()) {
            int at = options.position();
            int unit = options.remaining() < OPTION_UNIT_BYTES ? 0 : options.get(at + 1) & 0xff;
            if (unit == 0 || unit * OPTION_UNIT_BYTES > options.remaining()) {
                return Optional.empty();
            }
            if (options.get(at) == wanted && unit == 1) {
                option = Optional.of(MacAddress.get(options, at + 2));
            }
            options.position(at + unit * OPTION_UNIT_BYTES);
        }
        boolean nobody = source.isAnyLocalAddress();
        if (target.isMulticastAddress() || (nobody && (!solicitation || option.isPresent()))) {
            return Optional.empty();
        }
        MacAddress mac = option.orElseGet(() -> MacAddress.get(frame, 6));
        return Optional.of(new NeighbourPacket(solicitation, mac, source, target));
    }

    private static byte[] solicitedNode(Inet6Address target) {
        byte[] group = {(byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xff, 0, 0, 0};
        System.arraycopy(target.getAddress(), 13, group, 13, 3);
        return group;
    }

    private static int checksum(ByteBuffer frame, int length) {
        long start = Checksum.pseudoHeader(raw(frame, 22), raw(frame, 38), ICMP, length);
        return Checksum.fold(Checksum.sum(frame.slice(MESSAGE_AT, length), start));
    }

    private static byte[] raw(ByteBuffer from, int at) {
        byte[] bytes = new byte[16];
        from.get(at, bytes);
        return bytes;
    }

    /** Also of an IPv4-mapped address, which Java would otherwise turn into an IPv4 address. */
    private static Inet6Address whole(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
        }
    }
}
