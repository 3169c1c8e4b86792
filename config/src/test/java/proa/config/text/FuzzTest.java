package proa.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/** Whatever is done to a file, reading it answers; it never throws. */
class FuzzTest {

    private static final int ROUNDS = 150;
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\"\"\"",
        "=",
        ":",
        ",",
        ".",
        "\n",
        "\n{",
        " # x\n=",
        "\"\"\"\"",
        "\u00a0",
        "#",
        "//",
        "${",
        "${?x}",
        "${cluster}",
        "+=",
        "null",
        "true",
        "-1",
        "99999999999999999999",
        "1e999",
        "include",
        "include \"x\"",
        "include\n\"x\"",
        "\\",
        "\u0000",
        "\ud83d\ude00",
        "schema",
        "nodes",
        "when",
        "all",
        "/",
        "0.0.0.0/0",
        "::",
        "%{node}",
        "10s",
        "1g"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void mutationsOfASoundFileNeverThrow(long seed) {
        Random random = new Random(seed);
        String[] sound = {ViolationsTest.SOUND, MappingTest.text()};
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder(sound[round % sound.length]);
            int changes = 1 + random.nextInt(6);
            for (int change = 0; change < changes && !text.isEmpty(); change++) {
                mutate(text, random);
            }
            check(text.toString(), "seed " + seed + ", round " + round);
        }
    }

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextBoolean() ? 4 : 80));
        switch (random.nextInt(5)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
            case 2 -> text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
            case 3 -> text.insert(at, text.substring(at, end));
            default -> text.setCharAt(at, (char) random.nextInt(128));
        }
    }

    private static void check(String text, String where) {
        Outcome outcome;
        try {
            outcome = ConfigParser.parse(text, "f", Path.of("/etc"), Optional.of("lb1"));
        } catch (RuntimeException | StackOverflowError defect) {
            throw new AssertionError(where + "\n" + text, defect);
        }
        int lines = (int) text.chars().filter(letter -> letter == '\n').count() + 1;
        if (outcome instanceof Outcome.Refused refused) {
            assertThat(refused.violations()).as(where).isNotEmpty();
            assertThat(refused.violations())
                    .as(where)
                    .allSatisfy(violation -> assertThat(violation.line()).isBetween(0, lines))
                    .allSatisfy(violation -> assertThat(violation.toString()).doesNotContain("\n"));
        }
    }
}
