package proa.node.health.dialogue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a server that a dialogue has not taken yet. Used by one thread. */
public final class Received {

    private static final int FIRST_BYTES = 512;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int from;
    private int to;
    private boolean ended;
    private boolean something;

    /** More has come: the first {@code count} of these. */
    public void add(byte[] more, int count) {
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, length());
            to -= from;
            from = 0;
        }
        if (to + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(to + count, 2 * bytes.length));
        }
        System.arraycopy(more, 0, bytes, to, count);
        to += count;
        something |= count > 0;
    }

    /** Nothing more will come. */
    public void end() {
        ended = true;
    }

    /** Whether the server has ended. */
    public boolean ended() {
        return ended;
    }

    /** Whether it ever sent a byte. */
    public boolean something() {
        return something;
    }

    /** Bytes not taken yet. */
    public int length() {
        return to - from;
    }

    /** The byte at this index, 0 to 255. */
    int at(int index) {
        return bytes[from + index] & 0xff;
    }

    /** The array whose bytes from {@link #from()} to {@link #to()} are not taken yet. */
    public byte[] bytes() {
        return bytes;
    }

    /** The index of the first of them. */
    public int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** So many bytes are understood. */
    public void take(int count) {
        from += count;
    }

    /** These bytes as text of one character each. */
    String text(int index, int count) {
        return new String(bytes, from + index, count, StandardCharsets.ISO_8859_1);
    }

    /** Everything not taken yet, as text of one character each. */
    public String text() {
        return text(0, length());
    }

    /** The index of a byte at or after another, or -1. */
    int indexOf(int value, int start) {
        for (int index = start; index < length(); index++) {
            if (at(index) == value) {
                return index;
            }
        }
        return -1;
    }
}
