package proa.vip.packet;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * An Ethernet address.
 *
 * @param bits its 48 bits
 */
public record MacAddress(long bits) {

    /** Everybody on the wire. */
    public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    /** "Not known yet", in the target field of an ARP request. */
    public static final MacAddress ZERO = new MacAddress(0);

    /** Length on the wire. */
    public static final int BYTES = 6;

    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("48 bits, not " + Long.toHexString(bits));
        }
    }

    /**
     * Of a virtual router (RFC 9568 §7.3).
     *
     * @param six its addresses are IPv6
     */
    public static MacAddress ofVirtualRouter(int vrid, boolean six) {
        return new MacAddress((six ? 0x0000_5e00_0200L : 0x0000_5e00_0100L) | vrid);
    }

    /** Its six bytes. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        put(bytes);
        return bytes.array();
    }

    /** From six bytes. */
    public static MacAddress of(byte[] bytes) {
        return get(ByteBuffer.wrap(bytes), 0);
    }

    static MacAddress get(ByteBuffer from, int at) {
        return new MacAddress(
                ((from.getShort(at) & 0xffffL) << 32) | (from.getInt(at + 2) & 0xffff_ffffL));
    }

    void put(ByteBuffer to) {
        to.putShort((short) (bits >>> 32)).putInt((int) bits);
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(toBytes());
    }
}
