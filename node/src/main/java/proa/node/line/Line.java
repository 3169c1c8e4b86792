package proa.node.line;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A line while it is written; used again for the next. One thread. */
public final class Line {

    /** Longer lines are cut: a datagram of syslog holds no more (RFC 5424 §6.1 asks for 2 KiB). */
    public static final int BYTES_MAX = 16 << 10;

    /** Where what clients chose ends: the rest is for our own words, so that the form is kept. */
    private static final int CHOSEN_BYTES_MAX = BYTES_MAX - (2 << 10);

    private static final int FIRST_CAPACITY = 1 << 10;
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SMALL_HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS_MAX = 20;

    private final byte[] digits = new byte[DIGITS_MAX];
    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    /** The bytes; those from {@link #length()} on mean nothing. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many. */
    public int length() {
        return length;
    }

    Line clear() {
        length = 0;
        return this;
    }

    Line put(int character) {
        if (length == bytes.length && length < BYTES_MAX) {
            bytes = Arrays.copyOf(bytes, Math.min(BYTES_MAX, length * 2));
        }
        if (length < bytes.length) {
            bytes[length++] = (byte) character;
        }
        return this;
    }

    /** Text that is known to be harmless: names and words of ours. */
    Line add(String ascii) {
        int count = Math.min(ascii.length(), room(ascii.length()));
        for (int at = 0; at < count; at++) {
            bytes[length + at] = (byte) ascii.charAt(at);
        }
        length += count;
        return this;
    }

    /** Bytes that are known to be harmless. */
    Line add(byte[] harmless) {
        int count = Math.min(harmless.length, room(harmless.length));
        System.arraycopy(harmless, 0, bytes, length, count);
        length += count;
        return this;
    }

    /** How many bytes there is room for now, after making room for so many if that may be. */
    private int room(int wanted) {
        if (length + wanted > bytes.length) {
            int capacity = Math.max(bytes.length * 2, length + wanted);
            bytes = Arrays.copyOf(bytes, Math.min(BYTES_MAX, capacity));
        }
        return bytes.length - length;
    }

    Line addNumber(long number) {
        if (number >= 0 && number < 10) { // most times are
            return put((int) ('0' + number));
        }
        if (number < 0) {
            put('-');
        }
        long left = Math.abs(number);
        int at = DIGITS_MAX;
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left > 0);
        while (at < DIGITS_MAX) {
            put(digits[at++]);
        }
        return this;
    }

    /** With leading zeros. */
    Line addNumber(long number, int width) {
        long power = 10;
        for (int place = 1; place < width; place++) {
            if (number < power) {
                put('0');
            }
            power *= 10;
        }
        return addNumber(number);
    }

    /**
     * A character that a client chose, as HAProxy's logs escape it: a hash and two digits for what
     * is not printable and for what would end the place it stands in.
     */
    Line addEscaped(int character, boolean inHeader) {
        if (length >= CHOSEN_BYTES_MAX) {
            return this;
        }
        int value = character & 0xff;
        boolean plain = value >= ' ' && value < 0x7f && value != '"' && value != '#';
        if (plain && inHeader) {
            plain = value != '{' && value != '|' && value != '}';
        }
        return plain ? put(value) : put('#').put(HEX[value >> 4]).put(HEX[value & 0xf]);
    }

    /** A character that a client chose, in the one form or the other. */
    Line addChosen(int character, boolean json) {
        return json ? addJson(character) : addEscaped(character, false);
    }

    /** A character of a JSON text, its escape whole or not at all. */
    Line addJson(int character) {
        if (length >= CHOSEN_BYTES_MAX) {
            return this;
        }
        int value = character & 0xff;
        if (value == '"' || value == '\\') {
            return put('\\').put(value);
        }
        return value >= ' ' && value < 0x7f
                ? put(value)
                : add("\\u00").put(SMALL_HEX[value >> 4]).put(SMALL_HEX[value & 0xf]);
    }

    /** A JSON text. */
    Line addJson(String text) {
        put('"');
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            addJson(character > 0xff ? '?' : character);
        }
        return put('"');
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    }
}
