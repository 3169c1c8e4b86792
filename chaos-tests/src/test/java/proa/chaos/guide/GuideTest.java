package proa.chaos.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.text.ConfigReader;
import proa.config.text.DrillReader;
import proa.config.text.Outcome;
import proa.config.text.TargetReader;
import proa.config.text.Violation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the documentation says can be done: configurations are accepted, commands exist, links lead
 * somewhere, messages and limits are those of the sources, and figures stand where they are said to
 * have been printed.
 */
class GuideTest {

    private static final Path FIRST_PAIR = Path.of("docs", "guide", "first-pair.md");
    private static final Pattern INLINE_COMMAND = Pattern.compile("`(?:\\./)?proa ([a-z][^`]*)`");
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*(?:\\.\\d+)?");
    private static final Pattern CONSTANT = Pattern.compile("`(\\w+\\.[A-Z][A-Z0-9_]+)`");

    /** Short pieces of a message, such as a bracket, say nothing. */
    private static final int PIECE_CHARACTERS_MIN = 4;

    private static final Map<String, Long> UNITS =
            Map.of("", 1L, "bytes", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "ms", 1L);

    private static Sources sources;

    @TempDir private Path folder;

    @BeforeAll
    static void readSources() throws IOException {
        sources = new Sources();
    }

    // --- configurations

    @Test
    void configurationsAreAcceptedWithoutAWarning() throws IOException {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Page page : Page.all()) {
            String whole = whole(Page.read(FIRST_PAIR)).orElseThrow();
            for (Page.Block block : page.blocks()) {
                if (block.kind().equals("hocon")) {
                    seen++;
                    boolean complete = isWhole(block);
                    Form form = complete ? Form.of(block.text()) : Form.CLUSTER;
                    whole = complete && form == Form.CLUSTER ? block.text() : whole;
                    String text = complete ? block.text() : overlaid(block.text(), whole);
                    objections(text, form)
                            .forEach(each -> wrong.add(page + ":" + block.line() + ": " + each));
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(seen).as("configurations found").isGreaterThan(8);
    }

    private static Optional<String> whole(Page page) {
        return page.blocks().stream()
                .filter(block -> block.kind().equals("hocon") && isWhole(block))
                .map(Page.Block::text)
                .findFirst();
    }

    private static boolean isWhole(Page.Block block) {
        return block.text().startsWith("schema = 1");
    }

    /** What a whole file is about. */
    private enum Form {
        CLUSTER,
        DRILL,
        TARGETS;

        static Form of(String text) {
            if (text.contains("\ndrill {")) {
                return DRILL;
            }
            return text.contains("\nremote {") ? TARGETS : CLUSTER;
        }
    }

    /** A part of a file says what is different from the whole one before it. */
    private static String overlaid(String part, String whole) {
        Config both =
                ConfigFactory.parseString(part)
                        .withFallback(ConfigFactory.parseString(whole))
                        .withoutPath("schema");
        String braced = both.root().render(ConfigRenderOptions.concise());
        return "schema = 1\n" + braced.substring(1, braced.length() - 1);
    }

    private List<String> objections(String text, Form form) throws IOException {
        return switch (form) {
            case DRILL ->
                    DrillReader.parse(text, "drill", "drill")
                                    instanceof DrillReader.Outcome.Refused(var violations)
                            ? told(violations)
                            : List.of();
            case TARGETS ->
                    TargetReader.parse(text, "targets")
                                    instanceof TargetReader.Outcome.Refused(var violations)
                            ? told(violations)
                            : List.of();
            case CLUSTER -> {
                Path file = Files.writeString(folder.resolve("proa.conf"), text);
                yield switch (ConfigReader.read(file, Optional.empty())) {
                    case Outcome.Refused(var violations) -> told(violations);
                    case Outcome.Ok sound -> told(sound.warnings());
                };
            }
        };
    }

    private static List<String> told(List<Violation> violations) {
        return violations.stream().map(Violation::toString).toList();
    }

    /**
     * The one in both forms is shorter in ours: at most 60 lines, where the others have over 100.
     */
    @Test
    void aUsualConfigurationTakesAtMostSixtyLines() {
        List<Page.Block> blocks =
                Page.read(Path.of("docs", "guide", "coming-from.md")).blocks().stream()
                        .limit(3)
                        .toList();

        assertThat(blocks)
                .extracting(Page.Block::kind)
                .containsExactly("haproxy", "keepalived", "hocon");
        assertThat(written(blocks.get(0)) + written(blocks.get(1))).isGreaterThan(100);
        assertThat(written(blocks.get(2))).isLessThanOrEqualTo(60);
    }

    private static long written(Page.Block block) {
        return block.lines().stream().filter(line -> !line.isBlank()).count();
    }

    // --- commands

    @Test
    void commandsInBlocksAreTakenByTheCommandLine() throws IOException {
        Commands commands = new Commands();
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Page page : Page.all()) {
            for (Page.Block block : page.blocks()) {
                for (String line : asked(block)) {
                    for (List<String> call : Commands.calls(line)) {
                        seen++;
                        commands.objection(call)
                                .ifPresent(why -> wrong.add(page + ": " + line + ": " + why));
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(seen).as("commands found").isGreaterThan(60);
    }

    /** In blocks of a console, what stands behind a prompt; in others, what begins a line. */
    private static List<String> asked(Page.Block block) {
        Stream<String> lines = block.lines().stream();
        return switch (block.kind()) {
            case "console" ->
                    lines.filter(GuideTest::isAsked).map(line -> line.substring(2)).toList();
            case "", "sh", "bash" ->
                    lines.filter(line -> line.matches("(\\./|vagrant ssh .*|curl .*)?proa .*"))
                            .toList();
            default -> List.of();
        };
    }

    private static boolean isAsked(String line) {
        return line.startsWith("$ ") || line.startsWith("# ");
    }

    @Test
    void commandsInTheTextExist() throws IOException {
        Commands commands = new Commands();
        List<String> wrong = new ArrayList<>();
        for (Page page : Page.all()) {
            for (Page.Line line : page.prose()) {
                Matcher command = INLINE_COMMAND.matcher(line.text());
                while (command.find()) {
                    commands.objectionToPart(List.of(command.group(1).split("[ …|\\[]+")))
                            .ifPresent(why -> wrong.add(page + ":" + line.number() + ": " + why));
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    // --- links

    @Test
    void linksLeadSomewhere() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Page page : Page.all()) {
            for (Page.Line line : page.prose()) {
                for (String link : Page.links(line.text())) {
                    if (!link.contains("://") && !leads(page, link)) {
                        wrong.add(page + ":" + line.number() + ": " + link);
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static boolean leads(Page page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page.path() : target(page, parts[0]);
        if (!Files.exists(Page.HOME.resolve(target))) {
            return false;
        }
        return parts.length == 1 || Page.read(target).anchors().contains(parts[1]);
    }

    private static Path target(Page page, String file) {
        Path parent = page.path().getParent();
        return (parent == null ? Path.of("") : parent).resolve(file).normalize();
    }

    // --- what the program says and holds

    /** In blocks of messages; … stands for what differs. */
    @Test
    void messagesAreThoseOfTheProgram() throws IOException {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Page page : Page.guide()) {
            for (Page.Block block : page.blocks()) {
                if (block.kind().equals("message")) {
                    for (String message : block.lines()) {
                        seen++;
                        Stream.of(message.split("…"))
                                .map(String::strip)
                                .filter(piece -> piece.length() >= PIECE_CHARACTERS_MIN)
                                .filter(piece -> !sources.say(piece))
                                .forEach(piece -> wrong.add(page + ": " + piece));
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(seen).as("messages found").isGreaterThan(50);
    }

    @Test
    void limitsAreThoseOfTheSources() throws Exception {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Page.Line line : Page.read(Path.of("docs", "guide", "limits.md")).prose()) {
            Matcher constant = CONSTANT.matcher(line.text());
            if (constant.find()) {
                seen++;
                String name = constant.group(1);
                Optional<Long> value = sources.constant(name);
                long said = amount(line.cells().get(1), name);
                if (value.isEmpty() || value.get() != said) {
                    wrong.add(name + " is " + value + ", the page says " + said);
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(seen).as("limits found").isGreaterThan(40);
    }

    /** What a cell says in the unit of the constant: nanoseconds by its name, else milliseconds. */
    private static long amount(String cell, String constant) {
        String[] words = cell.replace(",", "").split(" ", 2);
        long number = Long.parseLong(words[0]);
        String unit = words.length == 1 ? "" : words[1];
        if (UNITS.containsKey(unit)) {
            return number * UNITS.get(unit);
        }
        long millis = number * (unit.equals("days") ? 86_400_000L : 1_000L);
        return constant.contains("NANOS") ? millis * 1_000_000 : millis;
    }

    /** Rows whose last cell links to the page a figure is printed in. */
    @Test
    void figuresStandWhereTheyWerePrinted() throws IOException {
        List<String> wrong = new ArrayList<>();
        int seen = 0;
        for (Page page : Page.guide()) {
            boolean figures = false;
            for (Page.Line line : page.prose()) {
                List<String> cells = line.cells();
                figures = !cells.isEmpty() && (figures || cells.contains("printed in"));
                List<String> links = cells.isEmpty() ? List.of() : Page.links(cells.getLast());
                if (figures && !links.isEmpty()) {
                    String printed = text(target(page, links.getFirst().split("#", 2)[0]));
                    Matcher number = NUMBER.matcher(cells.get(cells.size() - 2));
                    while (number.find()) {
                        seen++;
                        if (!printed.contains(number.group())) {
                            wrong.add(page + ":" + line.number() + ": " + number.group());
                        }
                    }
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(seen).as("figures found").isGreaterThan(30);
    }

    private static String text(Path path) throws IOException {
        return Files.readString(Page.HOME.resolve(path));
    }
}
