package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmLimitTest {

    private static final long EVERY = 60 * Timers.SECOND;

    private final AlarmLimit<String> limit = new AlarmLimit<>(EVERY);

    @Test
    void the_same_is_due_once_in_a_period_and_another_at_once() {
        assertThat(limit.due("a", 0)).isTrue();
        assertThat(limit.due("a", EVERY - 1)).isFalse();
        assertThat(limit.due("b", 1)).isTrue();
        assertThat(limit.due("a", EVERY)).isTrue();
        assertThat(limit.due("b", EVERY)).isFalse();
    }

    @Test
    void who_invents_senders_fills_no_log_and_keeps_nothing_from_being_told_later() {
        long told = 0;
        for (int kind = 0; kind < 100_000; kind++) {
            told += limit.due("forged " + kind, kind) ? 1 : 0;
        }
        assertThat(told).isEqualTo(AlarmLimit.KINDS_MAX);
        assertThat(limit.due("real", EVERY - 1)).isFalse();
        assertThat(limit.due("real", EVERY + AlarmLimit.KINDS_MAX)).isTrue();
    }
}
