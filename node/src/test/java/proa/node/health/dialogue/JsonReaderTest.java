package proa.node.health.dialogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class JsonReaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " [ ] ",
                "0",
                "-1.5e+10",
                "\"\\u00e9\\\\\\\"\\/\\b\\f\\n\\r\\t\"",
                "{\"a\":[1,{\"b\":null}],\"c\":true,\"d\":false}",
                "\t[1 ,\r\n2]"
            })
    void readsWhatIsJson(String text) {
        assertThat(JsonReader.read(text)).as(text).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[1,]",
                "{\"a\":1,}",
                "{a:1}",
                "01",
                "1.",
                ".5",
                "+1",
                "1 2",
                "tru",
                "nul",
                "True",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12\"",
                "\"\n\"",
                "{\"a\" 1}",
                "[1 2]",
                "NaN",
                "\"\\\"",
                "\"\\u\uff11111\""
            })
    void whatIsNotIsNothing(String text) {
        assertThat(JsonReader.read(text)).as(text).isNull();
    }

    @Test
    void readsTheTextOfStrings() {
        assertThat(JsonReader.read("\"\\u00e9\\n\\/x\"")).isEqualTo(new Json.Text("é\n/x"));
    }

    @Test
    void depthIsLimited() {
        assertThat(JsonReader.read("[".repeat(60) + "]".repeat(60))).isNotNull();
        assertThat(JsonReader.read("[".repeat(70) + "]".repeat(70))).isNull();
        assertThat(JsonReader.read("[".repeat(1_000_000))).isNull();
    }

    @Test
    void pathsLeadToValues() {
        Json document = JsonReader.read("{\"a\":{\"b\":[{\"c\":\"x\"},7]},\"a b\":1}");
        assertThat(document).isNotNull();
        assertThat(JsonPath.of("a.b[0].c").in(document)).isEqualTo(new Json.Text("x"));
        assertThat(JsonPath.of("a.b[1]").in(document)).isEqualTo(new Json.Numeral("7"));
        assertThat(JsonPath.of("a.b[2]").in(document)).isNull();
        assertThat(JsonPath.of("a.b.c").in(document)).isNull();
        assertThat(JsonPath.of("a[0]").in(document)).isNull();
        assertThat(JsonPath.of("x.y.z").in(document)).isNull();
        Json items = JsonReader.read("[[1,2],[3]]");
        assertThat(items).isNotNull();
        assertThat(JsonPath.of("[1][0]").in(items)).isEqualTo(new Json.Numeral("3"));
    }

    @Test
    void comparesScalars() {
        assertThat(new Json.Text("1").is("1")).isTrue();
        assertThat(new Json.Text("1").is("1.0")).as("a text is no number").isFalse();
        assertThat(new Json.Numeral("1.0").is("1")).isTrue();
        assertThat(new Json.Numeral("1e2").is("100")).isTrue();
        assertThat(new Json.Numeral("1").is("one")).isFalse();
        assertThat(new Json.Word("null").is("null")).isTrue();
        assertThat(new Json.Word("true").is("false")).isFalse();
    }

    /** Whatever comes: an answer, no exception. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void survivesGarbage(long seed) {
        Random random = new Random(seed);
        String alphabet = "{}[]\",:\\u0019-+.eEtrufalsn \t\u00e9";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int at = random.nextInt(20); at >= 0; at--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Json value = JsonReader.read(text.toString());
            assertThat(value == null || !value.shown().isEmpty() || value.is("")).isTrue();
        }
    }
}
