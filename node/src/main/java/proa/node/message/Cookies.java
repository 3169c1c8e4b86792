package proa.node.message;

import org.jspecify.annotations.Nullable;

/**
 * The list of pairs in a Cookie field (RFC 6265 §4.2.1), read as browsers and servers do: split at
 * semicolons.
 */
final class Cookies {

    private Cookies() {}

    /** The value of the first pair of that name, or null. */
    static @Nullable String find(byte[] bytes, int from, int to, String name) {
        int start = start(bytes, from, to, name);
        return start < 0
                ? null
                : Ascii.text(
                        bytes,
                        start + name.length() + 1,
                        trimmed(bytes, start, pairEnd(bytes, start, to)));
    }

    /** Whether the first pair of that name has that value. */
    static boolean isValue(byte[] bytes, int from, int to, String name, String value) {
        int start = start(bytes, from, to, name);
        return start >= 0
                && Ascii.equals(
                        bytes,
                        start + name.length() + 1,
                        trimmed(bytes, start, pairEnd(bytes, start, to)),
                        value);
    }

    /** Where the first pair of that name begins, or -1. */
    private static int start(byte[] bytes, int from, int to, String name) {
        int at = from;
        while (at < to) {
            int start = skipWhite(bytes, at, to);
            int end = pairEnd(bytes, start, to);
            if (isNamed(bytes, start, end, name)) {
                return start;
            }
            at = end + 1;
        }
        return -1;
    }

    /** Copies the pairs not of that name, separated as RFC 6265 wants; whether any were left. */
    static boolean copyWithout(HeadBuffer out, byte[] bytes, int from, int to, String name) {
        boolean any = false;
        int at = from;
        while (at < to) {
            int start = skipWhite(bytes, at, to);
            int end = pairEnd(bytes, start, to);
            if (end > start && !isNamed(bytes, start, end, name)) {
                if (any) {
                    out.append(SEPARATOR);
                }
                out.append(bytes, start, end);
                any = true;
            }
            at = end + 1;
        }
        return any;
    }

    private static final byte[] SEPARATOR = {';', ' '};

    static boolean contains(byte[] bytes, int from, int to, String name) {
        return start(bytes, from, to, name) >= 0;
    }

    private static int skipWhite(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && Ascii.isWhite(bytes[at])) {
            at++;
        }
        return at;
    }

    private static int pairEnd(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] != ';') {
            at++;
        }
        return at;
    }

    private static int trimmed(byte[] bytes, int from, int to) {
        int at = to;
        while (at > from && Ascii.isWhite(bytes[at - 1])) {
            at--;
        }
        return at;
    }

    /** Cookie names are case-sensitive. */
    private static boolean isNamed(byte[] bytes, int from, int to, String name) {
        int length = name.length();
        if (to - from <= length || bytes[from + length] != '=') {
            return false;
        }
        for (int at = 0; at < length; at++) {
            if (bytes[from + at] != name.charAt(at)) {
                return false;
            }
        }
        return true;
    }
}
