package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a page tells about time. */
class InflowTest {

    private static final Origin SENDER = new Origin(1, 40);
    private static final long THERE = 1_000_000_000L;
    private static final long HERE = 170_000_000_000_000L;

    private final Inflow inflow = new Inflow(new Origin(3, 1), new NoTables(), new Tally());

    private static Message.Page page(int lives, long sentNanos) {
        List<OriginTime> times = new ArrayList<>(List.of(new OriginTime(SENDER, sentNanos)));
        for (int life = 1; life <= lives; life++) {
            times.add(new OriginTime(new Origin(2, life), sentNanos + life));
        }
        return new Message.Page(SENDER, 1, 0, -1, Map.of(), times, List.of(), 0);
    }

    /** A cluster whose nodes have been restarted dozens of times. */
    @Test
    void theAgeOfAPageIsThatOfTheWayHoweverManyLivesItTellsOf() {
        for (int lives : List.of(0, 1, Inflow.ORIGINS_MAX, 2 * Inflow.ORIGINS_MAX)) {
            assertThat(inflow.olderNanos(page(lives, THERE), HERE)).as(lives + " lives").isZero();
            assertThat(inflow.olderNanos(page(lives, THERE), HERE + 5_000_000))
                    .as("and 5 ms on the way")
                    .isEqualTo(5_000_000);
        }
    }

    /** Its host was suspended for a while, and the node that tells of it has not noticed yet. */
    @Test
    void whatAnotherNodeThinksOfAClockDoesNotCountOnceItsOriginHasSpoken() {
        Origin stood = new Origin(2, 1);
        inflow.clock(new OriginTime(stood, THERE + 2_000_000_000L), false, HERE);
        assertThat(inflow.nowAt(stood, HERE)).as("better than nothing").isEqualTo(3_000_000_000L);
        inflow.clock(new OriginTime(stood, THERE), true, HERE);
        assertThat(inflow.nowAt(stood, HERE)).isEqualTo(THERE);
        inflow.clock(new OriginTime(stood, THERE + 2_000_000_000L), false, HERE);
        assertThat(inflow.nowAt(stood, HERE)).isEqualTo(THERE);
    }
}
