package proa.cluster.replication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Big-endian numbers, LEB128 variable-length numbers and texts into a growing array. */
final class ByteWriter {

    private static final int TEXT_BYTES_MAX = 255;

    private ByteBuffer buffer = ByteBuffer.allocate(512);

    int position() {
        return buffer.position();
    }

    ByteWriter int8(int value) {
        room(1).put((byte) value);
        return this;
    }

    ByteWriter int16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    ByteWriter int32(int value) {
        room(4).putInt(value);
        return this;
    }

    ByteWriter int64(long value) {
        room(8).putLong(value);
        return this;
    }

    ByteWriter variable(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            buffer.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
        return this;
    }

    /** A number that may be negative but is small either way. */
    ByteWriter signed(long value) {
        return variable(value << 1 ^ value >> 63);
    }

    /** A name; one of more than 255 bytes cannot come out of a checked configuration. */
    ByteWriter text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_BYTES_MAX) {
            throw new IllegalStateException("name of " + bytes.length + " bytes: " + text);
        }
        room(1 + bytes.length).put((byte) bytes.length).put(bytes);
        return this;
    }

    ByteWriter bytes(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    /** Fills in a length that was left open. */
    void setInt32(int position, int value) {
        buffer.putInt(position, value);
    }

    byte[] toBytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int needed = buffer.position() + bytes;
            buffer =
                    ByteBuffer.allocate(Math.max(needed, buffer.capacity() * 2)).put(buffer.flip());
        }
        return buffer;
    }
}
