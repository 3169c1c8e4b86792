package proa.node.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Where an edited head is put together. Grows to the largest head so far; one thread. */
public final class HeadBuffer {

    private static final int FIRST_CAPACITY = 4 << 10;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    /** Forgets what there is. */
    public HeadBuffer clear() {
        length = 0;
        return this;
    }

    void truncate(int to) {
        length = to;
    }

    /** Adds all of it. */
    public void append(byte[] source) {
        append(source, 0, source.length);
    }

    /** Adds a part. */
    public void append(byte[] source, int from, int to) {
        int count = to - from;
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    /** Adds text, a byte for each character. */
    public void append(String ascii) {
        append(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A field line of a head. Names and values are without what is around them. */
    public interface FieldTaker {
        /** Takes the next one. */
        void field(byte[] bytes, int nameFrom, int nameTo, int valueFrom, int valueTo);
    }

    /**
     * Tells the field lines of the head, or of the lines alone, that was put together here; every
     * line has its CRLF.
     *
     * @param from after the first line of a head
     * @return after the empty line, if there is one
     */
    public int eachField(int from, FieldTaker taker) {
        int at = from;
        while (at < length && bytes[at] != Ascii.CR) {
            int colon = at;
            while (bytes[colon] != ':') {
                colon++;
            }
            int start = colon + 1;
            while (Ascii.isWhite(bytes[start])) {
                start++;
            }
            int end = lineEnd(start);
            int last = end;
            while (last > start && Ascii.isWhite(bytes[last - 1])) {
                last--;
            }
            taker.field(bytes, at, colon, start, last);
            at = end + 2;
        }
        return at + 2;
    }

    /** Where the CRLF of the line is that goes on at this place. */
    public int lineEnd(int from) {
        int at = from;
        while (bytes[at] != Ascii.CR) {
            at++;
        }
        return at;
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
