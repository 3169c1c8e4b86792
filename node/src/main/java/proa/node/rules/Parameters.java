package proa.node.rules;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * The parameters of a query as forms write them: {@code name=value&name=value}, percent-encoded,
 * plus signs for spaces (WHATWG URL §5). Decoded, since servers decode them too.
 */
final class Parameters {

    private Parameters() {}

    /** The decoded value of the first parameter of that name, or null. */
    static @Nullable String first(String query, String name) {
        for (int from = 0; from < query.length(); from = end(query, from) + 1) {
            int end = end(query, from);
            int equals = equals(query, from, end);
            if (isNamed(query, from, equals, name)) {
                return value(query, equals, end);
            }
        }
        return null;
    }

    /** Whether the decoded value of some parameter of that name passes a test. */
    static boolean any(String query, String name, Predicate<String> test) {
        for (int from = 0; from < query.length(); from = end(query, from) + 1) {
            int end = end(query, from);
            int equals = equals(query, from, end);
            if (isNamed(query, from, equals, name) && test.test(value(query, equals, end))) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is a parameter of that name. */
    static boolean has(String query, String name) {
        for (int from = 0; from < query.length(); from = end(query, from) + 1) {
            if (isNamed(query, from, equals(query, from, end(query, from)), name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some parameter of that name has that value, decoded. */
    static boolean has(String query, String name, String value) {
        for (int from = 0; from < query.length(); from = end(query, from) + 1) {
            int end = end(query, from);
            int equals = equals(query, from, end);
            if (isNamed(query, from, equals, name)
                    && is(query, Math.min(end, equals + 1), end, value)) {
                return true;
            }
        }
        return false;
    }

    private static int end(String query, int from) {
        int end = query.indexOf('&', from);
        return end < 0 ? query.length() : end;
    }

    private static int equals(String query, int from, int end) {
        int equals = query.indexOf('=', from);
        return equals < 0 || equals > end ? end : equals;
    }

    private static boolean isNamed(String query, int from, int to, String name) {
        return to - from >= name.length() && is(query, from, to, name);
    }

    /**
     * Whether a part of the query, decoded, is that text; nothing is made of one without escapes.
     */
    private static boolean is(String query, int from, int to, String text) {
        boolean plain = query.indexOf('%', from, to) < 0 && query.indexOf('+', from, to) < 0;
        return plain
                ? to - from == text.length() && query.startsWith(text, from)
                : decoded(query.substring(from, to)).equals(text);
    }

    private static String value(String query, int equals, int end) {
        return equals == end ? "" : decoded(query.substring(equals + 1, end));
    }

    /** What is not a proper escape stays as it is. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        byte[] bytes = new byte[text.length()];
        int count = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            int escaped = c == '%' ? escaped(text, at) : -1;
            if (escaped >= 0) {
                at += 2;
                bytes[count++] = (byte) escaped;
            } else {
                bytes[count++] = (byte) (c == '+' ? ' ' : c);
            }
        }
        return new String(bytes, 0, count, StandardCharsets.UTF_8);
    }

    private static int escaped(String text, int at) {
        if (at + 2 >= text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at + 1), 16);
        int low = Character.digit(text.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
