package proa.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class RaftEventsTest {

    private static final RaftEvent EVENT = new RaftEvent.View(List.of(1, 2));

    private final RaftEvents events = new RaftEvents();

    @Test
    void whatIsTooMuchIsDroppedAndCountedAndNobodyWaits() throws Exception {
        for (int n = 0; n < RaftEvents.WAITING_MAX; n++) {
            assertThat(events.tell(EVENT)).isTrue();
        }
        assertThat(events.tell(EVENT)).isFalse();
        assertThat(events.tell(EVENT)).isFalse();
        assertThat(events.dropped()).isEqualTo(2);
        List<RaftEvent> taken = new ArrayList<>();
        events.take(0, 9, taken);
        assertThat(taken).hasSize(10);
        assertThat(events.tell(EVENT)).as("there is room again").isTrue();
        assertThat(events.dropped()).isEqualTo(2);
    }

    /** Who is in sight is told once, on each change. */
    @Test
    void theLatestThatHadNoPlaceIsToldAtLast() throws Exception {
        RaftEvent first = new RaftEvent.View(List.of(1, 2, 3));
        RaftEvent last = new RaftEvent.View(List.of(1));
        for (int n = 0; n < RaftEvents.WAITING_MAX; n++) {
            events.tell(EVENT);
        }
        events.tellLatest(first);
        events.tellLatest(last);
        List<RaftEvent> taken = new ArrayList<>();
        for (int turn = 0; turn < 3; turn++) {
            events.take(0, RaftEvents.WAITING_MAX, taken);
        }
        assertThat(taken).hasSize(RaftEvents.WAITING_MAX + 1).endsWith(last);
    }

    @Test
    void whereNothingWaitsNothingIsTaken() throws Exception {
        List<RaftEvent> taken = new ArrayList<>();
        events.take(-1, 9, taken);
        assertThat(taken).isEmpty();
    }
}
