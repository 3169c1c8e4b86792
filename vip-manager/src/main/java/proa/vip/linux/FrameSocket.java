package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import proa.vip.packet.CaptureFilter.Step;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Sends and receives whole Ethernet frames of one protocol on one interface (AF_PACKET): ARP, or
 * neighbour discovery of IPv6. What is sent here bypasses the hooks of nftables, so an announcement
 * passes whatever the lease says. Never blocks; used by one thread.
 */
public final class FrameSocket extends Descriptor {

    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int FRAME_BYTES_MAX = 512;

    /**
     * Passes neighbour solicitations and advertisements alone, so that the host's traffic does not
     * wake this process. Classic BPF over the whole frame, (code, if true, if false, operand) each:
     * next header at 20 is ICMPv6 (58), type at 54 is 135 or 136.
     */
    private static final List<Step> FILTER =
            List.of(
                    new Step(0x30, 0, 0, 20),
                    new Step(0x15, 0, 4, 58),
                    new Step(0x30, 0, 0, 54),
                    new Step(0x15, 1, 0, 135),
                    new Step(0x15, 0, 1, 136),
                    new Step(0x06, 0, 0, FRAME_BYTES_MAX),
                    new Step(0x06, 0, 0, 0));

    private final MemorySegment to;
    private final MemorySegment received = Arena.ofAuto().allocate(FRAME_BYTES_MAX);
    private final MemorySegment outgoing = Arena.ofAuto().allocate(FRAME_BYTES_MAX);

    private FrameSocket(int number, int etherType, int interfaceIndex) {
        super(number);
        to = SocketAddresses.link(etherType, interfaceIndex);
    }

    /**
     * Opens a socket for ARP on an interface.
     *
     * @throws KernelException without CAP_NET_RAW, or when the interface is gone
     */
    public static FrameSocket arp(int interfaceIndex) throws KernelException {
        return open(ETHERTYPE_ARP, interfaceIndex);
    }

    /**
     * Opens a socket for neighbour solicitations and advertisements on an interface.
     *
     * @throws KernelException without CAP_NET_RAW, or when the interface is gone
     */
    public static FrameSocket neighbours(int interfaceIndex) throws KernelException {
        return open(ETHERTYPE_IPV6, interfaceIndex);
    }

    private static FrameSocket open(int etherType, int interfaceIndex) throws KernelException {
        FrameSocket socket = new FrameSocket(raw(), etherType, interfaceIndex);
        try {
            Libc.setOption(socket.number(), SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
            if (etherType == ETHERTYPE_IPV6) {
                SocketFilter.attach(socket, FILTER);
            }
            Libc.bind(socket.number(), socket.to);
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    /** A socket that receives nothing yet. */
    static int raw() throws KernelException {
        try {
            int type = Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
            // Protocol 0 receives nothing until bind names the type and the interface.
            return Libc.socket(Libc.AF_PACKET, type, 0);
        } catch (KernelException e) {
            throw e.needing("CAP_NET_RAW");
        }
    }

    /** Sends one frame, Ethernet header included. */
    public void send(byte[] frame) throws KernelException {
        MemorySegment bytes = outgoing.asSlice(0, frame.length);
        bytes.copyFrom(MemorySegment.ofArray(frame));
        Libc.check("send frame", Libc.send(number(), bytes, to));
    }

    /** One waiting frame, valid until the next call; null when there is none. */
    public @Nullable ByteBuffer receive() throws KernelException {
        long bytes = Libc.receive(number(), received);
        // The kernel says once that the interface is down. The socket stays, and receives again
        // when the interface is back; the link's own event tells the rest.
        if (bytes == -KernelException.EAGAIN || bytes == -KernelException.ENETDOWN) {
            return null;
        }
        return received.asSlice(0, Libc.check("receive frame", bytes)).asByteBuffer();
    }
}
