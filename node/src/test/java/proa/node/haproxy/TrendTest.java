package proa.node.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.node.record.Timing;

class TrendTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private final Trend trend = new Trend();

    private static Trend.Look look(long sessions, long requests, int current) {
        return new Trend.Look(sessions, requests, 0, current, current, requests, 0, null);
    }

    @Test
    void aRateIsWhatGrewInTheLastSecondAndTheMostStays() {
        trend.take(look(1_000, 5_000, 1), 7 * SECOND);
        assertThat(trend.seen()).as("from where to count").isEqualTo(Trend.NOTHING);
        trend.take(look(1_030, 5_100, 9), 9 * SECOND);
        assertThat(trend.seen().rate()).as("of two seconds").isEqualTo(15);
        assertThat(trend.seen().requestRate()).isEqualTo(50);
        assertThat(trend.seen().lastNanos()).isEqualTo(9 * SECOND);
        trend.take(look(1_030, 5_101, 2), 10 * SECOND);
        assertThat(trend.seen().rate()).isZero();
        assertThat(trend.seen().rateMost()).isEqualTo(15);
        assertThat(trend.seen().requestRate()).isEqualTo(1);
        assertThat(trend.seen().requestRateMost()).isEqualTo(50);
        assertThat(trend.seen().currentMost()).isEqualTo(9);
        assertThat(trend.seen().waitingMost()).isEqualTo(9);
        assertThat(trend.seen().lastNanos()).as("none since").isEqualTo(9 * SECOND);
    }

    @Test
    void countersThatWentBackAreNoNegativeRate() {
        trend.take(look(10, 10, 0), SECOND);
        trend.take(look(3, 2, 0), 2 * SECOND);
        assertThat(trend.seen().rate()).isZero();
        assertThat(trend.seen().requestRate()).isZero();
        assertThat(trend.seen().totalMillis()).isEqualTo(-1);
    }

    @Test
    void timesAreOfTheLastSecondInWhichSomethingEnded() {
        trend.take(timed(0, 0), SECOND);
        trend.take(timed(2, 10 * MILLI), 2 * SECOND);
        Trend.Times times = new Trend.Times(5, 10, 15, 20);
        assertThat(trend.seen().times()).isEqualTo(times);
        assertThat(trend.seen().totalMillis()).isEqualTo(20);
        trend.take(timed(2, 10 * MILLI), 3 * SECOND);
        assertThat(trend.seen().times()).as("nothing ended").isEqualTo(times);
        assertThat(trend.seen().totalMillis()).isEqualTo(20);
    }

    private static Trend.Look timed(long requests, long nanos) {
        Timing.Sums sums = new Timing.Sums(requests, nanos, 2 * nanos, 3 * nanos, 4 * nanos);
        return new Trend.Look(requests, requests, 0, 0, 0, requests, 4 * nanos, sums);
    }
}
