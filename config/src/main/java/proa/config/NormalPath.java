package proa.config;

/**
 * The form in which paths are compared: percent-encodings decoded once, parameters ({@code ;…})
 * left out, backslashes read as slashes, slashes merged, dot segments removed (RFC 3986 §6.2.2).
 * What most servers make of a path, so that a rule about {@code /admin} is also about {@code
 * //admin}, {@code /%61dmin}, {@code /x/../admin} and {@code /admin;x}.
 *
 * <p>Where servers differ about which path it is, there is no such form: {@link #flaw} names those,
 * which are refused. Paths are characters of the bytes of the same number. Pure.
 */
public final class NormalPath {

    /** What is wrong with a path. */
    public enum Flaw {
        NONE,
        /** A percent sign without two hexadecimal digits, or an encoded NUL. */
        ENCODING,
        /**
         * A dot segment that only some servers see, next to a parameter or an encoded slash, or a
         * slash that only some see, in a parameter.
         */
        DISGUISE
    }

    private NormalPath() {}

    /**
     * The path in normal form: the same object when it is that already, which takes one look at
     * each character.
     *
     * @param path begins with a slash, and has no flaw; an empty one stays
     */
    public static String of(String path) {
        return isNormal(path) ? path : joined(decoded(path).replace('\\', '/'));
    }

    private static boolean isNormal(String path) {
        char before = 'x';
        for (int at = 0; at < path.length(); at++) {
            char c = path.charAt(at);
            boolean odd =
                    switch (c) {
                        case '%', ';', '\\' -> true;
                        case '/' -> before == '/';
                        case '.' -> before == '/' && isDots(path, at, segmentEnd(path, at));
                        default -> false;
                    };
            if (odd) {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static int segmentEnd(String path, int from) {
        int end = path.indexOf('/', from);
        return end < 0 ? path.length() : end;
    }

    private static boolean isDots(String text, int from, int to) {
        int length = to - from;
        return (length == 1 || length == 2)
                && text.charAt(from) == '.'
                && text.charAt(to - 1) == '.';
    }

    private static String joined(String path) {
        StringBuilder normal = new StringBuilder(path.length());
        boolean open = true;
        for (int at = 1; at <= path.length(); at++) {
            int end = segmentEnd(path, at);
            int to = nameEnd(path, at, end);
            boolean dots = isDots(path, at, to);
            open = dots || at == to;
            if (dots && to - at == 2) {
                normal.setLength(Math.max(0, normal.lastIndexOf("/")));
            } else if (!open) {
                normal.append('/').append(path, at, to);
            }
            at = end;
        }
        return open ? normal.append('/').toString() : normal.toString();
    }

    /** Where a segment's name ends and its parameters begin. */
    private static int nameEnd(String path, int from, int to) {
        int semicolon = path.indexOf(';', from);
        return semicolon < 0 || semicolon > to ? to : semicolon;
    }

    /** Every proper percent-encoding replaced by its character. */
    public static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder decoded = new StringBuilder(path.length());
        for (int at = 0; at < path.length(); at++) {
            int code = path.charAt(at) == '%' ? code(path, at) : -1;
            decoded.append(code < 0 ? path.charAt(at) : (char) code);
            at += code < 0 ? 0 : 2;
        }
        return decoded.toString();
    }

    /** The character encoded at a percent sign, or -1. */
    private static int code(String path, int at) {
        if (at + 2 >= path.length()) {
            return -1;
        }
        int high = digit(path.charAt(at + 1));
        int low = digit(path.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** Why a path has no form that all servers agree on. */
    public static Flaw flaw(String path) {
        for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
            if (code(path, at) <= 0) {
                return Flaw.ENCODING;
            }
        }
        for (int at = 0; at < path.length(); at++) {
            int end = segmentEnd(path, at);
            if (isDisguise(decoded(path.substring(at, end)))) {
                return Flaw.DISGUISE;
            }
            at = end;
        }
        return Flaw.NONE;
    }

    /**
     * Whether what is one segment to some is more to others, or has a name besides its parameters,
     * and that matters.
     */
    private static boolean isDisguise(String segment) {
        String slashed = segment.replace('\\', '/');
        int semicolon = slashed.indexOf(';');
        int slash = slashed.lastIndexOf('/');
        if (semicolon < 0 && slash < 0) {
            return false;
        }
        if (semicolon >= 0 && slash > semicolon) {
            return true;
        }
        for (int at = 0; at <= slashed.length(); at++) {
            int end = segmentEnd(slashed, at);
            if (isDots(slashed, at, nameEnd(slashed, at, end))) {
                return true;
            }
            at = end;
        }
        return false;
    }
}
