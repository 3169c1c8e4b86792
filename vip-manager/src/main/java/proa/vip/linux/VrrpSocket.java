package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A raw IPv4 socket for protocol 112 (VRRP, RFC 9568 §5.1) on one of this host's addresses: sends
 * with TTL 255 to listed peers, receives whole datagrams with their IP header. Never blocks.
 *
 * <p>Bound to an address, it does not see the group 224.0.0.18; a socket made by {@link #group}
 * sees nothing else. Used by one thread.
 */
public final class VrrpSocket extends Descriptor {

    private static final int PROTOCOL_VRRP = 112;
    private static final int IP_TOS = 1;
    private static final int IP_TTL = 2;
    private static final int SO_PRIORITY = 12;
    private static final int TTL = 255;

    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_MULTICAST_TTL = 33;
    private static final int IP_MULTICAST_LOOP = 34;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_MULTICAST_ALL = 49;

    /** Class selector 6: network control (RFC 2474). */
    private static final int TRAFFIC_CLASS = 0xc0;

    private static final int PRIORITY = 6;

    /** The largest IPv4 header and an advertisement of 255 addresses. */
    private static final int DATAGRAM_BYTES_MAX = 60 + 8 + 255 * 4;

    private final MemorySegment received = Arena.ofAuto().allocate(DATAGRAM_BYTES_MAX);
    private final MemorySegment outgoing = Arena.ofAuto().allocate(DATAGRAM_BYTES_MAX);
    private final Map<Inet4Address, MemorySegment> peers = new HashMap<>();

    private VrrpSocket(int number) {
        super(number);
    }

    /**
     * Opens a socket on an address of this host.
     *
     * @throws KernelException without CAP_NET_RAW, or when the address is not this host's
     */
    public static VrrpSocket open(Inet4Address own) throws KernelException {
        VrrpSocket socket = new VrrpSocket(raw());
        try {
            Libc.bind(socket.number(), SocketAddresses.inet(own));
            Libc.setOption(socket.number(), 0, IP_TTL, TTL);
            Libc.setOption(socket.number(), 0, IP_TOS, TRAFFIC_CLASS);
            Libc.setOption(socket.number(), Libc.SOL_SOCKET, SO_PRIORITY, PRIORITY);
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e.errno() == KernelException.EADDRNOTAVAIL
                    ? e.advising(own.getHostAddress() + " is not an address of this host")
                    : e;
        }
    }

    /**
     * Opens a socket that hears the group of all VRRP routers on one interface.
     *
     * @param group 224.0.0.18
     * @throws KernelException without CAP_NET_RAW, or when the interface cannot join
     */
    public static VrrpSocket group(Inet4Address group, Inet4Address own, int interfaceIndex)
            throws KernelException {
        VrrpSocket socket = new VrrpSocket(raw());
        try {
            MemorySegment membership = request(group, own, interfaceIndex);
            Libc.setOption(socket.number(), 0, IP_ADD_MEMBERSHIP, membership);
            Libc.setOption(socket.number(), 0, IP_MULTICAST_ALL, 0);
            Libc.bind(socket.number(), SocketAddresses.inet(group));
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    /** What is sent to a group leaves over this interface, with TTL 255, and is not heard here. */
    public void multicastOver(Inet4Address own, int interfaceIndex) throws KernelException {
        // The first field is a group's in a membership and means nothing here.
        Libc.setOption(number(), 0, IP_MULTICAST_IF, request(own, own, interfaceIndex));
        Libc.setOption(number(), 0, IP_MULTICAST_TTL, TTL);
        Libc.setOption(number(), 0, IP_MULTICAST_LOOP, 0);
    }

    /** The kernel's structure ip_mreqn. */
    private static MemorySegment request(Inet4Address group, Inet4Address own, int interfaceIndex) {
        return Libc.structure(
                ByteBuffer.allocate(12)
                        .order(ByteOrder.nativeOrder())
                        .put(group.getAddress())
                        .put(own.getAddress())
                        .putInt(interfaceIndex)
                        .array());
    }

    private static int raw() throws KernelException {
        try {
            int type = Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
            return Libc.socket(Libc.AF_INET, type, PROTOCOL_VRRP);
        } catch (KernelException e) {
            throw e.needing("CAP_NET_RAW");
        }
    }

    /** Sends one advertisement, without IP header, to a peer. */
    public void send(byte[] advertisement, Inet4Address peer) throws KernelException {
        MemorySegment bytes = outgoing.asSlice(0, advertisement.length);
        bytes.copyFrom(MemorySegment.ofArray(advertisement));
        MemorySegment to = peers.computeIfAbsent(peer, SocketAddresses::inet);
        Libc.check("send VRRP to " + peer.getHostAddress(), Libc.send(number(), bytes, to));
    }

    /**
     * One waiting datagram with its IP header, valid until the next call; null when there is none.
     */
    public @Nullable ByteBuffer receive() throws KernelException {
        long bytes = Libc.receive(number(), received);
        if (bytes == -KernelException.EAGAIN) {
            return null;
        }
        return received.asSlice(0, Libc.check("receive VRRP", bytes)).asByteBuffer();
    }
}
