package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Batches of a node that is gone, beyond one that is missing. */
class BequestTest {

    private static final Origin SELF = new Origin(1, 1);
    private static final Origin GONE = new Origin(2, 5);

    private final Origins origins = new Origins(SELF, 1 << 20);
    private final Inflow inflow = new Inflow(SELF, new NoTables(), new Tally());
    private final Bequest bequest = new Bequest(origins, inflow);

    /** The first and the third have arrived; the second is lost. */
    @BeforeEach
    void twoOfThree() {
        inflow.clock(new OriginTime(GONE, 1_000), true, 5_000);
        arrives(1);
        arrives(3);
    }

    private void arrives(long number) {
        Objects.requireNonNull(origins.progress(GONE)).arrived(number);
        origins.log(GONE, number, MessageCodec.encode(batch(number, 900)));
    }

    private static Message.Batch batch(long number, long sentNanos) {
        return new Message.Batch(GONE, number, 900, sentNanos, 0, 0, List.of());
    }

    private List<Outgoing> due(Origin... present) {
        return bequest.due(Set.of(present), 6_000);
    }

    @Test
    void are_sent_to_all_with_a_few_hellos_and_then_no_more() {
        for (int times = 0; times < Bequest.TIMES_MAX; times++) {
            List<Outgoing> due = due();
            assertThat(due).hasSize(1);
            assertThat(due.getFirst().to()).isEqualTo(Outgoing.ALL);
            // On the clock of the one that is gone it is 2,000 now.
            assertThat(due.getFirst().bytes()).isEqualTo(MessageCodec.encode(batch(3, 2_000)));
        }
        assertThat(due()).isEmpty();
    }

    @Test
    void wait_while_their_maker_can_be_asked_itself() {
        assertThat(due(GONE)).isEmpty();
        assertThat(due()).hasSize(1);
    }

    @Test
    void begin_anew_when_their_maker_was_back_meanwhile() {
        for (int times = 0; times < Bequest.TIMES_MAX; times++) {
            due();
        }
        due(GONE);
        assertThat(due()).hasSize(1);
    }

    @Test
    void are_offered_as_any_other_once_nothing_is_missing() {
        arrives(2);
        assertThat(due()).isEmpty();
        assertThat(origins.reached(0)).containsEntry(GONE, 3L);
    }
}
