package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Sends and receives whole Ethernet frames of type ARP on one interface (AF_PACKET). Frames sent
 * here bypass the ARP hooks of nftables, so an announcement passes whatever the lease says. Never
 * blocks; used by one thread.
 */
public final class ArpSocket extends Descriptor {

    private static final int ETHERTYPE_ARP = 0x0806;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int FRAME_BYTES_MAX = 256;

    private final MemorySegment to;
    private final MemorySegment received = Arena.ofAuto().allocate(FRAME_BYTES_MAX);
    private final MemorySegment outgoing = Arena.ofAuto().allocate(FRAME_BYTES_MAX);

    private ArpSocket(int number, int interfaceIndex) {
        super(number);
        to = SocketAddresses.link(ETHERTYPE_ARP, interfaceIndex);
    }

    /**
     * Opens a socket on an interface.
     *
     * @throws KernelException without CAP_NET_RAW, or when the interface is gone
     */
    public static ArpSocket open(int interfaceIndex) throws KernelException {
        ArpSocket socket = new ArpSocket(raw(), interfaceIndex);
        try {
            Libc.setOption(socket.number(), SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
            Libc.bind(socket.number(), socket.to);
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    private static int raw() throws KernelException {
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
        Libc.check("send ARP", Libc.send(number(), bytes, to));
    }

    /** One waiting frame, valid until the next call; null when there is none. */
    public @Nullable ByteBuffer receive() throws KernelException {
        long bytes = Libc.receive(number(), received);
        // The kernel says once that the interface is down. The socket stays, and receives again
        // when the interface is back; the link's own event tells the rest.
        if (bytes == -KernelException.EAGAIN || bytes == -KernelException.ENETDOWN) {
            return null;
        }
        return received.asSlice(0, Libc.check("receive ARP", bytes)).asByteBuffer();
    }
}
