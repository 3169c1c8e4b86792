package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** A batch that the tables fail to take in, and changes that nobody has told of. */
class FailedTakingTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Origin FIRST = new Origin(1, 1);
    private static final TableShape SHAPE = new TableShape("clients", 3_600 * SECOND, 100, 0);

    private final Replicator second =
            new Replicator(
                    new Origin(2, 1), new FailingTable(), Limits.DEFAULTS, WallTime.at(0, 0));
    private int failures;
    private int waiting;
    private long now = SECOND;

    private final class FailingTable extends NoTables {
        @Override
        public List<TableShape> shapes() {
            return List.of(SHAPE);
        }

        @Override
        public void merge(int table, List<Entry> entries, long olderNanos, long nowNanos) {
            if (failures > 0) {
                failures--;
                throw new IllegalStateException("no room");
            }
        }

        @Override
        public int dirty() {
            return waiting;
        }

        @Override
        public int drain(int table, int max, long nowNanos, Consumer<Entry> to) {
            waiting = 0;
            return 0;
        }
    }

    private void arrives() {
        Section section = new Section(SHAPE.name(), SHAPE.schema(), List.of());
        second.received(
                1,
                MessageCodec.encode(new Message.Batch(FIRST, 1, now, now, 0, 0, List.of(section))),
                now);
    }

    /** The first member says that there is one; for how long it is missing a second later. */
    private long missingNanos() {
        Message hello = new Message.Hello(FIRST, false, Map.of(FIRST, 1L));
        second.received(1, MessageCodec.encode(hello), now);
        now += SECOND;
        return second.statistics(now).lagNanos();
    }

    @Test
    void isMissingUntilItIsTakenIn() {
        second.view(Set.of(1), now);
        failures = 1;
        assertThatThrownBy(this::arrives).hasMessage("no room");
        assertThat(missingNanos()).isEqualTo(SECOND);
        arrives();
        assertThat(missingNanos()).isZero();
    }

    @Test
    void isGivenUpInTheEnd() {
        second.view(Set.of(1), now);
        failures = Progress.TRIES_MAX;
        for (int n = 0; n < Progress.TRIES_MAX; n++) {
            assertThatThrownBy(this::arrives).hasMessage("no room");
        }
        assertThat(missingNanos()).isZero();
    }

    @Test
    void areTakenAlongWithTheNextHello() {
        second.view(Set.of(1), now);
        waiting = 1;
        now += 2 * SECOND;
        second.tick(now);
        now += Limits.DEFAULTS.flushNanos();
        second.tick(now);
        assertThat(waiting).isZero();
    }
}
