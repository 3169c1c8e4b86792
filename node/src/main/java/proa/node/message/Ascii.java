package proa.node.message;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Classes of bytes (RFC 9110 §5.6.2, RFC 3986 §3.2.2) and comparisons without regard to case. */
final class Ascii {

    static final byte TAB = 9;
    static final byte LF = 10;
    static final byte CR = 13;
    static final byte SPACE = 32;
    static final byte DELETE = 127;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long TOP = 0x8080_8080_8080_8080L;

    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~");
    private static final boolean[] HOST = table("-._~!$&'()*+;=");

    private Ascii() {}

    private static boolean[] table(String besidesLettersAndDigits) {
        boolean[] table = new boolean[256];
        for (int at = 0; at < 256; at++) {
            table[at] = isLetter(at) || isDigit(at) || besidesLettersAndDigits.indexOf(at) >= 0;
        }
        return table;
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** {@code tchar}. */
    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /** What a registered name or IPv4 address is made of; nobody encodes one. */
    static boolean isHost(byte b) {
        return HOST[b & 0xff];
    }

    static boolean isWhite(byte b) {
        return b == SPACE || b == TAB;
    }

    /** Part of a field value: visible, white space, or above ASCII. */
    static boolean isValue(byte b) {
        return (b >= SPACE && b != DELETE) || b < 0 || b == TAB;
    }

    /** Skips what is certainly part of a field value, eight bytes at a time. */
    static int skipPlain(byte[] bytes, int from, int to) {
        int at = from;
        while (at + 8 <= to && allPlain((long) EIGHT_BYTES.get(bytes, at))) {
            at += 8;
        }
        return at;
    }

    /** No byte below space, none equal to DEL: both tests are the zero-byte trick. */
    private static boolean allPlain(long eight) {
        long belowSpace = (eight - EACH * SPACE) & ~eight;
        long fromDelete = eight ^ (EACH * DELETE);
        long isDelete = (fromDelete - EACH) & ~fromDelete;
        return ((belowSpace | isDelete) & TOP) == 0;
    }

    /**
     * Whether the bytes at this place, folded to lower case, begin with the given lower-case ones.
     * An underscore passes for a hyphen, as it does with servers that make variables of names.
     */
    static boolean matches(byte[] bytes, int from, byte[] lowerCase) {
        for (int at = 0; at < lowerCase.length; at++) {
            byte b = bytes[from + at];
            if (lower(b) != lowerCase[at] && (b != '_' || lowerCase[at] != '-')) {
                return false;
            }
        }
        return true;
    }

    static boolean contains(byte[] bytes, int from, int to, char wanted) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == wanted) {
                return true;
            }
        }
        return false;
    }

    /** Whether the bytes are the characters of the same number. */
    static boolean equals(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            if ((bytes[from + at] & 0xff) != text.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c > 0xff || lower(bytes[from + at]) != lower((byte) c)) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, int otherFrom, int otherTo) {
        if (to - from != otherTo - otherFrom) {
            return false;
        }
        for (int at = 0; at < to - from; at++) {
            if (lower(bytes[from + at]) != lower(bytes[otherFrom + at])) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }

    /** Bytes as characters of the same number, so that nothing is lost or merged. */
    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
