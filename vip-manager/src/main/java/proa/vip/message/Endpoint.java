package proa.vip.message;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * One end of a tracked connection, small enough to keep tens of thousands.
 *
 * @param six IPv6, else IPv4
 * @param high first half of an IPv6 address; 0
 * @param low second half of an IPv6 address; an IPv4 address
 * @param port 0 to 65535
 */
public record Endpoint(boolean six, long high, long low, int port) {

    private static final int FOUR_BYTES = Integer.BYTES + Short.BYTES;
    private static final int SIX_BYTES = 2 * Long.BYTES + Short.BYTES;

    /** The same as an address of the library's. */
    public static Endpoint of(InetSocketAddress address) {
        return of(address.getAddress().getAddress(), address.getPort());
    }

    /** From the 4 or 16 bytes of an address. */
    public static Endpoint of(byte[] address, int port) {
        ByteBuffer bytes = ByteBuffer.wrap(address);
        return address.length == Integer.BYTES
                ? new Endpoint(false, 0, bytes.getInt() & 0xffff_ffffL, port)
                : new Endpoint(true, bytes.getLong(), bytes.getLong(), port);
    }

    /** The 4 or 16 bytes of the address. */
    public byte[] address() {
        return six
                ? ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array()
                : ByteBuffer.allocate(Integer.BYTES).putInt((int) low).array();
    }

    /** The 2 bytes of the port, big-endian. */
    public byte[] portBytes() {
        return new byte[] {(byte) (port >> Byte.SIZE), (byte) port};
    }

    /** Whether bytes on the mesh are an endpoint. */
    static boolean isEndpoint(byte[] bytes) {
        return bytes.length == FOUR_BYTES || bytes.length == SIX_BYTES;
    }

    /** From the bytes on the mesh: address, port. */
    static Endpoint read(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        byte[] address = new byte[bytes.length - Short.BYTES];
        from.get(address);
        return of(address, from.getShort() & 0xffff);
    }

    /** As bytes on the mesh. */
    byte[] written() {
        byte[] address = address();
        return ByteBuffer.allocate(address.length + Short.BYTES)
                .put(address)
                .putShort((short) port)
                .array();
    }
}
