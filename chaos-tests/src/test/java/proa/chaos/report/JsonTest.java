package proa.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

class JsonTest {

    record Inner(String text, double millis) {}

    record Outer(long count, boolean good, List<Inner> inners, Map<String, Integer> byName) {}

    @Test
    void recordsGoThereAndBack() {
        Outer outer =
                new Outer(
                        1L << 60,
                        true,
                        List.of(new Inner("a \"b\"\n\\ é \u0001", 0.25)),
                        Map.of("one", 1));
        assertThat(Json.read(Json.line(outer), Outer.class)).isEqualTo(outer);
        assertThat(Json.read(Json.pretty(outer), Outer.class)).isEqualTo(outer);
    }

    @Test
    void aLineIsOneLine() {
        assertThat(Json.line(new Inner("a\nb", 1.5)))
                .isEqualTo("{\"text\":\"a\\nb\",\"millis\":1.500}");
        assertThat(Json.line(Optional.empty())).isEqualTo("null");
    }

    @Test
    void whatIsMissingIsEmptyAndWhatIsUnknownIsSkipped() {
        assertThat(Json.read("{\"more\": [1, {}], \"count\": 3}", Outer.class))
                .isEqualTo(new Outer(3, false, List.of(), Map.of()));
    }

    @Test
    void whatIsNoJsonIsRefusedWithThePlace() {
        assertThatThrownBy(() -> Json.read("{\"count\": 3", Outer.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at 11");
        assertThatThrownBy(() -> Json.read("{\"count\": \"x\"}", Outer.class))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private enum Colour {
        RED
    }

    private record Painted(Colour colour) {}

    @Test
    void aConstantIsReadByItsName() {
        assertThat(Json.read(Json.line(new Painted(Colour.RED)), Painted.class).colour())
                .isEqualTo(Colour.RED);
        assertThatThrownBy(() -> Json.read("{\"colour\": \"blue\"}", Painted.class))
                .hasMessageContaining("no Colour: blue");
    }
}
