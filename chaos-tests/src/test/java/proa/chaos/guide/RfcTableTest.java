package proa.chaos.guide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tables of {@code docs/rfc}: the tests they name are there, and each rule of VRRP has one of
 * what must be and another of what must not.
 */
class RfcTableTest {

    private static final Path HOME = Path.of(System.getProperty("proa.home"));
    private static final Path TABLES = HOME.resolve("docs/rfc");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*Test)\\.(\\w+)`");
    private static final Pattern ANNOTATED = Pattern.compile(" {4}@(Parameterized)?Test\\b.*");
    private static final Pattern METHOD = Pattern.compile(" {4}void (\\w+)\\(.*");

    /** Section, strength, rule, what Proa does, positive, negative. */
    private static final int CELLS = 6;

    /** Rules for a router in RFC 9568 that stand in its table at the least. */
    private static final int RULES_MIN = 70;

    /** Test methods by the simple name of their class. */
    private static final Map<String, Set<String>> METHODS = new HashMap<>();

    @BeforeAll
    static void readTests() throws IOException {
        try (Stream<Path> modules = Files.list(HOME)) {
            for (Path module : modules.toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests)) {
                    read(tests);
                }
            }
        }
    }

    private static void read(Path tests) throws IOException {
        try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(each -> each.toString().endsWith("Test.java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                Set<String> methods = METHODS.computeIfAbsent(name, _ -> new HashSet<>());
                methods.addAll(methods(Files.readString(file)));
            }
        }
    }

    /** In sources as they are formatted here: members are four spaces in. */
    private static Set<String> methods(String source) {
        Set<String> methods = new HashSet<>();
        boolean annotated = false;
        for (String line : source.lines().toList()) {
            Matcher method = METHOD.matcher(line);
            if (method.matches() && annotated) {
                methods.add(method.group(1));
            }
            annotated = ANNOTATED.matcher(line).matches() || (annotated && !line.equals("    }"));
        }
        return methods;
    }

    private static boolean exists(String test) {
        int dot = test.indexOf('.');
        return METHODS.getOrDefault(test.substring(0, dot), Set.of())
                .contains(test.substring(dot + 1));
    }

    private static Set<String> tests(String text) {
        Set<String> tests = new HashSet<>();
        Matcher named = NAMED.matcher(text);
        while (named.find()) {
            tests.add(named.group(1) + "." + named.group(2));
        }
        return tests;
    }

    @Test
    void everyTestThatATableNamesIsThere() throws IOException {
        try (Stream<Path> tables = Files.list(TABLES)) {
            for (Path table : tables.toList()) {
                assertThat(tests(Files.readString(table)))
                        .as(table.getFileName().toString())
                        .allMatch(RfcTableTest::exists);
            }
        }
    }

    @Test
    void everyRuleOfVrrpHasATestOfEachSide() throws IOException {
        List<List<String>> rows = rows(Files.readString(TABLES.resolve("9568.md")));
        assertThat(rows).hasSizeGreaterThanOrEqualTo(RULES_MIN);
        for (List<String> row : rows) {
            assertThat(row).as("%s", row).hasSize(CELLS).noneMatch(String::isBlank);
            assertThat(row.getFirst()).matches("\\d+(\\.\\d+)*(, \\d+(\\.\\d+)*)*");
            assertThat(row.get(1)).as("%s", row).matches("–|(M|MN|S|SN|MAY)(, (M|MN|S|SN|MAY))*");
            Set<String> positive = tests(row.get(4));
            Set<String> negative = tests(row.get(5));
            assertThat(positive).as("positive: %s", row).isNotEmpty();
            assertThat(negative).as("negative: %s", row).isNotEmpty().isNotEqualTo(positive);
        }
    }

    /** Those of all tables in a document, without heads and lines under them. */
    private static List<List<String>> rows(String document) {
        return document.lines()
                .filter(line -> line.startsWith("| "))
                .filter(line -> !line.startsWith("| section "))
                .map(line -> line.substring(1, line.lastIndexOf('|')))
                .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())
                .toList();
    }

    @Test
    void aMethodThatIsNoTestOrNotThereIsNone() {
        String source =
                """
                class SomeTest {
                    @Test
                    void one() throws Exception {
                    }

                    void three() {}

                    @ParameterizedTest
                    @ValueSource(strings = {"{", ";"})
                    void two(String each)
                            throws Exception {
                    }
                    private static void four() {
                    }
                    @BeforeEach
                    void five() {
                    }
                }
                """;
        assertThat(methods(source)).containsExactlyInAnyOrder("one", "two");
        assertThat(exists("RfcTableTest.aMethodThatIsNoTestOrNotThereIsNone")).isTrue();
        assertThat(exists("RfcTableTest.exists")).isFalse();
        assertThat(exists("NoSuchTest.exists")).isFalse();
        assertThat(tests("`ATest.one` and ATest.two, `no.three`")).containsExactly("ATest.one");
    }
}
