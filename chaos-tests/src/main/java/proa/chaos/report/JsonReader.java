package proa.chaos.report;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON text to maps, lists, text, doubles or longs, booleans and null. */
final class JsonReader {

    /** Deeper text is not from us. */
    private static final int DEPTH_MAX = 32;

    private final String text;
    private int at;

    JsonReader(String text) {
        this.text = text;
    }

    @Nullable Object read() {
        Object value = value(0);
        skipSpace();
        if (at != text.length()) {
            throw wrong("the end");
        }
        return value;
    }

    private @Nullable Object value(int depth) {
        if (depth > DEPTH_MAX) {
            throw wrong("less depth");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        expect('{');
        skipSpace();
        boolean more = peek() != '}';
        while (more) {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            values.put(name, value(depth + 1));
            more = another();
        }
        expect('}');
        return values;
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> values = new ArrayList<>();
        expect('[');
        skipSpace();
        boolean more = peek() != ']';
        while (more) {
            values.add(value(depth + 1));
            more = another();
        }
        expect(']');
        return values;
    }

    private boolean another() {
        skipSpace();
        if (peek() != ',') {
            return false;
        }
        at++;
        return true;
    }

    private String string() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char letter = text.charAt(at++);
            value.append(letter == '\\' ? escaped() : letter);
        }
        at++;
        return value.toString();
    }

    private char escaped() {
        char letter = peek();
        at++;
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw wrong("four digits");
                }
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> letter;
        };
    }

    private Number number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        try {
            return digits.chars().allMatch(c -> c == '-' || Character.isDigit(c))
                    ? (Number) Long.valueOf(digits)
                    : (Number) Double.valueOf(digits);
        } catch (NumberFormatException _) {
            throw wrong("a value");
        }
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private void expect(char letter) {
        if (peek() != letter) {
            throw wrong("'" + letter + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String expected) {
        int end = Math.min(text.length(), at + 20);
        return new IllegalArgumentException(
                "JSON: expected "
                        + expected
                        + " at "
                        + at
                        + ": "
                        + text.substring(Math.min(at, end), end));
    }
}
