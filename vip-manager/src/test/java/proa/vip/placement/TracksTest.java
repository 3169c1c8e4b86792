package proa.vip.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.config.TrackConfig;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Damping: what is tracked counts only when it has been so long enough. */
class TracksTest {

    private static final long SECOND = 1_000_000_000L;
    private static final TrackConfig.Script DISK = script("disk", 3, 2, 30);
    private static final TrackConfig.Script ROUTE = script("route", 1, 1, 100);
    private static final TrackConfig.Servers HALF =
            new TrackConfig.Servers(50, Duration.ofSeconds(3), 20);

    private final Tracks tracks =
            new Tracks(new TrackConfig(List.of(DISK, ROUTE), Optional.of(HALF)));

    private static TrackConfig.Script script(String name, int rise, int fall, int weight) {
        return new TrackConfig.Script(
                name,
                List.of("/bin/true"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                rise,
                fall,
                weight);
    }

    private int handicap(long seconds) {
        return tracks.verdict(seconds * SECOND).handicap();
    }

    @Test
    void all_is_well_until_something_has_been_seen() {
        assertThat(tracks.verdict(0)).isEqualTo(new Tracks.Verdict(0, ""));
        assertThat(tracks.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_script_is_bad_after_fall_bad_ends_in_a_row_and_good_after_rise_good_ones() {
        tracks.ended(DISK, false, "exit code 1");
        assertThat(handicap(1)).isZero();
        tracks.ended(DISK, true, "");
        tracks.ended(DISK, false, "exit code 1");
        assertThat(handicap(2)).as("not in a row").isZero();
        tracks.ended(DISK, false, "exit code 2");
        assertThat(tracks.verdict(3 * SECOND))
                .isEqualTo(new Tracks.Verdict(30, "script disk: exit code 2"));
        tracks.ended(DISK, true, "");
        tracks.ended(DISK, true, "");
        assertThat(handicap(4)).isEqualTo(30);
        tracks.ended(DISK, true, "");
        assertThat(handicap(5)).isZero();
    }

    @Test
    void the_share_of_servers_counts_only_when_it_has_been_low_for_as_long_as_it_is_held() {
        tracks.servers(1, 4, 10 * SECOND);
        assertThat(handicap(12)).isZero();
        assertThat(tracks.deadlineNanos()).isEqualTo(13 * SECOND);
        assertThat(tracks.verdict(13 * SECOND))
                .isEqualTo(new Tracks.Verdict(20, "1 of 4 servers are up"));
        tracks.servers(2, 4, 14 * SECOND);
        assertThat(handicap(16)).as("half is enough, but not yet for long").isEqualTo(20);
        assertThat(handicap(17)).isZero();
    }

    @Test
    void servers_that_flap_faster_than_the_hold_change_nothing() {
        for (int second = 0; second < 60; second++) {
            tracks.servers(second % 2 == 0 ? 0 : 4, 4, second * SECOND);
            assertThat(handicap(second)).isZero();
        }
    }

    @Test
    void no_servers_at_all_are_no_reason_and_reasons_add_up() {
        tracks.servers(0, 0, 0);
        assertThat(handicap(100)).isZero();
        tracks.servers(0, 2, 100 * SECOND);
        tracks.ended(ROUTE, false, "no end within 1000 ms");
        tracks.verdict(103 * SECOND);
        assertThat(tracks.verdict(104 * SECOND))
                .isEqualTo(
                        new Tracks.Verdict(
                                120, "script route: no end within 1000 ms, 0 of 2 servers are up"));
    }

    @Test
    void whatever_happens_the_verdict_changes_at_most_once_in_a_hold_by_servers() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            Tracks share = new Tracks(new TrackConfig(List.of(), Optional.of(HALF)));
            long now = 0;
            long changed = -3 * SECOND;
            int before = 0;
            for (int event = 0; event < 200; event++) {
                now += random.nextLong(2 * SECOND);
                if (random.nextBoolean()) {
                    share.servers(random.nextInt(5), 4, now);
                }
                int after = share.verdict(now).handicap();
                if (after != before) {
                    assertThat(now - changed)
                            .as("seed %d", seed)
                            .isGreaterThanOrEqualTo(3 * SECOND);
                    changed = now;
                    before = after;
                }
            }
        }
    }
}
