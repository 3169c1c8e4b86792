package proa.node.health.dialogue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one JSON document (RFC 8259) whose text is bounded already. Strict; what is no JSON gives
 * null.
 */
final class JsonReader {

    /** Deeper documents are refused: each level is a level of the stack. */
    private static final int DEPTH_MAX = 64;

    private static final Pattern NUMBER =
            Pattern.compile("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?");

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The document, or null when the text is none. */
    static @Nullable Json read(String text) {
        JsonReader reader = new JsonReader(text);
        Json value = reader.value(0);
        reader.space();
        return reader.at == text.length() ? value : null;
    }

    private @Nullable Json value(int depth) {
        space();
        if (depth > DEPTH_MAX || at == text.length()) {
            return null;
        }
        return switch (text.charAt(at)) {
            case '{' -> fields(depth);
            case '[' -> items(depth);
            case '"' -> {
                String string = string();
                yield string == null ? null : new Json.Text(string);
            }
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private @Nullable Json fields(int depth) {
        Map<String, Json> values = new HashMap<>();
        at++;
        if (take('}')) {
            return new Json.Fields(values);
        }
        do {
            space();
            String name = at < text.length() && text.charAt(at) == '"' ? string() : null;
            if (name == null || !take(':')) {
                return null;
            }
            Json value = value(depth + 1);
            if (value == null) {
                return null;
            }
            values.put(name, value);
        } while (take(','));
        return take('}') ? new Json.Fields(values) : null;
    }

    private @Nullable Json items(int depth) {
        List<Json> values = new ArrayList<>();
        at++;
        if (take(']')) {
            return new Json.Items(values);
        }
        do {
            Json value = value(depth + 1);
            if (value == null) {
                return null;
            }
            values.add(value);
        } while (take(','));
        return take(']') ? new Json.Items(values) : null;
    }

    private @Nullable Json word(String word) {
        if (!text.startsWith(word, at)) {
            return null;
        }
        at += word.length();
        return new Json.Word(word);
    }

    private @Nullable Json number() {
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            return null;
        }
        at = number.end();
        return new Json.Numeral(number.group());
    }

    private @Nullable String string() {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next == '"') {
                at++;
                return value.toString();
            }
            if (next < ' ') {
                return null;
            }
            int escaped = next == '\\' ? escape() : next;
            if (escaped < 0) {
                return null;
            }
            value.append((char) escaped);
        }
        return null;
    }

    /** The character of the escape at a backslash, which ends at its last character; -1: none. */
    private int escape() {
        at++;
        char kind = at < text.length() ? text.charAt(at) : ' ';
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> -1;
        };
    }

    private int unicode() {
        int code = 0;
        for (int digit = 0; digit < 4; digit++) {
            at++;
            int value = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
            if (value < 0 || text.charAt(at) > 'f') {
                return -1;
            }
            code = code << 4 | value;
        }
        return code;
    }

    private boolean take(char expected) {
        space();
        boolean there = at < text.length() && text.charAt(at) == expected;
        if (there) {
            at++;
        }
        return there;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }
}
