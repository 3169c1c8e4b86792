package proa.cluster.tables;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The key of a table entry as 128 bits: an address (IPv4 as IPv4-mapped IPv6), or later a keyed
 * hash of a longer value.
 *
 * @param high the first eight bytes, big-endian
 * @param low the last eight bytes, big-endian
 */
public record TableKey(long high, long low) {

    private static final long MAPPED_PREFIX = 0xffff_0000_0000L;

    /** The key of a client's address. */
    public static TableKey ofAddress(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new TableKey(0, MAPPED_PREFIX | (bytes.getInt() & 0xffff_ffffL))
                : new TableKey(bytes.getLong(), bytes.getLong());
    }
}
