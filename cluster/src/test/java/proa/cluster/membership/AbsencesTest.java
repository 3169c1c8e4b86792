package proa.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.TimeUnit;

class AbsencesTest {

    private static final long START = -5;
    private final Absences absences = new Absences(List.of("lb2", "lb3"), START);

    private List<String> after(long millis, String... inSight) {
        return absences.look(List.of(inSight), START + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void whoIsNotThereAfterThreeSecondsIsNamedOnce() {
        assertThat(after(2_999, "lb1")).isEmpty();
        assertThat(after(3_000, "lb1")).containsExactly("lb2", "lb3");
        assertThat(after(60_000, "lb1")).isEmpty();
    }

    @Test
    void whoComesInTimeIsNotNamed() {
        assertThat(after(2_900, "lb1", "lb2")).isEmpty();
        assertThat(after(3_000, "lb2", "lb1")).containsExactly("lb3");
        assertThat(after(9_000, "lb1", "lb2", "lb3")).isEmpty();
    }

    @Test
    void whoGoesAgainIsNamedAgain() {
        assertThat(after(3_000, "lb1", "lb3")).containsExactly("lb2");
        assertThat(after(5_000, "lb1", "lb2", "lb3")).isEmpty();
        assertThat(after(7_999, "lb1", "lb3")).isEmpty();
        assertThat(after(8_000, "lb1", "lb3")).containsExactly("lb2");
    }
}
