package proa.chaos.drill.facts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions that end a drill. */
class AbortIfTest {

    @Test
    void eachHoldsAboveItsNumber() {
        AbortIf failed = AbortIf.of("failed-requests>1000").orElseThrow();
        assertThat(failed.holds(1_000, 9_999, 9_999)).isEmpty();
        assertThat(failed.holds(1_001, 0, 0)).contains("failed-requests is 1001, above 1000");
        assertThat(AbortIf.of("gap-millis > 50").orElseThrow().holds(0, 51, 0)).isPresent();
        assertThat(AbortIf.of("overlap-millis>0").orElseThrow().holds(0, 51, 5)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed-request>1", "gap-millis", "gap-millis>", "gap-millis>-1", ">5"})
    void whatIsNoConditionIsNone(String text) {
        assertThat(AbortIf.of(text)).isEmpty();
    }
}
