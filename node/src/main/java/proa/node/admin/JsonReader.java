package proa.node.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON text (RFC 8259) → maps in their order, lists, texts, {@code Double}, {@code Long} and truth
 * values; null becomes the text {@code null}. For documents of our own processes. Not thread-safe.
 */
public final class JsonReader {

    private static final int DEPTH_MAX = 64;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * One document.
     *
     * @throws IllegalArgumentException when it is not JSON or nested deeper than 64 levels
     */
    public static Object read(String json) {
        JsonReader reader = new JsonReader(json);
        Object value = reader.value();
        reader.blank();
        if (reader.at < json.length()) {
            throw reader.broken();
        }
        return value;
    }

    private IllegalArgumentException broken() {
        return new IllegalArgumentException("no JSON at character " + at);
    }

    private Object value() {
        blank();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        enter();
        Map<String, Object> members = new LinkedHashMap<>();
        while (more('}', members.isEmpty())) {
            String name = string();
            blank();
            take(':');
            members.put(name, value());
        }
        return members;
    }

    private List<Object> array() {
        enter();
        List<Object> elements = new ArrayList<>();
        while (more(']', elements.isEmpty())) {
            elements.add(value());
        }
        return elements;
    }

    private void enter() {
        at++;
        if (++depth > DEPTH_MAX) {
            throw broken();
        }
    }

    /** Whether another element follows; takes the comma before it or the bracket after the last. */
    private boolean more(char end, boolean first) {
        blank();
        if (peek() == end) {
            at++;
            depth--;
            return false;
        }
        if (!first) {
            take(',');
            blank();
        }
        return true;
    }

    private Object word() {
        int start = at;
        while (Character.isLetterOrDigit(peek()) || (peek() != 0 && "+-.".indexOf(peek()) >= 0)) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> word;
            default -> number(word);
        };
    }

    private Object number(String word) {
        try {
            return word.matches("-?\\d{1,18}") ? (Object) Long.valueOf(word) : Double.valueOf(word);
        } catch (NumberFormatException _) {
            throw broken();
        }
    }

    private String string() {
        take('"');
        StringBuilder value = new StringBuilder();
        for (char next = next(); next != '"'; next = next()) {
            value.append(next == '\\' ? escaped() : next);
        }
        return value.toString();
    }

    private char escaped() {
        char escape = next();
        return switch (escape) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            case '"', '\\', '/' -> escape;
            default -> throw broken();
        };
    }

    private char unicode() {
        int code = 0;
        for (int digit = 0; digit < 4; digit++) {
            int value = Character.digit(next(), 16);
            if (value < 0) {
                throw broken();
            }
            code = code * 16 + value;
        }
        return (char) code;
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw broken();
        }
        at++;
    }

    private char next() {
        if (at >= text.length()) {
            throw broken();
        }
        return text.charAt(at++);
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
