package proa.cluster.tables;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The key of a table entry as 128 bits: an address (IPv4 as IPv4-mapped IPv6), the network of one,
 * a number, or a keyed hash ({@link SipHash}) of a text.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record TableKey(long high, long low) implements Comparable<TableKey> {

    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;

    /** The key of a client's address. */
    public static TableKey ofAddress(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new TableKey(0, MAPPED_PREFIX | (bytes.getInt() & 0xffff_ffffL))
                : new TableKey(bytes.getLong(), bytes.getLong());
    }

    /**
     * The key of the network of a client's address.
     *
     * @param ipv4 bits of an IPv4 address that count, 1 to 32
     * @param ipv6 bits of an IPv6 address that count, 1 to 128
     */
    public static TableKey ofNetwork(InetAddress address, int ipv4, int ipv6) {
        TableKey key = ofAddress(address);
        int bits = address instanceof Inet4Address ? 96 + ipv4 : ipv6;
        return new TableKey(key.high & mask(bits), key.low & mask(bits - Long.SIZE));
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= Long.SIZE ? -1 : -1L << Long.SIZE - bits;
    }

    /** The key of a whole number. */
    public static TableKey ofNumber(long number) {
        return new TableKey(0, number);
    }

    /** One of {@code stripes} parts of a table, the same on every node. */
    public int stripe(int stripes) {
        return (int) (mix(mix(high) + low) >>> 33) % stripes;
    }

    /**
     * The SplitMix64 finaliser (Steele, Lea, Flood, 2014): every input bit reaches every output
     * bit.
     */
    static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    @Override
    public int compareTo(TableKey other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
