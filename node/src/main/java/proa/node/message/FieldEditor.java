package proa.node.message;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Writes field lines as a list of {@link FieldEdit}s leaves them: each edit works on what those
 * before it left.
 */
final class FieldEditor {

    private static final byte[] COLON = {':', ' '};
    private static final byte[] CRLF = {'\r', '\n'};

    private FieldEditor() {}

    /** Writes a line of the original head, unless it is removed. */
    static void line(FieldLines fields, int line, List<FieldEdit> edits, HeadBuffer out) {
        boolean touched = false;
        for (FieldEdit edit : edits) {
            touched |= fields.isNamed(line, edit.name());
        }
        line(fields, line, touched, edits, out);
    }

    /**
     * Likewise of a request. {@code X_Real_IP} goes with {@code X-Real-IP}: to a server that makes
     * variables of names it is the same field, and would say what the client likes.
     */
    static void requestLine(FieldLines fields, int line, List<FieldEdit> edits, HeadBuffer out) {
        boolean touched = false;
        for (FieldEdit edit : edits) {
            if (fields.isAlike(line, edit.name())
                    && (edit instanceof FieldEdit.Set || edit instanceof FieldEdit.Remove)) {
                return;
            }
            touched |= fields.isNamed(line, edit.name());
        }
        line(fields, line, touched, edits, out);
    }

    private static void line(
            FieldLines fields, int line, boolean touched, List<FieldEdit> edits, HeadBuffer out) {
        if (touched) {
            String name = Ascii.text(fields.bytes(), fields.lineStart(line), fields.nameEnd(line));
            value(name, fields.text(line), edits, 0, out);
        } else {
            out.append(fields.bytes(), fields.lineStart(line), fields.lineStart(line + 1));
        }
    }

    /** Writes the lines that edits add, unless a later one removes them. */
    static void added(List<FieldEdit> edits, HeadBuffer out) {
        for (int at = 0; at < edits.size(); at++) {
            switch (edits.get(at)) {
                case FieldEdit.Set(String name, String value) ->
                        value(name, value, edits, at + 1, out);
                case FieldEdit.Add(String name, String value) ->
                        value(name, value, edits, at + 1, out);
                case FieldEdit.Remove _, FieldEdit.Replace _ -> {}
            }
        }
    }

    /** Writes one line as the edits from a place on leave it. */
    static void value(String name, String value, List<FieldEdit> edits, int from, HeadBuffer out) {
        String left = left(name, value, edits, from);
        if (left != null) {
            out.append(name);
            out.append(COLON);
            out.append(left);
            out.append(CRLF);
        }
    }

    private static @Nullable String left(
            String name, String value, List<FieldEdit> edits, int from) {
        String left = value;
        for (FieldEdit edit : edits.subList(from, edits.size())) {
            if (edit.name().equalsIgnoreCase(name)) {
                switch (edit) {
                    case FieldEdit.Set _, FieldEdit.Remove _ -> {
                        return null;
                    }
                    case FieldEdit.Replace(_, var change) -> left = change.apply(left);
                    case FieldEdit.Add _ -> {}
                }
            }
        }
        return left;
    }

    /** Whether some edit sets that field. */
    static boolean sets(String name, List<FieldEdit> edits) {
        return edits.stream()
                .anyMatch(
                        edit ->
                                edit instanceof FieldEdit.Set
                                        && edit.name().equalsIgnoreCase(name));
    }
}
