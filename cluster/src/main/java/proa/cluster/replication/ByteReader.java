package proa.cluster.replication;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The other side of {@link ByteWriter}. Reading past the end gives zeros and remembers it, so that
 * a decoder checks {@link #broken} once and bad bytes throw nothing.
 */
final class ByteReader {

    private static final int VARIABLE_BITS_MAX = 64;

    private final ByteBuffer buffer;
    private boolean broken;

    ByteReader(byte[] bytes) {
        this(ByteBuffer.wrap(bytes));
    }

    private ByteReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** Whether anything was missing or out of range so far. */
    boolean broken() {
        return broken;
    }

    /** Says so. */
    void breakOff() {
        broken = true;
    }

    int remaining() {
        return buffer.remaining();
    }

    int int8() {
        return has(1) ? buffer.get() & 0xff : 0;
    }

    int int16() {
        return has(2) ? buffer.getShort() & 0xffff : 0;
    }

    int int32() {
        return has(4) ? buffer.getInt() : 0;
    }

    long int64() {
        return has(8) ? buffer.getLong() : 0;
    }

    long variable() {
        long value = 0;
        for (int shift = 0; shift < VARIABLE_BITS_MAX; shift += 7) {
            int next = int8();
            value |= (long) (next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                return value;
            }
        }
        broken = true;
        return 0;
    }

    long signed() {
        long value = variable();
        return value >>> 1 ^ -(value & 1);
    }

    /** A number of things that each take at least a byte: never more than there are bytes. */
    int count() {
        long count = variable();
        if (count < 0 || count > buffer.remaining()) {
            broken = true;
            return 0;
        }
        return (int) count;
    }

    String text() {
        int length = int8();
        if (!has(length)) {
            return "";
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8))) {
            broken = true; // it could not be passed on as it came
        }
        return text;
    }

    /** A reader of the next bytes, which this one skips. */
    ByteReader part(int length) {
        if (length < 0 || !has(length)) {
            broken = true;
            return new ByteReader(ByteBuffer.allocate(0));
        }
        ByteBuffer part = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return new ByteReader(part);
    }

    private boolean has(int bytes) {
        if (buffer.remaining() < bytes) {
            broken = true;
            buffer.position(buffer.limit());
        }
        return !broken;
    }
}
