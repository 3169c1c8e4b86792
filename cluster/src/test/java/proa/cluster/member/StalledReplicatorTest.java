package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A replicator that takes nothing: what the data path does goes on and has its bounds. */
class StalledReplicatorTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int KEYS = 100;
    private static final int ENTRIES_MAX = 1_000;
    private static final int HITS = 1_000_000;

    /** Of what evicted keys have counted so much waits to be told. */
    private static final int EVICTED_MAX = 10_000;

    private final AtomicInteger woken = new AtomicInteger();
    private final Changes changes = new Changes(1_000, woken::incrementAndGet);
    private final GuardedTable table =
            new GuardedTable(
                    new TableShape("requests", 60 * SECOND, ENTRIES_MAX, 10 * SECOND),
                    new Origin(1, 1),
                    WallTime.at(0, SECOND),
                    7,
                    new long[] {HITS},
                    changes,
                    () -> SECOND);

    private static TableKey key(int number) {
        return TableKey.ofNumber(number);
    }

    @Test
    void aMillionChangesOfAHundredKeysAreAHundredToSend() {
        for (int n = 0; n < HITS; n++) {
            table.hit(key(n % KEYS));
        }
        assertThat(table.rate(key(1))).isEqualTo(HITS / KEYS);
        assertThat(table.dirty()).isEqualTo(KEYS);
        List<Entry> entries = new ArrayList<>();
        assertThat(table.drain(HITS, SECOND, entries::add)).isEqualTo(KEYS);
        assertThat(entries)
                .hasSize(KEYS)
                .allSatisfy(
                        entry ->
                                assertThat(((Entry.Slot) entry).counts().rate(0).count(0))
                                        .isEqualTo(HITS / KEYS));
        assertThat(table.dirty()).isZero();
    }

    /** A flood of clients, each new: a full table gives an old one's place to each. */
    @Test
    void whatWaitsIsBoundedByTheTableAndNotByTheChanges() {
        int most = 0;
        for (int n = 0; n < 100 * ENTRIES_MAX; n++) {
            table.hit(key(n));
            table.stick(key(n), "web1");
            most = Math.max(most, table.dirty());
        }
        int ofEachKind = 2 * (ENTRIES_MAX + 1);
        assertThat(most).isLessThanOrEqualTo(2 * ofEachKind + EVICTED_MAX);
        List<Entry> entries = new ArrayList<>();
        table.drain(Integer.MAX_VALUE, SECOND, entries::add);
        assertThat(entries.stream().filter(Entry.Sticky.class::isInstance).map(Entry::key))
                .as("those that are there, each once")
                .hasSize(ENTRIES_MAX)
                .doesNotHaveDuplicates();
        assertThat(table.dirty()).isZero();
    }

    @Test
    void itIsWokenForTheFirstChangeAndForAFullBatchAndNotForEach() {
        for (int n = 0; n < HITS; n++) {
            table.hit(key(n % ENTRIES_MAX));
        }
        assertThat(changes.full()).isTrue();
        assertThat(woken.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void aKeyNearItsLimitHurriesTheNextBatchOnce() {
        for (int n = 0; n < HITS * 8 / 10 - 1; n++) {
            table.hit(key(1));
        }
        assertThat(changes.urgent()).as("below four fifths").isFalse();
        int before = woken.get();
        for (int n = 0; n < 100; n++) {
            table.hit(key(1));
        }
        assertThat(changes.urgent()).isTrue();
        assertThat(woken.get()).as("hurried once").isEqualTo(before + 1);
    }
}
