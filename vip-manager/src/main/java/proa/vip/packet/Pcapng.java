package proa.vip.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The blocks of a file of packets of one interface, with times in nanoseconds, as tcpdump and
 * Wireshark read it (draft-ietf-opsawg-pcapng). Every block is whole, so a file may end after any.
 * Stateless.
 */
public final class Pcapng {

    /** Beside the bytes of a packet: its block's frame, times, lengths, flags and padding. */
    public static final int PACKET_OVERHEAD_BYTES_MAX = 32 + 12 + 3;

    private static final int SECTION = 0x0a0d0d0a;
    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final short ETHERNET = 1;
    private static final int COMMENT = 1;
    private static final int APPLICATION = 4;
    private static final int NAME = 2;
    private static final int RESOLUTION = 9;
    private static final int FLAGS = 2;
    private static final int RECEIVED = 4;
    private static final int DROPPED = 5;
    private static final byte NANOSECONDS = 9;
    private static final int TEXT_BYTES_MAX = 1_000;
    private static final int ROOM = 3 * TEXT_BYTES_MAX;

    /** The ways a packet may have gone, as bits 0 and 1 of its flags. */
    public enum Direction {
        UNKNOWN(0),
        INBOUND(1),
        OUTBOUND(2);

        private final int bits;

        Direction(int bits) {
            this.bits = bits;
        }
    }

    private Pcapng() {}

    /**
     * What a file begins with.
     *
     * @param application who writes it
     * @param comment what it is, for whoever opens it
     * @param interfaceName where the packets were seen
     * @param snapBytes bytes of a packet that are kept
     */
    public static byte[] begin(
            String application, String comment, String interfaceName, int snapBytes) {
        ByteBuffer out = room(ROOM);
        int section = open(out, SECTION);
        out.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
        option(out, COMMENT, text(comment));
        option(out, APPLICATION, text(application));
        close(out, section);
        int description = open(out, INTERFACE);
        out.putShort(ETHERNET).putShort((short) 0).putInt(snapBytes);
        option(out, NAME, text(interfaceName));
        option(out, RESOLUTION, new byte[] {NANOSECONDS});
        close(out, description);
        return written(out);
    }

    /**
     * Writes one packet.
     *
     * @param out little-endian, with room for the packet and {@link #PACKET_OVERHEAD_BYTES_MAX}
     * @param timeNanos since 1970
     * @param kept its bytes, Ethernet header first
     * @param length bytes it had
     */
    public static void packet(
            ByteBuffer out, long timeNanos, ByteBuffer kept, int length, Direction direction) {
        int block = open(out, PACKET);
        time(out.putInt(0), timeNanos);
        out.putInt(kept.remaining()).putInt(length).put(kept.duplicate());
        pad(out);
        out.putShort((short) FLAGS).putShort((short) 4).putInt(direction.bits);
        close(out, block);
    }

    /**
     * What a file ends with.
     *
     * @param received packets that the kernel had for it
     * @param dropped of them, those that found no room
     */
    public static byte[] end(long timeNanos, long received, long dropped) {
        ByteBuffer out = room(64);
        int block = open(out, STATISTICS);
        time(out.putInt(0), timeNanos);
        option(out, RECEIVED, number(received));
        option(out, DROPPED, number(dropped));
        close(out, block);
        return written(out);
    }

    /** An empty buffer in the byte order of these blocks. */
    public static ByteBuffer room(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many of these bytes, which begin with a block, are whole blocks. */
    public static int whole(ByteBuffer blocks, int bytes) {
        int at = 0;
        while (at + 8 <= bytes && at + blocks.getInt(at + 4) <= bytes) {
            at += blocks.getInt(at + 4);
        }
        return at;
    }

    private static int open(ByteBuffer out, int type) {
        int at = out.position();
        out.putInt(type).putInt(0);
        return at;
    }

    /** Ends the options, and tells the length of the block on both sides. */
    private static void close(ByteBuffer out, int at) {
        out.putInt(0);
        int length = out.position() + 4 - at;
        out.putInt(length).putInt(at + 4, length);
    }

    private static void option(ByteBuffer out, int code, byte[] value) {
        out.putShort((short) code).putShort((short) value.length).put(value);
        pad(out);
    }

    private static void pad(ByteBuffer out) {
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
    }

    private static void time(ByteBuffer out, long nanos) {
        out.putInt((int) (nanos >>> 32)).putInt((int) nanos);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= TEXT_BYTES_MAX ? bytes : Arrays.copyOf(bytes, TEXT_BYTES_MAX);
    }

    private static byte[] number(long value) {
        return written(room(8).putLong(value));
    }

    private static byte[] written(ByteBuffer out) {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }
}
