package proa.vip.packet;

import org.jspecify.annotations.Nullable;

import proa.vip.packet.Decoded.Reason;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link VrrpAdvert} ↔ the bytes of RFC 9568 §5.2:
 *
 * <pre>
 *  version 3, type 1 : 1 | vrid : 1 | priority : 1 | count : 1
 *  reserve : 4 bits, interval : 12 bits   | checksum : 2
 *  addresses : count × 4 or 16
 * </pre>
 */
public final class VrrpCodec {

    /** IP protocol number of VRRP. */
    public static final int PROTOCOL = 112;

    /**
     * TTL and hop limit of every advertisement; anything less has passed a router (RFC 9568
     * §5.1.1.3, RFC 5082).
     */
    public static final int TTL = 255;

    private static final int VERSION_AND_TYPE = 0x31;
    private static final int HEADER_BYTES = 8;
    private static final int CHECKSUM_AT = 6;
    private static final int IPV4_HEADER_BYTES_MIN = 20;

    private VrrpCodec() {}

    /**
     * The message without an IP header.
     *
     * @param kind what the checksum covers; IPv6 always has the pseudo-header
     * @param source the sender's address, of the family of the virtual addresses
     * @param destination the group or the peer it goes to
     */
    public static byte[] encode(
            VrrpAdvert advert, ChecksumKind kind, InetAddress source, InetAddress destination) {
        int addressBytes = advert.addresses().getFirst().getAddress().length;
        ByteBuffer message =
                ByteBuffer.allocate(HEADER_BYTES + addressBytes * advert.addresses().size());
        message.put((byte) VERSION_AND_TYPE)
                .put((byte) advert.vrid())
                .put((byte) advert.priority())
                .put((byte) advert.addresses().size())
                .putShort((short) advert.intervalCentis())
                .putShort((short) 0);
        advert.addresses().forEach(address -> message.put(address.getAddress()));
        message.flip();
        boolean pseudo = addressBytes == 16 || kind == ChecksumKind.PSEUDO_HEADER;
        long start = pseudo ? pseudo(message, source.getAddress(), destination.getAddress()) : 0;
        message.putShort(CHECKSUM_AT, (short) Checksum.fold(Checksum.sum(message, start)));
        return message.array();
    }

    /**
     * Reads what an IPv4 raw socket delivers: the IP header and the message. The buffer's remaining
     * bytes are the packet.
     */
    public static Decoded decodeIpv4(ByteBuffer packet) {
        ByteBuffer ip = packet.slice();
        if (ip.remaining() < IPV4_HEADER_BYTES_MIN) {
            return new Decoded.Refused(Reason.TOO_SHORT);
        }
        int headerBytes = (ip.get(0) & 0x0f) * 4;
        if ((ip.get(0) & 0xf0) != 0x40 || (ip.get(9) & 0xff) != PROTOCOL) {
            return new Decoded.Refused(Reason.NOT_VRRP);
        }
        if ((ip.get(8) & 0xff) != TTL) {
            return new Decoded.Refused(Reason.TTL);
        }
        int totalBytes = ip.getShort(2) & 0xffff;
        if (headerBytes < IPV4_HEADER_BYTES_MIN
                || totalBytes < headerBytes
                || totalBytes > ip.remaining()) {
            return new Decoded.Refused(Reason.TOO_SHORT);
        }
        byte[] source = bytes(ip, 12, 4);
        byte[] destination = bytes(ip, 16, 4);
        return decode(ip.slice(headerBytes, totalBytes - headerBytes), source, destination);
    }

    /**
     * Reads what an IPv6 raw socket delivers: the message alone.
     *
     * @param hopLimit the packet's hop limit, from the ancillary data
     */
    public static Decoded decodeIpv6(
            ByteBuffer message, InetAddress source, InetAddress destination, int hopLimit) {
        if (hopLimit != TTL) {
            return new Decoded.Refused(Reason.TTL);
        }
        return decode(message.slice(), source.getAddress(), destination.getAddress());
    }

    private static Decoded decode(ByteBuffer message, byte[] source, byte[] destination) {
        Reason reason = reasonToRefuse(message, source.length);
        if (reason != null) {
            return new Decoded.Refused(reason);
        }
        ChecksumKind kind = checksumOf(message, source, destination);
        if (kind == null) {
            return new Decoded.Refused(Reason.CHECKSUM);
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (int at = HEADER_BYTES; at < message.limit(); at += source.length) {
            addresses.add(address(bytes(message, at, source.length)));
        }
        VrrpAdvert advert =
                new VrrpAdvert(
                        message.get(1) & 0xff,
                        message.get(2) & 0xff,
                        intervalCentis(message),
                        addresses);
        return new Decoded.Ok(address(source), advert, kind);
    }

    /** RFC 9568 §7.1 in the order of the RFC, the checksum apart. */
    private static @Nullable Reason reasonToRefuse(ByteBuffer message, int addressBytes) {
        if (message.remaining() < HEADER_BYTES) {
            return Reason.TOO_SHORT;
        }
        if ((message.get(0) & 0xf0) >>> 4 != VERSION_AND_TYPE >>> 4) {
            return Reason.VERSION;
        }
        if (message.get(0) != VERSION_AND_TYPE) {
            return Reason.TYPE;
        }
        int count = message.get(3) & 0xff;
        int expectedBytes = HEADER_BYTES + count * addressBytes;
        if (message.remaining() != expectedBytes) {
            return message.remaining() < expectedBytes ? Reason.TOO_SHORT : Reason.TOO_LONG;
        }
        if (message.get(1) == 0) {
            return Reason.VRID;
        }
        if (count == 0) {
            return Reason.COUNT;
        }
        return intervalCentis(message) == 0 ? Reason.INTERVAL : null;
    }

    private static @Nullable ChecksumKind checksumOf(
            ByteBuffer message, byte[] source, byte[] destination) {
        if (source.length == 4 && Checksum.fold(Checksum.sum(message, 0)) == 0) {
            return ChecksumKind.RFC9568;
        }
        long start = pseudo(message, source, destination);
        return Checksum.fold(Checksum.sum(message, start)) == 0 ? ChecksumKind.PSEUDO_HEADER : null;
    }

    private static long pseudo(ByteBuffer message, byte[] source, byte[] destination) {
        return Checksum.pseudoHeader(source, destination, PROTOCOL, message.remaining());
    }

    /** The upper four bits are reserved: ignored on receipt (RFC 9568 §5.2.6). */
    private static int intervalCentis(ByteBuffer message) {
        return message.getShort(4) & VrrpAdvert.INTERVAL_CENTIS_MAX;
    }

    private static byte[] bytes(ByteBuffer from, int at, int length) {
        byte[] bytes = new byte[length];
        from.get(at, bytes);
        return bytes;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}
