package proa.chaos.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One page of the documentation, taken apart.
 *
 * @param path from the repository's root
 * @param lines as they stand there
 */
record Page(Path path, List<String> lines) {

    static final Path HOME = Path.of(System.getProperty("proa.home"));

    private static final Pattern FENCE = Pattern.compile("```(\\S*)\\s*");
    private static final Pattern HEADING = Pattern.compile("#{1,6} (.*)");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

    /**
     * What stands between two fences.
     *
     * @param kind the word behind the first one, or empty
     * @param line number of its first line
     */
    record Block(String kind, int line, List<String> lines) {

        String text() {
            return String.join("\n", lines) + "\n";
        }
    }

    /**
     * A row of a table, or a line of text, with its number.
     *
     * @param number from 1
     */
    record Line(int number, String text) {

        /** The cells of a row of a table; empty for other lines. */
        List<String> cells() {
            if (!text.startsWith("|")) {
                return List.of();
            }
            String inner = text.strip().replaceAll("^\\||\\|$", "");
            return Stream.of(inner.split("\\|", -1)).map(String::strip).toList();
        }
    }

    static Page read(Path path) {
        try {
            return new Page(path, Files.readAllLines(HOME.resolve(path)));
        } catch (IOException failure) {
            throw new IllegalStateException(path + " cannot be read", failure);
        }
    }

    /** Every page that users read. */
    static List<Page> all() throws IOException {
        List<Path> found =
                new ArrayList<>(
                        List.of(
                                Path.of("README.md"),
                                Path.of("CONTRIBUTING.md"),
                                Path.of("CHANGELOG.md"),
                                Path.of("vagrant", "README.md")));
        try (Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
            docs.filter(path -> path.toString().endsWith(".md"))
                    .map(HOME::relativize)
                    .sorted()
                    .forEach(found::add);
        }
        return found.stream().map(Page::read).toList();
    }

    /** Those of the operator guide. */
    static List<Page> guide() throws IOException {
        return all().stream().filter(page -> page.path.startsWith("docs/guide")).toList();
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        int start = -1;
        String kind = "";
        for (int at = 0; at < lines.size(); at++) {
            var fence = FENCE.matcher(lines.get(at));
            if (!fence.matches()) {
                continue;
            }
            if (start < 0) {
                start = at + 1;
                kind = fence.group(1);
            } else {
                blocks.add(new Block(kind, start + 1, lines.subList(start, at)));
                start = -1;
            }
        }
        if (start >= 0) {
            throw new IllegalStateException(path + ":" + start + ": this fence is never closed");
        }
        return blocks;
    }

    /** Everything outside of fences. */
    List<Line> prose() {
        List<Line> prose = new ArrayList<>();
        boolean inside = false;
        for (int at = 0; at < lines.size(); at++) {
            if (FENCE.matcher(lines.get(at)).matches()) {
                inside = !inside;
            } else if (!inside) {
                prose.add(new Line(at + 1, lines.get(at)));
            }
        }
        return prose;
    }

    /** Where links of a line lead to. */
    static List<String> links(String line) {
        return LINK.matcher(line).results().map(found -> found.group(1)).toList();
    }

    /** The anchors of its headings, as GitHub makes them; of equal ones the second gets -1. */
    List<String> anchors() {
        List<String> anchors = new ArrayList<>();
        for (Line line : prose()) {
            HEADING.matcher(line.text())
                    .results()
                    .limit(1)
                    .filter(found -> found.start() == 0)
                    .map(Page::slug)
                    .forEach(slug -> anchors.add(unique(slug, anchors)));
        }
        return anchors;
    }

    private static String slug(MatchResult heading) {
        return heading.group(1)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static String unique(String slug, List<String> taken) {
        String anchor = slug;
        for (int number = 1; taken.contains(anchor); number++) {
            anchor = slug + "-" + number;
        }
        return anchor;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
