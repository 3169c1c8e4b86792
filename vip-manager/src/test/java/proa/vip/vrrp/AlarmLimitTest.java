package proa.vip.vrrp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmLimitTest {

    private static final long EVERY = 64 * Timers.SECOND;

    /** After a flood, from one line to the next. */
    private static final long LINE = EVERY / AlarmLimit.KINDS_MAX;

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
    void it_begins_at_any_time_of_a_clock_that_may_be_negative() {
        assertThat(limit.due("a", Long.MIN_VALUE + 5)).isTrue();
        assertThat(limit.due("b", Long.MIN_VALUE + 5)).isTrue();
        assertThat(limit.due("a", Long.MIN_VALUE + 6)).isFalse();
    }

    private long flood(long fromNanos, long toNanos, long stepNanos) {
        long told = 0;
        for (long now = fromNanos; now < toNanos; now += stepNanos) {
            told += limit.due("forged " + now, now) ? 1 : 0;
        }
        return told;
    }

    @Test
    void who_invents_senders_fills_no_log_and_keeps_nothing_from_being_told_later() {
        assertThat(flood(0, 100_000, 1)).isEqualTo(AlarmLimit.KINDS_MAX);
        assertThat(limit.due("real", LINE / 2)).isFalse();
        assertThat(limit.due("real", LINE)).as("not a whole period later").isTrue();
    }

    @Test
    void a_flood_without_end_is_a_line_now_and_then() {
        long told = flood(0, 10 * EVERY, Timers.SECOND / 100);
        assertThat(told).isBetween(10L * AlarmLimit.KINDS_MAX, 11L * AlarmLimit.KINDS_MAX);
    }

    @Test
    void what_goes_on_beside_a_flood_is_remembered_and_what_was_seen_long_ago_is_forgotten() {
        assertThat(limit.due("goes on", 0)).isTrue();
        assertThat(limit.due("once", 0)).isTrue();
        int step = 0;
        for (long now = 1; now < EVERY - 2 * LINE; now += LINE / 4) {
            assertThat(limit.due("goes on", now)).isFalse();
            boolean _ = limit.due("forged " + step++, now);
        }
        assertThat(limit.due("once", EVERY - 1)).as("its place is another's").isTrue();
    }

    @Test
    void the_next_line_says_how_many_were_not_told() {
        assertThat(limit.due("a", 0)).isTrue();
        assertThat(limit.more()).isEmpty();
        assertThat(limit.due("a", 1)).isFalse();
        assertThat(limit.due("a", 2)).isFalse();
        assertThat(limit.due("b", 3)).isTrue();
        assertThat(limit.more()).isEqualTo(" (and 2 other packets since the last line)");
        assertThat(limit.more()).isEmpty();
    }
}
