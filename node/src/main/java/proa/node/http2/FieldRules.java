package proa.node.http2;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** What names and values of field lines may look like in HTTP/2 (RFC 9113 §8.2). */
final class FieldRules {

    /** Those of one connection, which HTTP/2 does not have (RFC 9113 §8.2.2). */
    private static final Set<String> OF_CONNECTIONS =
            Set.of(
                    "connection",
                    "proxy-connection",
                    "keep-alive",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings");

    private static final boolean[] NAME = new boolean[256];

    static {
        String others = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
        for (int at = 0; at < others.length(); at++) {
            NAME[others.charAt(at)] = true;
        }
    }

    private FieldRules() {}

    /** A token without upper case. */
    static boolean isName(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (!NAME[bytes[at] & 0xff]) {
                return false;
            }
        }
        return to > from;
    }

    /** No control characters, no white space at either end (RFC 9113 §8.2.1, RFC 9110 §5.5). */
    static boolean isValue(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            if (b >= 0 && b < ' ' && b != '\t' || b == 127) {
                return false;
            }
        }
        return from == to || !isWhite(bytes[from]) && !isWhite(bytes[to - 1]);
    }

    private static boolean isWhite(byte b) {
        return b == ' ' || b == '\t';
    }

    /** Visible ASCII: what a target, a scheme or an authority is made of. */
    static boolean isVisible(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] <= ' ' || bytes[at] == 127) {
                return false;
            }
        }
        return to > from;
    }

    /** A token in any case. */
    static boolean isToken(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            byte b = bytes[at];
            boolean upper = b >= 'A' && b <= 'Z';
            if (!upper && !NAME[b & 0xff]) {
                return false;
            }
        }
        return to > from;
    }

    /** Whether a field of that name, which is in lower case, belongs to one connection. */
    static boolean isOfConnection(String name) {
        return OF_CONNECTIONS.contains(name);
    }

    static boolean equal(byte[] bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            if (bytes[from + at] != text.charAt(at)) {
                return false;
            }
        }
        return true;
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
