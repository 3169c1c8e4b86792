package proa.node.balance;

import org.jspecify.annotations.Nullable;

/** The value of a Set-Cookie field (RFC 6265 §5.2): name, equals sign, value, attributes. */
final class SetCookies {

    static final String FIELD = "Set-Cookie";

    private SetCookies() {}

    /** The value of the cookie, or null when it has another name. */
    static @Nullable String value(String line, String name) {
        int from = valueStart(line, name);
        return from < 0 ? null : line.substring(from, valueEnd(line, from)).strip();
    }

    /** The line with another value, or as it is when it sets another cookie or an empty value. */
    static String change(String line, String name, String before, boolean keepsOld) {
        int from = valueStart(line, name);
        int to = from < 0 ? from : valueEnd(line, from);
        if (from == to) {
            return line;
        }
        return line.substring(0, from) + before + line.substring(keepsOld ? from : to);
    }

    /** Where the value begins, or -1 when it is another cookie. */
    private static int valueStart(String line, String name) {
        int at = 0;
        while (at < line.length() && isWhite(line.charAt(at))) {
            at++;
        }
        if (!line.startsWith(name, at)) {
            return -1;
        }
        at += name.length();
        while (at < line.length() && isWhite(line.charAt(at))) {
            at++;
        }
        if (at == line.length() || line.charAt(at) != '=') {
            return -1;
        }
        at++;
        while (at < line.length() && isWhite(line.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int valueEnd(String line, int from) {
        int end = line.indexOf(';', from);
        return end < 0 ? line.length() : end;
    }

    private static boolean isWhite(char c) {
        return c == ' ' || c == '\t';
    }
}
