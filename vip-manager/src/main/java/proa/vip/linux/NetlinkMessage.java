package proa.vip.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One or more netlink messages under construction (RFC 3549): headers, fixed parts and nested
 * attributes, in memory that is reused. Numbers of rtnetlink are in host order, those of nfnetlink
 * big-endian, hence two kinds of number attributes. Used by one thread.
 */
final class NetlinkMessage {

    static final int REQUEST = 1;
    static final int ACKNOWLEDGE = 4;
    static final int REPLACE = 0x100;
    static final int EXCLUSIVE = 0x200;
    static final int CREATE = 0x400;
    static final int APPEND = 0x800;

    /** Everything there is of the kind that is asked for. */
    static final int DUMP = 0x300;

    private static final int CAPACITY_BYTES = 16 * 1024;

    /** What a socket sends at once without more rights: below {@code net.core.wmem_default}. */
    private static final int CAPACITY_BYTES_MAX = 192 * 1024;

    private static final int ALIGNMENT_BYTES = 4;
    private static final int NESTED = 0x8000;
    private static final int FLAGS_OFFSET = 6;
    private static final int HEADER_BYTES = 16;

    private MemorySegment memory = Arena.ofAuto().allocate(CAPACITY_BYTES, ALIGNMENT_BYTES);
    private ByteBuffer bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
    private int messageStart;

    /** Forgets everything. */
    NetlinkMessage clear() {
        bytes.clear();
        return this;
    }

    /** Begins a message; {@link #end} completes it. */
    NetlinkMessage begin(int type, int flags, int sequence) {
        room(HEADER_BYTES);
        messageStart = bytes.position();
        bytes.putInt(0).putShort((short) type).putShort((short) (flags | REQUEST));
        bytes.putInt(sequence).putInt(0);
        return this;
    }

    /** Completes the message begun last. */
    NetlinkMessage end() {
        bytes.putInt(messageStart, bytes.position() - messageStart);
        return this;
    }

    /** Asks for an acknowledgement of the message completed last. */
    NetlinkMessage acknowledgeLast() {
        int flags = messageStart + FLAGS_OFFSET;
        bytes.putShort(flags, (short) (bytes.getShort(flags) | ACKNOWLEDGE));
        return this;
    }

    /** Raw bytes of the message's fixed part. */
    NetlinkMessage fixed(byte... values) {
        room(values.length);
        bytes.put(values);
        return this;
    }

    /** A host-order number of the message's fixed part. */
    NetlinkMessage fixed(int value) {
        room(Integer.BYTES);
        bytes.putInt(value);
        return this;
    }

    NetlinkMessage attribute(int type, byte[] value) {
        room(2 * ALIGNMENT_BYTES + value.length);
        bytes.putShort((short) (ALIGNMENT_BYTES + value.length)).putShort((short) type).put(value);
        return align();
    }

    /** A text attribute with its terminating zero. */
    NetlinkMessage text(int type, String value) {
        return attribute(type, (value + '\0').getBytes(StandardCharsets.UTF_8));
    }

    /** A four-byte number in host order. */
    NetlinkMessage host(int type, int value) {
        room(ALIGNMENT_BYTES + Integer.BYTES);
        bytes.putShort((short) (ALIGNMENT_BYTES + Integer.BYTES)).putShort((short) type);
        bytes.putInt(value);
        return this;
    }

    /** A four-byte number, big-endian. */
    NetlinkMessage big(int type, int value) {
        return host(type, bigEndian() ? value : Integer.reverseBytes(value));
    }

    /** An eight-byte number, big-endian. */
    NetlinkMessage big(int type, long value) {
        room(ALIGNMENT_BYTES + Long.BYTES);
        bytes.putShort((short) (ALIGNMENT_BYTES + Long.BYTES)).putShort((short) type);
        bytes.putLong(bigEndian() ? value : Long.reverseBytes(value));
        return this;
    }

    /** An attribute that holds what {@code content} adds. */
    NetlinkMessage nest(int type, Runnable content) {
        room(ALIGNMENT_BYTES);
        int start = bytes.position();
        bytes.putShort((short) 0).putShort((short) (type | NESTED));
        content.run();
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    /** What has been built so far; valid until {@link #clear}. */
    MemorySegment segment() {
        return memory.asSlice(0, bytes.position());
    }

    /** Grows for hundreds of addresses at once; most requests are a few hundred bytes. */
    private void room(int more) {
        if (bytes.remaining() >= more) {
            return;
        }
        int needed = bytes.position() + more;
        if (needed > CAPACITY_BYTES_MAX) {
            throw new IllegalStateException("a request of more than " + CAPACITY_BYTES_MAX);
        }
        int capacity = Math.clamp(2L * bytes.capacity(), needed, CAPACITY_BYTES_MAX);
        MemorySegment larger = Arena.ofAuto().allocate(capacity, ALIGNMENT_BYTES);
        int position = bytes.position();
        MemorySegment.copy(memory, 0, larger, 0, position);
        memory = larger;
        bytes = larger.asByteBuffer().order(ByteOrder.nativeOrder()).position(position);
    }

    private NetlinkMessage align() {
        while (bytes.position() % ALIGNMENT_BYTES != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }

    private static boolean bigEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
    }
}
