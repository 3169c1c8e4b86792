package proa.chaos.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Every frame that comes in at one port of the switch, and frames to send out of it: packet(7). A
 * frame goes with what its sender left to the hardware, checksums and segments, and is sent out
 * with the same: nothing is computed anew. Used by one thread; open until the process ends.
 */
final class PortSocket {

    /** {@code struct virtio_net_hdr} before each frame. */
    static final int HEADER_BYTES = 10;

    private static final int SOL_PACKET = 263;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_SNDBUFFORCE = 32;

    /** Some tenths of a second of a load. */
    private static final int BUFFER_BYTES = 16 << 20;

    /** The largest segment that hardware takes, and its headers. */
    private static final int FRAME_BYTES_MAX = HEADER_BYTES + (64 << 10) + 64;

    private static final int ETH_P_ALL = 3;
    private static final int ADDRESS_BYTES = 20;

    private final int number;
    private final MemorySegment memory = Arena.ofAuto().allocate(FRAME_BYTES_MAX);

    private PortSocket(int number) {
        this.number = number;
    }

    static PortSocket open(String port) throws IOException {
        short all = networkOrder((short) ETH_P_ALL);
        int type = Kernel.SOCK_RAW | Kernel.SOCK_CLOEXEC;
        PortSocket socket = new PortSocket(Kernel.socket(Kernel.AF_PACKET, type, 0));
        Kernel.option(socket.number, SOL_PACKET, PACKET_VNET_HDR, 1);
        Kernel.option(socket.number, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        Kernel.option(socket.number, SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES);
        Kernel.option(socket.number, SOL_SOCKET, SO_SNDBUFFORCE, BUFFER_BYTES);
        MemorySegment address = Arena.ofAuto().allocate(ADDRESS_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Kernel.AF_PACKET);
        address.set(ValueLayout.JAVA_SHORT, 2, all);
        address.set(ValueLayout.JAVA_INT, 4, Kernel.interfaceIndex(port));
        Kernel.bind(socket.number, address);
        return socket;
    }

    int number() {
        return number;
    }

    /** The next frame with its header; empty when there is none now. */
    byte[] receive() throws IOException {
        int count = Kernel.receive(number, memory);
        return count < 0 ? new byte[0] : memory.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
    }

    void send(byte[] frame) throws IOException {
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, 0, frame.length);
        Kernel.send(number, memory.asSlice(0, frame.length));
    }

    private static short networkOrder(short value) {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
    }
}
