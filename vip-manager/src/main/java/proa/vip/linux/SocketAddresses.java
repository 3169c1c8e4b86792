package proa.vip.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The kernel's socket address structures (sockaddr_in, sockaddr_in6, sockaddr_ll, sockaddr_nl). */
final class SocketAddresses {

    private static final ValueLayout.OfShort BIG_ENDIAN_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int PORT_OFFSET = 2;
    private static final int INET_BYTES = 16;
    private static final int INET6_BYTES = 28;
    private static final int LINK_BYTES = 20;
    private static final int NETLINK_BYTES = 12;

    private SocketAddresses() {}

    /** An IPv4 address without a port, as raw sockets use it. */
    static MemorySegment inet(Inet4Address address) {
        return Libc.structure(
                host(INET_BYTES)
                        .putShort((short) Libc.AF_INET)
                        .putShort((short) 0)
                        .put(address.getAddress())
                        .array());
    }

    /**
     * An IPv6 address without a port.
     *
     * @param interfaceIndex the link, for link-local addresses and groups
     */
    static MemorySegment inet6(Inet6Address address, int interfaceIndex) {
        return Libc.structure(
                host(INET6_BYTES)
                        .putShort((short) Libc.AF_INET6)
                        .putShort((short) 0)
                        .putInt(0)
                        .put(address.getAddress())
                        .putInt(interfaceIndex)
                        .array());
    }

    /** An address with a port, of either family. */
    static MemorySegment of(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        MemorySegment place =
                host instanceof Inet6Address six
                        ? inet6(six, six.getScopeId())
                        : inet((Inet4Address) host);
        place.set(BIG_ENDIAN_SHORT, PORT_OFFSET, (short) address.getPort());
        return place;
    }

    /** The address family that a structure begins with. */
    static int family(MemorySegment place) {
        return place.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
    }

    /**
     * A link-layer address.
     *
     * @param protocol Ethernet type in host order
     * @param interfaceIndex the interface
     */
    static MemorySegment link(int protocol, int interfaceIndex) {
        byte[] networkOrder = {(byte) (protocol >> 8), (byte) protocol};
        return Libc.structure(
                host(LINK_BYTES)
                        .putShort((short) Libc.AF_PACKET)
                        .put(networkOrder)
                        .putInt(interfaceIndex)
                        .array());
    }

    /** Any port of this netlink socket, with the given legacy multicast groups. */
    static MemorySegment netlink(int groups) {
        return Libc.structure(
                host(NETLINK_BYTES)
                        .putShort((short) Libc.AF_NETLINK)
                        .putShort((short) 0)
                        .putInt(0)
                        .putInt(groups)
                        .array());
    }

    private static ByteBuffer host(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
}
