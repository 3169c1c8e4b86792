package proa.vip.loop;

import java.util.List;
import java.util.stream.Collectors;

/** Writes one JSON object, keys in the order they are put. Not thread-safe. */
final class Json {

    private final StringBuilder text = new StringBuilder("{");

    private Json() {}

    static Json object() {
        return new Json();
    }

    Json put(String key, String value) {
        return raw(key, quoted(value));
    }

    Json put(String key, long value) {
        return raw(key, Long.toString(value));
    }

    Json put(String key, boolean value) {
        return raw(key, Boolean.toString(value));
    }

    Json put(String key, List<Json> values) {
        return raw(
                key,
                values.stream().map(Json::toString).collect(Collectors.joining(",", "[", "]")));
    }

    /** A value that is JSON already. */
    Json raw(String key, String json) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append(quoted(key)).append(':').append(json);
        return this;
    }

    @Override
    public String toString() {
        return text + "}";
    }

    static String quoted(String value) {
        StringBuilder quoted = new StringBuilder("\"");
        value.chars().forEach(letter -> escape(quoted, (char) letter));
        return quoted.append('"').toString();
    }

    private static void escape(StringBuilder quoted, char letter) {
        if (letter == '"' || letter == '\\') {
            quoted.append('\\').append(letter);
        } else if (letter < ' ') {
            quoted.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) letter));
        } else {
            quoted.append(letter);
        }
    }
}
