package proa.vip.packet;

import org.jspecify.annotations.Nullable;

import proa.vip.packet.Decoded.Reason;

import java.net.Inet4Address;
import java.net.Inet6Address;
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

    /** Version of RFC 9568. */
    public static final int VERSION = 3;

    /** Of a message that is too short to have a VRID. */
    public static final int VRID_UNKNOWN = -1;

    /** Version of RFC 3768. */
    public static final int VERSION_2 = 2;

    private static final int VERSION_AND_TYPE = 0x31;
    private static final int VERSION_2_AND_TYPE = 0x21;
    private static final int HEADER_BYTES = 8;
    private static final int CHECKSUM_AT = 6;
    private static final int IPV4_HEADER_BYTES_MIN = 20;

    /** RFC 3768 §5.3.10: two words after the addresses, zero without authentication. */
    private static final int AUTHENTICATION_BYTES = 8;

    /** No authentication or a clear-text password, which proves nothing and is not looked at. */
    private static final int AUTHENTICATION_TYPE_MAX = 1;

    private static final int INTERVAL_SECONDS_MAX = 255;
    private static final int CENTIS_PER_SECOND = 100;

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
     * The same advertisement for routers that know version 2 only (RFC 3768 §5.1), without an IP
     * header and without authentication. Its interval is in whole seconds, rounded up.
     *
     * @param advert with IPv4 addresses
     */
    public static byte[] encodeVersion2(VrrpAdvert advert) {
        List<InetAddress> addresses = advert.addresses();
        if (!addresses.stream().allMatch(Inet4Address.class::isInstance)) {
            throw new IllegalArgumentException("version 2 knows IPv4 only");
        }
        int seconds = Math.ceilDiv(advert.intervalCentis(), CENTIS_PER_SECOND);
        ByteBuffer message =
                ByteBuffer.allocate(HEADER_BYTES + 4 * addresses.size() + AUTHENTICATION_BYTES);
        message.put((byte) VERSION_2_AND_TYPE)
                .put((byte) advert.vrid())
                .put((byte) advert.priority())
                .put((byte) addresses.size())
                .put((byte) 0)
                .put((byte) Math.min(INTERVAL_SECONDS_MAX, seconds))
                .putShort((short) 0);
        addresses.forEach(address -> message.put(address.getAddress()));
        message.clear();
        message.putShort(CHECKSUM_AT, (short) Checksum.fold(Checksum.sum(message, 0)));
        return message.array();
    }

    /**
     * Reads what an IPv4 raw socket delivers: the IP header and the message. The buffer's remaining
     * bytes are the packet. Version 3 only.
     */
    public static Decoded decodeIpv4(ByteBuffer packet) {
        return decodeIpv4(packet, false);
    }

    /**
     * The same.
     *
     * @param version2 whether version 2 is read as well
     */
    public static Decoded decodeIpv4(ByteBuffer packet, boolean version2) {
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
        ByteBuffer message = ip.slice(headerBytes, totalBytes - headerBytes);
        boolean second = message.hasRemaining() && (message.get(0) & 0xf0) >>> 4 == 2;
        return version2 && second
                ? decodeVersion2(message, source)
                : decode(message, source, destination);
    }

    /** The VRID of a message, whatever else is wrong with it, or {@link #VRID_UNKNOWN}. */
    public static int vridOf(ByteBuffer message) {
        return message.remaining() < 2 ? VRID_UNKNOWN : message.get(message.position() + 1) & 0xff;
    }

    /** Where a packet comes from, whatever is wrong with it. */
    public static InetAddress sourceOf(ByteBuffer packet) {
        ByteBuffer ip = packet.slice();
        return address(ip.remaining() < IPV4_HEADER_BYTES_MIN ? new byte[4] : bytes(ip, 12, 4));
    }

    /** What follows the IP header of a packet, whatever is wrong with it. */
    public static ByteBuffer messageOf(ByteBuffer packet) {
        ByteBuffer ip = packet.slice();
        int headerBytes = ip.hasRemaining() ? (ip.get(0) & 0x0f) * 4 : 0;
        int at = Math.min(headerBytes, ip.remaining());
        return ip.slice(at, ip.remaining() - at);
    }

    private static Decoded decodeVersion2(ByteBuffer message, byte[] source) {
        Reason reason = reasonToRefuseVersion2(message);
        if (reason != null) {
            return new Decoded.Refused(reason);
        }
        int seconds = message.get(5) & 0xff;
        VrrpAdvert advert =
                new VrrpAdvert(
                        message.get(1) & 0xff,
                        message.get(2) & 0xff,
                        Math.min(VrrpAdvert.INTERVAL_CENTIS_MAX, seconds * CENTIS_PER_SECOND),
                        addresses(message, message.get(3) & 0xff, 4));
        return new Decoded.Ok(address(source), advert, ChecksumKind.RFC9568, VERSION_2);
    }

    /** RFC 3768 §7.1. */
    private static @Nullable Reason reasonToRefuseVersion2(ByteBuffer message) {
        if (message.remaining() < HEADER_BYTES + AUTHENTICATION_BYTES) {
            return Reason.TOO_SHORT;
        }
        if (message.get(0) != VERSION_2_AND_TYPE) {
            return Reason.TYPE;
        }
        int count = message.get(3) & 0xff;
        int expectedBytes = HEADER_BYTES + 4 * count + AUTHENTICATION_BYTES;
        if (message.remaining() != expectedBytes) {
            return message.remaining() < expectedBytes ? Reason.TOO_SHORT : Reason.TOO_LONG;
        }
        if (Checksum.fold(Checksum.sum(message, 0)) != 0) {
            return Reason.CHECKSUM;
        }
        if (message.get(1) == 0) {
            return Reason.VRID;
        }
        if (count == 0) {
            return Reason.COUNT;
        }
        if ((message.get(4) & 0xff) > AUTHENTICATION_TYPE_MAX) {
            return Reason.AUTHENTICATION;
        }
        return message.get(5) == 0 ? Reason.INTERVAL : null;
    }

    /**
     * Reads what an IPv6 raw socket delivers: the message alone.
     *
     * @param hopLimit the packet's hop limit, from the ancillary data
     */
    public static Decoded decodeIpv6(
            ByteBuffer message, Inet6Address source, Inet6Address destination, int hopLimit) {
        if (hopLimit != TTL) {
            return new Decoded.Refused(Reason.TTL);
        }
        if (!source.isLinkLocalAddress()) {
            return new Decoded.Refused(Reason.SOURCE);
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
        VrrpAdvert advert =
                new VrrpAdvert(
                        message.get(1) & 0xff,
                        message.get(2) & 0xff,
                        intervalCentis(message),
                        addresses(message, message.get(3) & 0xff, source.length));
        return new Decoded.Ok(address(source), advert, kind);
    }

    private static List<InetAddress> addresses(ByteBuffer message, int count, int length) {
        List<InetAddress> addresses = new ArrayList<>(count);
        for (int at = 0; at < count; at++) {
            addresses.add(address(bytes(message, HEADER_BYTES + at * length, length)));
        }
        return addresses;
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

    /** An IPv4-mapped address stays one of 16 bytes: an advertisement is of one family. */
    private static InetAddress address(byte[] bytes) {
        try {
            return bytes.length == 4
                    ? InetAddress.getByAddress(bytes)
                    : Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}
