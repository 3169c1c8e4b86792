package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Entries with something open, in a table that forgets soon. */
class OpenEntriesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final Origin SELF = new Origin(1, 7);
    private static final int OPEN = 10;
    private static final TableShape BRIEF =
            new TableShape(
                    "brief",
                    SECOND,
                    1_000,
                    new TableSchema(
                            List.of(new CounterShape("connections", 0, false, true, false)),
                            List.of()));

    private final Table table = new Table(BRIEF, 1_000, SELF, WallTime.at(0, 0), 1, 0);

    private static TableKey key(int number) {
        return new TableKey(1, number);
    }

    /** A signal had stopped the process, and the first thing it does is to serve. */
    @Test
    void whatIsOpenIsNotForgottenAfterTheProcessHasStoodStillForLongerThanEntriesLive() {
        for (int number = 0; number < OPEN; number++) {
            table.add(key(number), 0, 1, SECOND);
        }
        table.drain(1_000, SECOND, _ -> {});
        long woken = 60 * SECOND;
        for (int number = 100; number < 120; number++) {
            table.add(key(number), 0, 1, woken);
        }
        List<TableKey> said = new ArrayList<>();
        table.drain(1_000, woken, entry -> said.add(entry.key()));
        for (int number = 0; number < OPEN; number++) {
            assertThat(table.current(key(number), 0, woken)).isEqualTo(1);
            assertThat(said).as("and the others hear of it").contains(key(number));
        }
    }

    @Test
    void whatIsNotOpenAnyMoreIs() {
        table.add(key(1), 0, 1, SECOND);
        table.take(key(1), 0, 1, SECOND);
        table.expire(10, 60 * SECOND);
        assertThat(table.size()).isZero();
    }
}
