package proa.node.message;

import static proa.node.message.Ascii.CR;
import static proa.node.message.Ascii.LF;
import static proa.node.message.Parsed.Progress.PARTIAL;
import static proa.node.message.Parsed.Progress.WHOLE;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The field lines of one head as indexes into its bytes (RFC 9112 §5). Reused from head to head;
 * valid until the bytes change. One thread.
 */
final class FieldLines {

    private static final int FIRST_CAPACITY = 32;

    private byte[] bytes = new byte[0];
    private int count;
    private int end;
    private int wrongAt;
    private int[] nameStart = new int[FIRST_CAPACITY + 1];
    private int[] nameEnd = new int[FIRST_CAPACITY];
    private int[] valueStart = new int[FIRST_CAPACITY];
    private int[] valueEnd = new int[FIRST_CAPACITY];
    private Field[] field = new Field[FIRST_CAPACITY];

    /** Reads field lines up to and including the empty line. */
    Parsed parse(byte[] source, int from, int to, HeadLimits limits) {
        bytes = source;
        count = 0;
        end = from;
        while (end < to) {
            byte first = bytes[end];
            if (first == CR) {
                return emptyLine(to);
            }
            wrongAt = end;
            Parsed line = count == limits.fieldsMax() ? Refusal.FIELD_COUNT : line(end, to, limits);
            if (line != WHOLE) {
                return line;
            }
        }
        return PARTIAL;
    }

    private Parsed emptyLine(int to) {
        if (end + 1 == to) {
            return PARTIAL;
        }
        if (bytes[end + 1] != LF) {
            wrongAt = end + 1;
            return Refusal.BARE_CR;
        }
        nameStart[count] = end;
        end += 2;
        return WHOLE;
    }

    private Parsed line(int from, int to, HeadLimits limits) {
        int colon = from;
        while (colon < to && Ascii.isToken(bytes[colon])) {
            colon++;
        }
        if (colon - from > limits.lineBytesMax()) {
            return Refusal.LINE_LENGTH;
        }
        if (colon == to) {
            return PARTIAL;
        }
        if (bytes[colon] != ':' || colon == from) {
            return badName(from, colon);
        }
        int at = colon + 1;
        while (at < to && Ascii.isWhite(bytes[at])) {
            at++;
        }
        return value(from, colon, at, to, limits);
    }

    private Parsed badName(int from, int at) {
        byte b = bytes[at];
        wrongAt = at;
        if (b == LF) {
            return Refusal.BARE_LF;
        }
        if (Ascii.isWhite(b)) {
            return at == from ? Refusal.FOLDED_LINE : Refusal.SPACE_BEFORE_COLON;
        }
        return Refusal.NAME_SYNTAX;
    }

    private Parsed value(int from, int colon, int start, int to, HeadLimits limits) {
        int at = Ascii.skipPlain(bytes, start, to);
        while (at < to && Ascii.isValue(bytes[at])) {
            at++;
        }
        if (at - from > limits.lineBytesMax()) {
            return Refusal.LINE_LENGTH;
        }
        if (at == to || (bytes[at] == CR && at + 1 == to)) {
            return PARTIAL;
        }
        if (bytes[at] != CR || bytes[at + 1] != LF) {
            wrongAt = bytes[at] == CR ? at + 1 : at;
            return badEnd(bytes[at]);
        }
        add(from, colon, start, at);
        end = at + 2;
        return isDisguised(count - 1) ? Refusal.NAME_UNDERSCORE : WHOLE;
    }

    /** Of a field line that is refused, the first byte that is wrong, or the first of the line. */
    int wrongAt() {
        return wrongAt;
    }

    /** {@code Content_Length}: nothing to us, and a length to a server that folds names. */
    private boolean isDisguised(int line) {
        return field[line] != Field.OTHER
                && Ascii.contains(bytes, nameStart[line], nameEnd[line], '_');
    }

    private static Refusal badEnd(byte b) {
        return switch (b) {
            case LF -> Refusal.BARE_LF;
            case CR -> Refusal.BARE_CR;
            default -> Refusal.VALUE_SYNTAX;
        };
    }

    private void add(int from, int colon, int start, int to) {
        if (count == field.length) {
            grow();
        }
        int last = to;
        while (last > start && Ascii.isWhite(bytes[last - 1])) {
            last--;
        }
        nameStart[count] = from;
        nameEnd[count] = colon;
        valueStart[count] = start;
        valueEnd[count] = last;
        field[count] = Field.of(bytes, from, colon);
        count++;
    }

    private void grow() {
        int capacity = field.length * 2;
        nameStart = Arrays.copyOf(nameStart, capacity + 1);
        nameEnd = Arrays.copyOf(nameEnd, capacity);
        valueStart = Arrays.copyOf(valueStart, capacity);
        valueEnd = Arrays.copyOf(valueEnd, capacity);
        field = Arrays.copyOf(field, capacity);
    }

    byte[] bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    /** After the empty line. */
    int end() {
        return end;
    }

    Field field(int line) {
        return field[line];
    }

    void drop(int line) {
        field[line] = Field.DROPPED;
    }

    /** Where the line begins; of line {@link #count()}, where the empty line does. */
    int lineStart(int line) {
        return nameStart[line];
    }

    int nameEnd(int line) {
        return nameEnd[line];
    }

    int valueStart(int line) {
        return valueStart[line];
    }

    int valueEnd(int line) {
        return valueEnd[line];
    }

    boolean isNamed(int line, String name) {
        return Ascii.equalsIgnoreCase(bytes, nameStart[line], nameEnd[line], name);
    }

    /** Like {@link #isNamed}, an underscore being a hyphen. */
    boolean isAlike(int line, String name) {
        int length = nameEnd[line] - nameStart[line];
        boolean alike = length == name.length();
        for (int at = 0; alike && at < length; at++) {
            alike = folded(bytes[nameStart[line] + at]) == folded((byte) name.charAt(at));
        }
        return alike;
    }

    private static int folded(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 32 : b == '_' ? '-' : b;
    }

    /** The first line of that name at or after {@code from}, or -1. */
    int find(String name, int from) {
        for (int line = from; line < count; line++) {
            if (isNamed(line, name)) {
                return line;
            }
        }
        return -1;
    }

    /** The first line of that field at or after {@code from}, or -1. */
    int find(Field wanted, int from) {
        for (int line = from; line < count; line++) {
            if (field[line] == wanted) {
                return line;
            }
        }
        return -1;
    }

    boolean valueIs(int line, String text) {
        return Ascii.equalsIgnoreCase(bytes, valueStart[line], valueEnd[line], text);
    }

    @Nullable String value(String name) {
        int line = find(name, 0);
        return line < 0 ? null : text(line);
    }

    boolean has(String name, String value) {
        for (int line = find(name, 0); line >= 0; line = find(name, line + 1)) {
            if (valueIs(line, value)) {
                return true;
            }
        }
        return false;
    }

    /** The value of a line, trimmed. */
    String text(int line) {
        return Ascii.text(bytes, valueStart[line], valueEnd[line]);
    }

    boolean any(String name, Predicate<String> test) {
        for (int line = find(name, 0); line >= 0; line = find(name, line + 1)) {
            if (test.test(text(line))) {
                return true;
            }
        }
        return false;
    }
}
