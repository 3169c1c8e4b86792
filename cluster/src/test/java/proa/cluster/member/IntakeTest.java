package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What has arrived while something took long. */
class IntakeTest {

    private static final long SECOND = 1_000_000_000L;

    private final Inbox inbox = new Inbox(() -> {});
    private final List<Long> times = new ArrayList<>();
    private long now = SECOND;

    private final Intake intake =
            new Intake(
                    inbox,
                    new Work(),
                    () -> now,
                    (_, _, nowNanos) -> {
                        times.add(nowNanos);
                        now += 2 * SECOND;
                    },
                    (_, nowNanos) -> times.add(nowNanos));

    @Test
    void isTakenInAsOfNow() {
        inbox.received(1, new byte[1]);
        inbox.received(2, new byte[1]);
        inbox.view(List.of(1));
        assertThat(intake.some()).isFalse();
        assertThat(times).containsExactly(SECOND, 3 * SECOND, 5 * SECOND);
    }

    @Test
    void isNotTakenInAllAtOnce() {
        for (int n = 0; n <= Intake.AT_ONCE; n++) {
            inbox.received(1, new byte[1]);
        }
        assertThat(intake.some()).isTrue();
        assertThat(times).hasSize(Intake.AT_ONCE);
        assertThat(inbox.isEmpty()).isFalse();
        assertThat(intake.some()).isFalse();
        assertThat(inbox.isEmpty()).isTrue();
    }
}
