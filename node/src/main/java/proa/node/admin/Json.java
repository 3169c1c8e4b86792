package proa.node.admin;

import java.util.Locale;
import java.util.Map;

/**
 * Maps, lists, texts, numbers and truth values → JSON (RFC 8259). What has been serialised already
 * goes in as {@link Raw}.
 */
public final class Json {

    private static final int SPACE = 0x20;

    private Json() {}

    /** A document that is JSON already. */
    public record Raw(String json) {}

    /** One value as JSON text. */
    public static String of(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> object(map, out);
            case Iterable<?> list -> array(list, out);
            case Raw(String json) -> out.append(json);
            case Boolean truth -> out.append(truth);
            case Number number -> out.append(number);
            default -> text(value.toString(), out);
        }
    }

    private static void object(Map<?, ?> map, StringBuilder out) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            text(String.valueOf(entry.getKey()), out);
            out.append(':');
            write(entry.getValue(), out);
            separator = ",";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private static void array(Iterable<?> list, StringBuilder out) {
        out.append('[');
        String separator = "";
        for (Object item : list) {
            out.append(separator);
            write(item, out);
            separator = ",";
        }
        out.append(']');
    }

    private static void text(String text, StringBuilder out) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (character == '"' || character == '\\') {
                out.append('\\').append(character);
            } else if (character < SPACE) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                out.append(character);
            }
        }
        out.append('"');
    }
}
