package proa.chaos.report;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes values as JSON (RFC 8259): records by their components' names, maps, lists, text, numbers,
 * booleans; an empty {@link Optional} is {@code null}. Safe from any thread.
 */
public final class Json {

    private Json() {}

    /** On one line. */
    public static String line(Object value) {
        StringBuilder to = new StringBuilder();
        new Writer(to, false).value(value, 0);
        return to.toString();
    }

    /** Indented, for people; ends with a line feed. */
    public static String pretty(Object value) {
        StringBuilder to = new StringBuilder();
        new Writer(to, true).value(value, 0);
        return to.append('\n').toString();
    }

    /**
     * Reads a record of numbers, text, booleans, records and lists or maps of these. A name the
     * record does not know is skipped; a missing number is 0, a missing list empty.
     *
     * @throws IllegalArgumentException when the text is no such record
     */
    public static <T extends Record> T read(String text, Class<T> type) {
        return type.cast(JsonShape.record(new JsonReader(text).read(), type));
    }

    private record Writer(StringBuilder to, boolean pretty) {

        void value(@Nullable Object value, int depth) {
            switch (value) {
                case null -> to.append("null");
                case Optional<?> optional -> value(optional.orElse(null), depth);
                case Double number -> decimal(number);
                case Number number -> to.append(number);
                case Boolean truth -> to.append(truth);
                case Map<?, ?> map -> object(map, depth);
                case Collection<?> list -> list(list, depth);
                case Record record -> object(components(record), depth);
                default -> text(value.toString());
            }
        }

        /** Three decimals are enough for a millisecond clock. */
        private void decimal(double number) {
            if (Double.isFinite(number)) {
                to.append(String.format(Locale.ROOT, "%.3f", number));
            } else {
                to.append("null");
            }
        }

        private void object(Map<?, ?> map, int depth) {
            to.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.append(separator);
                newLine(depth + 1);
                text(String.valueOf(entry.getKey()));
                to.append(pretty ? ": " : ":");
                value(entry.getValue(), depth + 1);
                separator = ",";
            }
            if (!map.isEmpty()) {
                newLine(depth);
            }
            to.append('}');
        }

        private void list(Collection<?> list, int depth) {
            to.append('[');
            String separator = "";
            for (Object element : list) {
                to.append(separator);
                newLine(depth + 1);
                value(element, depth + 1);
                separator = ",";
            }
            if (!list.isEmpty()) {
                newLine(depth);
            }
            to.append(']');
        }

        private void newLine(int depth) {
            if (pretty) {
                to.append('\n').append("  ".repeat(depth));
            }
        }

        private void text(String text) {
            to.append('"');
            for (int at = 0; at < text.length(); at++) {
                char letter = text.charAt(at);
                switch (letter) {
                    case '"' -> to.append("\\\"");
                    case '\\' -> to.append("\\\\");
                    case '\n' -> to.append("\\n");
                    case '\r' -> to.append("\\r");
                    case '\t' -> to.append("\\t");
                    default -> {
                        if (letter < ' ') {
                            to.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
                        } else {
                            to.append(letter);
                        }
                    }
                }
            }
            to.append('"');
        }

        private static Map<String, @Nullable Object> components(Record record) {
            Map<String, @Nullable Object> values = new java.util.LinkedHashMap<>();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                values.put(component.getName(), JsonShape.get(record, component));
            }
            return values;
        }
    }
}
