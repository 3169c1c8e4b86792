package proa.config.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes one frame: {@code magic:4 version:1 minimumReader:1 type:2 length:4} and then fields
 * {@code tag:2 length:4 bytes}, all big-endian; {@code length} counts the bytes after the header.
 * Not thread-safe.
 */
public final class FrameWriter {

    /** Bytes of the header. */
    public static final int HEADER_BYTES = 12;

    private static final int FIELD_HEADER_BYTES = 6;

    private ByteBuffer buffer = ByteBuffer.allocate(256);

    /**
     * Begins a frame.
     *
     * @param magic tells the protocols apart
     * @param version the writer's version, 1 to 255
     * @param minimumReader the oldest version that may act on this frame, 1 to {@code version}
     * @param type the message type, 0 to 65535
     */
    public FrameWriter(int magic, int version, int minimumReader, int type) {
        buffer.putInt(magic)
                .put((byte) version)
                .put((byte) minimumReader)
                .putShort((short) type)
                .putInt(0);
    }

    /** Adds a field of raw bytes. */
    public FrameWriter bytes(int tag, byte[] value) {
        field(tag, value.length).put(value);
        return this;
    }

    /** Adds a text field, UTF-8. */
    public FrameWriter text(int tag, String value) {
        return bytes(tag, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds an eight-byte number. */
    public FrameWriter number(int tag, long value) {
        field(tag, Long.BYTES).putLong(value);
        return this;
    }

    /** Adds a truth value. */
    public FrameWriter flag(int tag, boolean value) {
        field(tag, 1).put((byte) (value ? 1 : 0));
        return this;
    }

    /** The finished frame. */
    public byte[] toBytes() {
        buffer.putInt(HEADER_BYTES - Integer.BYTES, buffer.position() - HEADER_BYTES);
        byte[] frame = new byte[buffer.position()];
        buffer.get(0, frame);
        return frame;
    }

    private ByteBuffer field(int tag, int length) {
        int needed = buffer.position() + FIELD_HEADER_BYTES + length;
        if (needed > buffer.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, buffer.capacity() * 2));
            buffer = larger.put(buffer.flip());
        }
        return buffer.putShort((short) tag).putInt(length);
    }
}
