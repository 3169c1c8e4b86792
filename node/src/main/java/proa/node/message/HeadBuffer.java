package proa.node.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Where an edited head is put together. Grows to the largest head so far; one thread. */
public final class HeadBuffer {

    private static final int FIRST_CAPACITY = 4 << 10;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    HeadBuffer clear() {
        length = 0;
        return this;
    }

    void truncate(int to) {
        length = to;
    }

    void append(byte[] source) {
        append(source, 0, source.length);
    }

    void append(byte[] source, int from, int to) {
        int count = to - from;
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    void append(String ascii) {
        append(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The bytes put together; those from {@link #length()} on mean nothing. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many. */
    public int length() {
        return length;
    }

    @Override
    public String toString() {
        return Ascii.text(bytes, 0, length);
    }
}
