package proa.node.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;

class FormScannerTest {

    private static final int MANY = 1_000;

    /** What is found in a whole form. */
    private static @Nullable String find(String form, int bytesMax) {
        FormScanner scanner = fed(form, bytesMax);
        scanner.end();
        return scanner.value();
    }

    private static FormScanner fed(String form, int bytesMax) {
        FormScanner scanner = new FormScanner("sid", bytesMax);
        for (byte octet : form.getBytes(StandardCharsets.ISO_8859_1)) {
            scanner.step(octet);
        }
        return scanner;
    }

    @ParameterizedTest
    @CsvSource({
        "sid=42, 42",
        "sid=42&a=1, 42",
        "a=1&sid=42, 42",
        "a=1&sid=42&b=2, 42",
        "sid=1&sid=2, 1",
        "&&sid=42&&, 42",
        "a&sid=42, 42",
        "asid=1&sid=42, 42",
        "sidb=1&sid=42, 42",
        "sid&sid=42, 42",
        "a=sid=1&sid=42, 42",
        "sisid=1&sid=42, 42",
        "sid=a=b, a=b",
        "sid=a+b%20c%2B, a+b%20c%2B",
        "sid=, ''",
        "sid=&sid=2, ''"
    })
    void theFirstOfItsNameIsFoundAsItWasSent(String form, String value) {
        assertThat(find(form, MANY)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sid",
                "SID=1",
                "%73id=1",
                "+sid=1",
                "a=sid",
                "a=1;sid=2",
                "s&id=1",
                "=1"
            })
    void whatOnlyLooksLikeItIsNot(String form) {
        assertThat(find(form, MANY)).isNull();
    }

    @Test
    void aValueIsOneOnlyOnceItsEndIsSeen() {
        FormScanner scanner = fed("a=1&sid=4", MANY);
        assertThat(scanner.done()).isFalse();
        assertThat(scanner.value()).isNull();
        scanner.step((byte) '2');
        scanner.step((byte) '&');
        assertThat(scanner.done()).isTrue();
        assertThat(scanner.value()).isEqualTo("42");
        scanner.step((byte) 'x');
        scanner.giveUp();
        assertThat(scanner.value()).isEqualTo("42");
    }

    @Test
    void whatTheLimitCutsIsNoValue() {
        assertThat(find("sid=42", 6)).as("its end is its end").isEqualTo("42");
        assertThat(find("sid=42&", 7)).isEqualTo("42");
        assertThat(find("sid=42&", 6)).isNull();
        assertThat(find("sid=423", 6)).isNull();
        assertThat(find("a=1&sid=42", 4)).isNull();
        FormScanner scanner = fed("sid=42", 6);
        assertThat(scanner.done()).as("it may be the end").isFalse();
        scanner.skip();
        assertThat(scanner.done()).isTrue();
        scanner.end();
        assertThat(scanner.value()).isNull();
    }

    @Test
    void whatIsNotOfTheFormCountsAndChangesNothing() {
        FormScanner scanner = fed("si", MANY);
        scanner.skip();
        scanner.step((byte) 'd');
        scanner.limit(3);
        scanner.step((byte) '=');
        scanner.skip();
        scanner.step((byte) '7');
        scanner.end();
        assertThat(scanner.value()).isEqualTo("7");
        FormScanner full = fed("sid=7", MANY);
        full.limit(0);
        full.skip();
        full.end();
        assertThat(full.value()).isNull();
    }

    @Test
    void whoGivesUpHasNothing() {
        FormScanner scanner = fed("sid=42", MANY);
        scanner.giveUp();
        assertThat(scanner.done()).isTrue();
        scanner.end();
        assertThat(scanner.value()).isNull();
    }

    /** Ten thousand forms of few letters, so that names begin in each other. */
    @Test
    void itFindsWhatCuttingTheFormIntoPartsFinds() {
        long seed = 86;
        Random random = new Random(seed);
        for (int round = 0; round < 10_000; round++) {
            String form = form(random);
            int limit = random.nextInt(30);
            assertThat(find(form, limit))
                    .as("%s within %d, seed %d", form, limit, seed)
                    .isEqualTo(cut(form, limit));
        }
    }

    private static String form(Random random) {
        StringBuilder form = new StringBuilder();
        int length = random.nextInt(30);
        while (form.length() < length) {
            form.append(random.nextInt(3) == 0 ? "sid=" : "&sid=x".charAt(random.nextInt(6)));
        }
        return form.toString();
    }

    private static @Nullable String cut(String form, int limit) {
        int from = 0;
        for (String part : form.split("&", -1)) {
            int seen = Math.min(from + part.length() + 1, form.length());
            if (part.startsWith("sid=")) {
                return seen <= limit ? part.substring(4) : null;
            }
            from += part.length() + 1;
        }
        return null;
    }
}
