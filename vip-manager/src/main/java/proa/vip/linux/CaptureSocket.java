package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import proa.vip.packet.CaptureFilter.Step;
import proa.vip.packet.Pcapng.Direction;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Frames that pass an interface, both ways, with the kernel's times (AF_PACKET, see packet(7)). It
 * only looks: what it does not read in time is dropped for it alone. Never blocks; used by one
 * thread.
 */
public final class CaptureSocket extends Descriptor {

    /** Bytes of a frame that are read; more than the kernel joins into one (64 KiB). */
    public static final int FRAME_BYTES_MAX = 1 << 18;

    /** Some tenths of a second of a busy interface. */
    private static final int WAITING_BYTES = 32 << 20;

    private static final int ETHERTYPE_ALL = 0x0003;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_AUXDATA = 8;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_TIMESTAMPNS = 35;

    /** sockaddr_ll: which way the frame went is a byte of its own. */
    private static final int ADDRESS_BYTES = 20;

    private static final int WAY_AT = 10;
    private static final byte OUTGOING = 4;

    private static final int CONTROL_BYTES = 128;
    private static final int CONTROL_HEADER_BYTES = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final boolean loopback;
    private final MemorySegment frame = Arena.ofAuto().allocate(FRAME_BYTES_MAX);
    private final MemorySegment sender = Arena.ofAuto().allocate(ADDRESS_BYTES, 8);
    private final MemorySegment control = Arena.ofAuto().allocate(CONTROL_BYTES, 8);
    private final MemorySegment header = Arena.ofAuto().allocate(56, 8);
    private final MemorySegment vector = Arena.ofAuto().allocate(16, 8);
    private final MemorySegment statistics = Arena.ofAuto().allocate(8, 4);

    private long received;
    private long dropped;

    /**
     * One frame.
     *
     * @param timeNanos since 1970, by the kernel
     * @param kept its bytes, as many as the filter lets pass; valid until the next call
     * @param length bytes it had
     */
    public record Frame(long timeNanos, ByteBuffer kept, int length, Direction direction) {}

    private CaptureSocket(int number, boolean loopback) {
        super(number);
        this.loopback = loopback;
        vector.set(ValueLayout.ADDRESS, 0, frame);
        vector.set(ValueLayout.JAVA_LONG, 8, FRAME_BYTES_MAX);
        // struct msghdr: name, its length, vector, its length, control, its length, flags.
        header.set(ValueLayout.ADDRESS, 0, sender);
        header.set(ValueLayout.ADDRESS, 16, vector);
        header.set(ValueLayout.JAVA_LONG, 24, 1);
        header.set(ValueLayout.ADDRESS, 32, control);
    }

    /**
     * Opens a socket on an interface whose frames have an Ethernet header.
     *
     * @param loopback whether everything passes it twice, of which once is enough
     * @param filter what is to be seen
     * @throws KernelException without CAP_NET_RAW, or when the interface is gone
     */
    public static CaptureSocket open(int interfaceIndex, boolean loopback, List<Step> filter)
            throws KernelException {
        CaptureSocket socket = new CaptureSocket(FrameSocket.raw(), loopback);
        try {
            socket.roomForWaiting();
            SocketFilter.attach(socket, filter);
            Libc.setOption(socket.number(), Libc.SOL_SOCKET, SO_TIMESTAMPNS, 1);
            Libc.setOption(socket.number(), SOL_PACKET, PACKET_AUXDATA, 1);
            Libc.bind(socket.number(), SocketAddresses.link(ETHERTYPE_ALL, interfaceIndex));
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    /** Without CAP_NET_ADMIN as much as the host allows (net.core.rmem_max). */
    private void roomForWaiting() throws KernelException {
        try {
            Libc.setOption(number(), Libc.SOL_SOCKET, SO_RCVBUFFORCE, WAITING_BYTES);
        } catch (KernelException _) {
            Libc.setOption(number(), Libc.SOL_SOCKET, SO_RCVBUF, WAITING_BYTES);
        }
    }

    /** The next frame that waits; null when there is none. */
    public @Nullable Frame receive() throws KernelException {
        while (true) {
            header.set(ValueLayout.JAVA_INT, 8, ADDRESS_BYTES);
            header.set(ValueLayout.JAVA_LONG, 40, CONTROL_BYTES);
            long bytes = Libc.receiveMessage(number(), header);
            // Said once when the interface goes down; the socket goes on when it is back.
            if (bytes == -KernelException.EAGAIN || bytes == -KernelException.ENETDOWN) {
                return null;
            }
            int count = Libc.check("receive frames", bytes);
            boolean outgoing = sender.get(ValueLayout.JAVA_BYTE, WAY_AT) == OUTGOING;
            if (!loopback || !outgoing) {
                return received(
                        count,
                        loopback
                                ? Direction.UNKNOWN
                                : outgoing ? Direction.OUTBOUND : Direction.INBOUND);
            }
        }
    }

    private Frame received(int count, Direction direction) {
        long end = Math.min(CONTROL_BYTES, header.get(ValueLayout.JAVA_LONG, 40));
        long timeNanos = 0;
        int length = count;
        long at = 0;
        while (at + CONTROL_HEADER_BYTES <= end) {
            long size = control.get(ValueLayout.JAVA_LONG, at);
            int level = control.get(ValueLayout.JAVA_INT, at + 8);
            int type = control.get(ValueLayout.JAVA_INT, at + 12);
            long data = at + CONTROL_HEADER_BYTES;
            if (level == Libc.SOL_SOCKET && type == SO_TIMESTAMPNS) {
                timeNanos =
                        control.get(ValueLayout.JAVA_LONG, data) * NANOS_PER_SECOND
                                + control.get(ValueLayout.JAVA_LONG, data + 8);
            } else if (level == SOL_PACKET && type == PACKET_AUXDATA) {
                length = Math.max(count, control.get(ValueLayout.JAVA_INT, data + 4));
            }
            at += Math.max(CONTROL_HEADER_BYTES, size + 7 & ~7L);
        }
        return new Frame(timeNanos, frame.asSlice(0, count).asByteBuffer(), length, direction);
    }

    /** Asks the kernel how many frames it has had for this socket, and dropped. */
    public void count() throws KernelException {
        Libc.option(number(), SOL_PACKET, PACKET_STATISTICS, statistics);
        received += Integer.toUnsignedLong(statistics.get(ValueLayout.JAVA_INT, 0));
        dropped += Integer.toUnsignedLong(statistics.get(ValueLayout.JAVA_INT, 4));
    }

    /** Frames that the filter let pass until the last {@link #count}. */
    public long passed() {
        return received;
    }

    /** Of them, those that found no room. */
    public long dropped() {
        return dropped;
    }
}
