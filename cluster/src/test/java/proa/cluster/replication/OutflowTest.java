package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.Table;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.List;
import java.util.function.Consumer;

/** How long changes wait for company, and what leaves together. */
class OutflowTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final Origin SELF = new Origin(1, 1);
    private static final TableShape SHAPE =
            new TableShape("requests", 60 * SECOND, 10_000, 10 * SECOND);

    private final WallTime wall = WallTime.at(0, SECOND);
    private final Table table = new Table(SHAPE, SHAPE.entriesMax(), SELF, wall, 7, SECOND);
    private final Outflow outflow = new Outflow(SELF, new OneTable(), Limits.DEFAULTS, wall);

    /** Keeps what this node counts. */
    private final class OneTable extends NoTables {
        @Override
        public List<TableShape> shapes() {
            return List.of(SHAPE);
        }

        @Override
        public int dirty() {
            return table.dirty();
        }

        @Override
        public int drain(int at, int max, long nowNanos, Consumer<Entry> to) {
            if (fails) {
                fails = false;
                throw new IllegalStateException("once");
            }
            return table.drain(max, nowNanos, to);
        }
    }

    private boolean fails;

    private void hit(int key) {
        table.add(new TableKey(0, key), 0, 1, SECOND);
    }

    private static int entries(Message.Batch batch) {
        return batch.sections().stream().mapToInt(section -> section.entries().size()).sum();
    }

    @Test
    void aChangeWaitsFiveMillisecondsForCompany() {
        hit(1);
        outflow.changed(SECOND, false);
        assertThat(outflow.dueNanos()).isEqualTo(SECOND + 5 * MILLI);
        assertThat(outflow.batches(SECOND + 5 * MILLI - 1)).isEmpty();
        hit(2);
        outflow.changed(SECOND + 4 * MILLI, false);
        assertThat(outflow.dueNanos()).as("the first one counts").isEqualTo(SECOND + 5 * MILLI);
        List<Message.Batch> batches = outflow.batches(SECOND + 5 * MILLI);
        assertThat(batches).hasSize(1);
        assertThat(entries(batches.getFirst())).isEqualTo(2);
        assertThat(batches.getFirst().waitedNanos()).isEqualTo(5 * MILLI);
        assertThat(outflow.dueNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatCouldNotLeaveLeavesAtTheNextTry() {
        hit(1);
        outflow.changed(SECOND, false);
        fails = true;
        assertThatThrownBy(() -> outflow.batches(2 * SECOND)).hasMessage("once");
        assertThat(outflow.dueNanos()).isEqualTo(2 * SECOND + 5 * MILLI);
        assertThat(outflow.batches(2 * SECOND + 5 * MILLI))
                .extracting(OutflowTest::entries)
                .containsExactly(1);
        assertThat(outflow.made()).as("the others take everything once").isEqualTo(2);
        hit(2);
        outflow.changed(3 * SECOND, false);
        assertThat(outflow.batches(4 * SECOND))
                .extracting(Message.Batch::number)
                .containsExactly(3L);
    }

    @Test
    void aKeyNearItsLimitWaitsOneMillisecondAndTakesTheOthersAlong() {
        hit(1);
        outflow.changed(SECOND, false);
        hit(2);
        outflow.changed(SECOND, true);
        assertThat(outflow.dueNanos()).isEqualTo(SECOND + MILLI);
        assertThat(outflow.batches(SECOND + MILLI - 1)).isEmpty();
        List<Message.Batch> batches = outflow.batches(SECOND + MILLI);
        assertThat(batches).hasSize(1);
        assertThat(entries(batches.getFirst())).isEqualTo(2);
        hit(3);
        outflow.changed(2 * SECOND, false);
        assertThat(outflow.dueNanos()).as("no hurry any more").isEqualTo(2 * SECOND + 5 * MILLI);
    }

    @Test
    void aKeyThatChangesManyTimesLeavesOnceWithItsLastState() {
        for (int n = 0; n < 500; n++) {
            hit(n % 2);
            outflow.changed(SECOND, false);
        }
        Message.Batch batch = outflow.batches(SECOND + 5 * MILLI).getFirst();
        assertThat(batch.sections().getFirst().entries())
                .hasSize(2)
                .allSatisfy(
                        entry ->
                                assertThat(((Entry.Slot) entry).counts().rate(0).count(0))
                                        .isEqualTo(250));
    }

    @Test
    void aThousandEntriesWaitForNobodyAndNoBatchHasMore() {
        for (int key = 0; key < 2_500; key++) {
            hit(key);
        }
        outflow.changed(SECOND, false);
        List<Message.Batch> batches = outflow.batches(SECOND);
        assertThat(batches).extracting(OutflowTest::entries).containsExactly(1_000, 1_000, 500);
        assertThat(batches).extracting(Message.Batch::number).containsExactly(1L, 2L, 3L);
    }
}
