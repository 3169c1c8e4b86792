package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import proa.vip.packet.CaptureFilter.Step;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A raw IPv6 socket for protocol 112 (VRRP, RFC 9568 §5.1.2) on one interface: sends from its
 * link-local address with hop limit 255, receives what is sent to the host and to ff02::12. The
 * kernel fills the checksum in, for which the sender must be certain, but does not check it: it
 * would drop a wrong one without a word. So there are two sockets. Never blocks; used by one
 * thread.
 */
public final class VrrpSocket6 extends Descriptor {

    /** All VRRP routers on the link, RFC 9568 §5.1.2.2. */
    public static final Inet6Address ALL_ROUTERS = allRouters();

    private static final Inet6Address NOWHERE = address(new byte[16]);
    private static final int PROTOCOL_VRRP = 112;
    private static final int IPPROTO_IPV6 = 41;
    private static final int SO_PRIORITY = 12;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IPV6_CHECKSUM = 7;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_MULTICAST_HOPS = 18;
    private static final int IPV6_MULTICAST_LOOP = 19;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_PKTINFO = 50;
    private static final int IPV6_RECVHOPLIMIT = 51;
    private static final int IPV6_HOPLIMIT = 52;
    private static final int IPV6_TCLASS = 67;
    private static final int IPV6_FREEBIND = 78;
    private static final int HOP_LIMIT = 255;

    /** Class selector 6: network control (RFC 2474). */
    private static final int TRAFFIC_CLASS = 0xc0;

    private static final int PRIORITY = 6;
    private static final int CHECKSUM_AT = 6;

    /** An advertisement of 255 addresses. */
    private static final int MESSAGE_BYTES_MAX = 8 + 255 * 16;

    private static final int ADDRESS_BYTES = 28;
    private static final int ADDRESS_AT = 8;
    private static final int CONTROL_BYTES = 256;
    private static final int CONTROL_HEADER_BYTES = 16;

    /** What sends hears nothing. */
    private static final List<Step> NOTHING = List.of(new Step(0x06, 0, 0, 0));

    private final int interfaceIndex;
    private final Sending sending;
    private final MemorySegment message = Arena.ofAuto().allocate(MESSAGE_BYTES_MAX, 8);
    private final MemorySegment outgoing = Arena.ofAuto().allocate(MESSAGE_BYTES_MAX, 8);
    private final MemorySegment sender = Arena.ofAuto().allocate(ADDRESS_BYTES, 8);
    private final MemorySegment control = Arena.ofAuto().allocate(CONTROL_BYTES, 8);
    private final MemorySegment header = Arena.ofAuto().allocate(56, 8);
    private final MemorySegment vector = Arena.ofAuto().allocate(16, 8);
    private final Map<Inet6Address, MemorySegment> destinations = new HashMap<>();

    /**
     * One datagram.
     *
     * @param message the VRRP message, valid until the next call
     * @param hopLimit 0 when the kernel did not say
     */
    public record Received(
            ByteBuffer message, Inet6Address source, Inet6Address destination, int hopLimit) {}

    private static final class Sending extends Descriptor {
        Sending() throws KernelException {
            super(raw());
        }
    }

    private VrrpSocket6(int number, Sending sending, int interfaceIndex) {
        super(number);
        this.sending = sending;
        this.interfaceIndex = interfaceIndex;
        vector.set(ValueLayout.ADDRESS, 0, message);
        vector.set(ValueLayout.JAVA_LONG, 8, MESSAGE_BYTES_MAX);
        // struct msghdr: name, its length, vector, its length, control, its length, flags.
        header.set(ValueLayout.ADDRESS, 0, sender);
        header.set(ValueLayout.ADDRESS, 16, vector);
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.ADDRESS, 32, control);
    }

    /**
     * Opens sockets on an interface and joins ff02::12 there.
     *
     * @param own its link-local address
     * @throws KernelException without CAP_NET_RAW, or when the interface has no IPv6
     */
    public static VrrpSocket6 open(String interfaceName, int interfaceIndex, Inet6Address own)
            throws KernelException {
        Sending sending = new Sending();
        VrrpSocket6 socket;
        try {
            socket = new VrrpSocket6(raw(), sending, interfaceIndex);
        } catch (KernelException e) {
            sending.close();
            throw e;
        }
        try {
            socket.prepareToSend(interfaceName, own);
            socket.prepareToReceive(interfaceName);
            socket.join(ALL_ROUTERS);
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    private static int raw() throws KernelException {
        try {
            int type = Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
            return Libc.socket(Libc.AF_INET6, type, PROTOCOL_VRRP);
        } catch (KernelException e) {
            throw e.needing("CAP_NET_RAW");
        }
    }

    private void prepareToSend(String interfaceName, Inet6Address own) throws KernelException {
        int number = sending.number();
        bindToDevice(number, interfaceName);
        SocketFilter.attach(sending, NOTHING);
        // A link that has just come up still looks whether its address is its own.
        option(number, IPV6_FREEBIND, 1);
        Libc.bind(number, SocketAddresses.inet6(own, interfaceIndex));
        Libc.setOption(number, Libc.SOL_SOCKET, SO_PRIORITY, PRIORITY);
        option(number, IPV6_UNICAST_HOPS, HOP_LIMIT);
        option(number, IPV6_MULTICAST_HOPS, HOP_LIMIT);
        option(number, IPV6_MULTICAST_IF, interfaceIndex);
        option(number, IPV6_MULTICAST_LOOP, 0);
        option(number, IPV6_TCLASS, TRAFFIC_CLASS);
        option(number, IPV6_CHECKSUM, CHECKSUM_AT);
    }

    private void prepareToReceive(String interfaceName) throws KernelException {
        bindToDevice(number(), interfaceName);
        option(number(), IPV6_RECVPKTINFO, 1);
        option(number(), IPV6_RECVHOPLIMIT, 1);
    }

    private static void bindToDevice(int number, String interfaceName) throws KernelException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(interfaceName);
            Libc.setOption(number, Libc.SOL_SOCKET, SO_BINDTODEVICE, name);
        }
    }

    private static void option(int number, int option, int value) throws KernelException {
        Libc.setOption(number, IPPROTO_IPV6, option, value);
    }

    /**
     * Joins a group on this socket's interface, so that its packets reach the host; again is no
     * error.
     */
    public void join(Inet6Address group) throws KernelException {
        MemorySegment membership =
                Libc.structure(
                        ByteBuffer.allocate(20)
                                .order(ByteOrder.nativeOrder())
                                .put(group.getAddress())
                                .putInt(interfaceIndex)
                                .array());
        try {
            Libc.setOption(number(), IPPROTO_IPV6, IPV6_JOIN_GROUP, membership);
        } catch (KernelException e) {
            if (e.errno() != KernelException.EADDRINUSE) {
                throw e.advising("IPv6 is off on that interface");
            }
        }
    }

    /** Sends one advertisement to a group or to a peer's link-local address. */
    public void send(byte[] advertisement, Inet6Address to) throws KernelException {
        MemorySegment bytes = outgoing.asSlice(0, advertisement.length);
        bytes.copyFrom(MemorySegment.ofArray(advertisement));
        MemorySegment destination = destinations.get(to);
        if (destination == null) {
            destination = SocketAddresses.inet6(to, interfaceIndex);
            destinations.put(to, destination);
        }
        Libc.check(
                "send VRRP to " + to.getHostAddress(),
                Libc.send(sending.number(), bytes, destination));
    }

    /** One waiting datagram; null when there is none. */
    public @Nullable Received receive() throws KernelException {
        header.set(ValueLayout.JAVA_INT, 8, ADDRESS_BYTES);
        header.set(ValueLayout.JAVA_LONG, 40, CONTROL_BYTES);
        long bytes = Libc.receiveMessage(number(), header);
        if (bytes == -KernelException.EAGAIN || bytes == -KernelException.ENETDOWN) {
            return null;
        }
        int count = Libc.check("receive VRRP", bytes);
        Inet6Address destination = NOWHERE;
        int hopLimit = 0;
        long end = Math.min(CONTROL_BYTES, header.get(ValueLayout.JAVA_LONG, 40));
        long at = 0;
        while (at + CONTROL_HEADER_BYTES <= end) {
            long length = control.get(ValueLayout.JAVA_LONG, at);
            int level = control.get(ValueLayout.JAVA_INT, at + 8);
            int type = control.get(ValueLayout.JAVA_INT, at + 12);
            long data = at + CONTROL_HEADER_BYTES;
            if (level == IPPROTO_IPV6 && type == IPV6_HOPLIMIT) {
                hopLimit = control.get(ValueLayout.JAVA_INT, data);
            } else if (level == IPPROTO_IPV6 && type == IPV6_PKTINFO) {
                destination = address(control, data);
            }
            at += Math.max(CONTROL_HEADER_BYTES, length + 7 & ~7L);
        }
        return new Received(
                message.asSlice(0, count).asByteBuffer(),
                address(sender, ADDRESS_AT),
                destination,
                hopLimit);
    }

    @Override
    public void close() {
        sending.close();
        super.close();
    }

    private static Inet6Address address(MemorySegment from, long at) {
        byte[] bytes = new byte[16];
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
        return address(bytes);
    }

    private static Inet6Address address(byte[] bytes) {
        try {
            return Inet6Address.getByAddress(null, bytes, -1);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", impossible);
        }
    }

    private static Inet6Address allRouters() {
        byte[] group = new byte[16];
        group[0] = (byte) 0xff;
        group[1] = 2;
        group[15] = 0x12;
        return address(group);
    }
}
