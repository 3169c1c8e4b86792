package proa.node.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.record.Changes.Change;

import java.time.Instant;

class ChangesTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Changes changes = new Changes();

    @Test
    void whatStaysTheSameIsNoChange() {
        changes.is(NOON, "up", "up", "passed");
        assertThat(changes.all()).isEmpty();
        changes.is(NOON, "up", "down", "status 500");
        changes.is(NOON.plusSeconds(1), "down", "down", "status 501");
        assertThat(changes.all()).containsExactly(new Change(NOON, "up", "down", "status 500"));
    }

    @Test
    void oneFollowsOnTheOther() {
        changes.is(NOON, "unchecked", "up", "passed");
        changes.is(NOON, "unchecked", "drain", "by olga");
        assertThat(changes.all().getLast().from())
                .as("who looked before somebody else changed it")
                .isEqualTo("up");
    }

    @Test
    void theOldestGoFirst() {
        for (int second = 0; second < 100; second++) {
            changes.is(
                    NOON.plusSeconds(second),
                    "up",
                    second % 2 == 0 ? "down" : "up",
                    "x".repeat(1_000));
        }
        assertThat(changes.all()).hasSize(Changes.KEPT_MAX);
        assertThat(changes.all().getFirst().at()).isEqualTo(NOON.plusSeconds(68));
        assertThat(changes.all().getLast().at()).isEqualTo(NOON.plusSeconds(99));
        assertThat(changes.all().getLast().reason()).hasSizeLessThan(400);
    }
}
