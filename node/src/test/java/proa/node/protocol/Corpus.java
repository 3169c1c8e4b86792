package proa.node.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads files of cases; their form is told at the top of each. */
public final class Corpus {

    private static final Pattern ESCAPE =
            Pattern.compile(
                    "\\\\(?:([rnt\\\\])|x([0-9a-f]{2})|\\{(\\d+):((?:[^}\\\\]|\\\\[rn])*)\\})");

    /**
     * One case.
     *
     * @param line where it stands in the file
     * @param bytes what is sent, bytes as characters
     * @param values every other line by its first word
     */
    public record Case(
            String group, String name, int line, String bytes, Map<String, List<String>> values) {
        /** The values of that word, in order. */
        public List<String> all(String word) {
            return values.getOrDefault(word, List.of());
        }

        /** The only value of that word, or "". */
        public String one(String word) {
            return all(word).isEmpty() ? "" : all(word).getFirst();
        }

        @Override
        public String toString() {
            return group + ": " + name;
        }
    }

    private Corpus() {}

    /** The cases of a resource beside a test class. */
    public static List<Case> read(Class<?> beside, String name) throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
            List<Case> cases = new ArrayList<>();
            for (int at = 0; at < lines.length; at++) {
                if (lines[at].startsWith("== ")) {
                    cases.add(one(lines, at));
                }
            }
            return cases;
        }
    }

    private static Case one(String[] lines, int first) {
        String[] title = lines[first].substring(3).split(" \\| ", 2);
        StringBuilder bytes = new StringBuilder();
        Map<String, List<String>> values = new TreeMap<>();
        for (int at = first + 1; at < lines.length && !lines[at].startsWith("== "); at++) {
            String line = lines[at];
            if (line.startsWith("> ")) {
                bytes.append(unescaped(line.substring(2)));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split(" ", 2);
                values.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(parts[1]);
            }
        }
        return new Case(title[0], title[1], first + 1, bytes.toString(), values);
    }

    /** What a corpus writes, as it is meant. */
    public static String unescaped(String text) {
        Matcher escape = ESCAPE.matcher(text);
        StringBuilder bytes = new StringBuilder();
        int at = 0;
        while (escape.find()) {
            bytes.append(text, at, escape.start()).append(meaning(escape));
            at = escape.end();
        }
        return bytes.append(text.substring(at)).toString();
    }

    private static String meaning(Matcher escape) {
        if (escape.group(2) != null) {
            return String.valueOf((char) Integer.parseInt(escape.group(2), 16));
        }
        if (escape.group(3) != null) {
            return unescaped(escape.group(4)).repeat(Integer.parseInt(escape.group(3)));
        }
        return switch (escape.group(1)) {
            case "r" -> "\r";
            case "n" -> "\n";
            case "t" -> "\t";
            default -> "\\";
        };
    }

    /** As a corpus writes it. */
    public static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\t' -> escaped.append("\\t");
                case '\\' -> escaped.append("\\\\");
                default -> {
                    if (c < ' ' || c >= 127) {
                        escaped.append("\\x%02x".formatted((int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.toString();
    }
}
