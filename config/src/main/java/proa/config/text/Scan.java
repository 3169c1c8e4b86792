package proa.config.text;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An own look at the tokens of a HOCON text, for what the library merges or fetches silently: keys
 * written twice, includes, and nesting deep enough to exhaust a stack. It judges no syntax: where
 * it cannot follow, it stops, and the library's own error stands. If the library can follow, the
 * text is refused all the same, as nobody has looked at the rest of it.
 */
final class Scan {

    /**
     * Deeper files are refused; the deepest key of ours is at level 9, and conditions may nest in
     * conditions.
     */
    static final int DEPTH_MAX = 32;

    /** Why none is fetched. */
    static final String INCLUDE =
            "`include` is refused: what a node runs must be in the one file that is checked and"
                    + " hashed";

    /** A path in {@code ${…}} is followed recursively by the library. */
    private static final int SUBSTITUTION_CHARACTERS_MAX = 512;

    private static final String ENDS_UNQUOTED = "{}[],:=\n\"#";

    private final String text;
    private final Report report;
    private final Map<String, Integer> firstLines = new HashMap<>();
    private int at;
    private int line = 1;
    private int depth;
    private @Nullable String firstKey;

    private Scan(String text, Report report) {
        this.text = text;
        this.report = report;
    }

    /** Stops the scan; not an error by itself. */
    private static final class Lost extends RuntimeException {
        private static final long serialVersionUID = 1;

        Lost() {
            super("cannot follow", null, false, false);
        }
    }

    /**
     * What became of the look.
     *
     * @param readable whether the library may read the text without exhausting a stack
     * @param lostAt the line from which on it could not be followed, if it could not
     */
    record Look(boolean readable, OptionalInt lostAt) {}

    /** Looks; what it finds goes into the report. */
    static Look of(String text, Report report) {
        Scan scan = new Scan(text, report);
        OptionalInt lostAt = OptionalInt.empty();
        try {
            scan.whole();
        } catch (Lost _) {
            // The library reports syntax with better words than a second reader could.
            lostAt = OptionalInt.of(scan.line);
            scan.boundRest();
        }
        scan.checkFirst();
        return new Look(scan.depth <= DEPTH_MAX, lostAt);
    }

    private void whole() {
        skipBlank(true);
        at += peek() == '{' ? 1 : 0;
        object("");
        skipBlank(true);
        if (at < text.length()) {
            throw new Lost();
        }
    }

    /** What could not be followed is bounded by its brackets alone. */
    private void boundRest() {
        int open = 0;
        for (int rest = at; rest < text.length() && depth <= DEPTH_MAX; rest++) {
            switch (text.charAt(rest)) {
                case '{', '[' -> open++;
                case '}', ']' -> open--;
                default -> {}
            }
            if (depth + open > DEPTH_MAX) {
                depth += open;
                tooDeep();
            }
        }
    }

    private void tooDeep() {
        report.error(line, "nested deeper than " + DEPTH_MAX + " levels", Optional.empty());
    }

    private void checkFirst() {
        if (firstKey != null && !firstKey.equals("schema")) {
            report.error(
                    1,
                    "the first key must be `schema`",
                    Optional.of("begin the file with `schema = 1`"));
        }
    }

    private void object(String path) {
        deeper();
        while (true) {
            skipBlank(true);
            char next = peek();
            if (next == '}' || next == 0) {
                at++;
                depth--;
                return;
            }
            entry(path);
        }
    }

    private void deeper() {
        if (++depth > DEPTH_MAX) {
            tooDeep();
            throw new Lost();
        }
    }

    private void entry(String path) {
        int keyLine = line;
        List<String> segments = key();
        if (segments.size() == 1 && include(segments.getFirst(), keyLine)) {
            value(path);
            return;
        }
        String name = String.join(".", segments);
        firstKey = firstKey == null ? name : firstKey;
        String full = path.isEmpty() ? name : path + "." + name;
        once(full, name, keyLine);
        if (text.startsWith("+=", at)) {
            at++;
        }
        if (peek() == '=' || peek() == ':') {
            at++;
            skipBlank(true);
        } else if (peek() != '{') {
            throw new Lost();
        }
        value(full);
    }

    private boolean include(String word, int keyLine) {
        boolean include = word.startsWith("include") && (peek() == '"' || word.contains("("));
        if (include) {
            report.error(keyLine, INCLUDE, Optional.of("write its contents here"));
        }
        return include;
    }

    private void once(String full, String name, int keyLine) {
        Integer first = firstLines.putIfAbsent(full, keyLine);
        if (first != null) {
            report.error(
                    keyLine,
                    "`" + name + "` is written twice, first on line " + first,
                    Optional.of("keep one; HOCON would merge them silently"));
        }
    }

    /**
     * The segments of a key up to {@code =}, {@code :}, <code>{</code> or {@code +=}, dots in
     * quotes kept.
     */
    private List<String> key() {
        List<String> segments = new ArrayList<>();
        StringBuilder segment = new StringBuilder();
        while (true) {
            char next = peek();
            if (next == '"') {
                if (segment.toString().strip().startsWith("include")) {
                    break;
                }
                segment.append(quotedKey());
            } else if (next == '.') {
                if (depth + segments.size() > DEPTH_MAX) {
                    depth += segments.size();
                    tooDeep();
                    throw new Lost();
                }
                segments.add(segment.toString().strip());
                segment.setLength(0);
                at++;
            } else if (next == '\n' || next == '#' || text.startsWith("//", at)) {
                skipToValue(segment.toString().strip().startsWith("include"));
                break;
            } else if (next == 0 || next == ',' || next == '}' || next == ']' || next == '[') {
                throw new Lost();
            } else if (next == '=' || next == ':' || next == '{' || text.startsWith("+=", at)) {
                break;
            } else {
                segment.append(isBlank(next) ? ' ' : next);
                at++;
            }
        }
        segments.add(segment.toString().strip());
        return segments;
    }

    /** Line ends and comments may stand between a key and what gives it its value. */
    private void skipToValue(boolean include) {
        skipBlank(true);
        char next = peek();
        boolean value = next == '{' || next == '=' || next == ':' || text.startsWith("+=", at);
        if (!value && !(include && next == '"')) {
            throw new Lost();
        }
    }

    /** A name with escapes in it might be that of another key, written otherwise. */
    private String quotedKey() {
        String key = quoted();
        if (key.indexOf('\\') >= 0) {
            throw new Lost();
        }
        return key;
    }

    /** A value: pieces joined until a comma, a line end or a closing bracket. */
    private void value(String path) {
        int element = 0;
        while (true) {
            skipBlank(false);
            switch (peek()) {
                case '{' -> {
                    at++;
                    object(path);
                }
                case '[' -> {
                    at++;
                    array(path + "[" + element++ + "]");
                }
                case '"' -> quoted();
                case ',', '\n', '}', ']', 0 -> {
                    return;
                }
                default -> unquoted();
            }
        }
    }

    private void array(String path) {
        deeper();
        int element = 0;
        while (true) {
            skipBlank(true);
            char next = peek();
            if (next == ']' || next == 0) {
                at++;
                depth--;
                return;
            }
            int before = at;
            value(path + "[" + element++ + "]");
            if (at == before) {
                throw new Lost();
            }
        }
    }

    private void unquoted() {
        if (text.startsWith("${", at)) {
            int end = text.indexOf('}', at);
            if (end < 0 || end - at > SUBSTITUTION_CHARACTERS_MAX) {
                depth = end < 0 ? depth : refuseSubstitution();
                throw new Lost();
            }
            at = end + 1;
            return;
        }
        at++;
        while (at < text.length()
                && ENDS_UNQUOTED.indexOf(text.charAt(at)) < 0
                && !text.startsWith("//", at)
                && !text.startsWith("${", at)) {
            at++;
        }
    }

    private int refuseSubstitution() {
        report.error(
                line,
                "a substitution longer than " + SUBSTITUTION_CHARACTERS_MAX + " characters",
                Optional.empty());
        return DEPTH_MAX + 1;
    }

    private String quoted() {
        if (text.startsWith("\"\"\"", at)) {
            int end = text.indexOf("\"\"\"", at + 3);
            if (end < 0) {
                throw new Lost();
            }
            while (text.startsWith("\"", end + 3)) {
                end++; // of more than three the last three end it
            }
            String inside = text.substring(at + 3, end);
            line += (int) inside.chars().filter(letter -> letter == '\n').count();
            at = end + 3;
            return inside;
        }
        int start = ++at;
        while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        if (peek() != '"') {
            throw new Lost();
        }
        return text.substring(start, at++);
    }

    /** Skips blanks and comments; with {@code lines}, also line ends and commas. */
    private void skipBlank(boolean lines) {
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == '#' || text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (next == '\n' && lines) {
                line++;
                at++;
            } else if ((next == ',' && lines) || (next != '\n' && isBlank(next))) {
                at++;
            } else {
                return;
            }
        }
    }

    /** As the library has it: with the spaces that do not break lines, and the byte order mark. */
    private static boolean isBlank(char letter) {
        return Character.isWhitespace(letter)
                || Character.isSpaceChar(letter)
                || letter == '\ufeff';
    }

    /** The next character; 0 at the end. The library takes a real one for a letter. */
    private char peek() {
        if (at >= text.length()) {
            return 0;
        }
        char next = text.charAt(at);
        if (next == 0) {
            throw new Lost();
        }
        return next;
    }
}
