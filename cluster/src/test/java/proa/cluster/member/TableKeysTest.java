package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/** The keys of a table, whatever is kept for them. */
class TableKeysTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int KEYS = 1_000;

    private final AtomicLong now = new AtomicLong(SECOND);

    /** One in stripes, whose pages end in the midst of each. */
    private GuardedTable table() {
        return new GuardedTable(
                new TableShape("clients", 60 * SECOND, 100_000, 10 * SECOND),
                new Origin(1, 1),
                WallTime.at(0, now.get()),
                7,
                new long[] {Long.MAX_VALUE},
                new Changes(1_000_000, () -> {}),
                now::get);
    }

    private static TableKey key(long number) {
        return TableKey.ofNumber(number);
    }

    @Test
    void everyKeyIsVisitedOnce() {
        GuardedTable table = table();
        LongStream.range(0, KEYS).forEach(number -> table.stick(key(number), "s1"));
        LongStream.range(KEYS / 2, KEYS * 2).forEach(number -> table.hit(key(number)));
        List<TableKey> visited = new ArrayList<>();
        table.keys(visited::add);
        assertThat(visited)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, KEYS * 2).mapToObj(TableKeysTest::key).toList());
    }

    @Test
    void theVisitorEndsIt() {
        GuardedTable table = table();
        LongStream.range(0, KEYS).forEach(number -> table.stick(key(number), "s1"));
        List<TableKey> visited = new ArrayList<>();
        table.keys(
                key -> {
                    visited.add(key);
                    return visited.size() < 100;
                });
        assertThat(visited).hasSize(100);
    }

    @Test
    void theLaterUseCountsAndLookingIsNone() {
        GuardedTable table = table();
        assertThat(table.idleNanos(key(1))).isEqualTo(-1);
        table.stick(key(1), "s1");
        now.addAndGet(5 * SECOND);
        assertThat(table.idleNanos(key(1))).isBetween(5 * SECOND, 6 * SECOND);
        table.hit(key(1));
        now.addAndGet(2 * SECOND);
        table.keys(_ -> true);
        assertThat(table.idleNanos(key(1))).isBetween(2 * SECOND, 3 * SECOND);
    }
}
