package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A table that is told how many entries another node is about to tell it. */
class ExpectedEntriesTest {

    private static final int ENTRIES = 100_000;
    private static final int STAMP = 1_000;
    private static final long START = 1_000_000_000L;

    /**
     * A slot of the index and its part of those that stay empty, and what pages of records take.
     */
    private static final int ENTRY_BYTES = 64;

    private static final int STRIPES = 16;

    private static GuardedTable table(int entriesMax) {
        return new GuardedTable(
                new TableShape("clients", 1_800_000_000_000L, entriesMax, 0),
                new Origin(1, 1),
                WallTime.at(0, START),
                7,
                new long[] {Long.MAX_VALUE},
                new Changes(1_000, () -> {}),
                () -> START);
    }

    /** Stripe by stripe, as members tell them. */
    private static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (int n = 0; n < ENTRIES; n++) {
            TableKey key = new TableKey(0, 0xffff_0a00_0000L + n);
            entries.add(new Entry.Sticky(key, STAMP + n, 2, STAMP + n, 0, "web" + n % 3));
        }
        entries.sort((a, b) -> a.key().stripe(STRIPES) - b.key().stripe(STRIPES));
        return entries;
    }

    private static long allocatedBy(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    @Test
    void takesThemInWithoutGrowingAgainAndAgain() {
        List<Entry> entries = entries();
        GuardedTable told = table(2 * ENTRIES);
        GuardedTable untold = table(2 * ENTRIES);
        told.expect(ENTRIES / 4); // perhaps of another member, and less than comes in the end
        told.expect(ENTRIES);
        long bytes = allocatedBy(() -> told.merge(entries, 0, START));
        long bytesGrowing = allocatedBy(() -> untold.merge(entries, 0, START));
        assertThat(told.size()).isEqualTo(ENTRIES).isEqualTo(untold.size());
        assertThat(told.servers()).isEqualTo(untold.servers());
        for (Entry entry : entries) {
            assertThat(told.server(entry.key())).isEqualTo(((Entry.Sticky) entry).server());
        }
        assertThat(bytes).isLessThan((long) ENTRIES * ENTRY_BYTES);
        assertThat(bytesGrowing).isGreaterThan(2 * bytes);
    }

    @Test
    void makesNoRoomForMoreThanItKeeps() {
        GuardedTable small = table(1_000);
        GuardedTable striped = table(ENTRIES);
        assertThat(allocatedBy(() -> small.expect(1 << 20))).isLessThan(2_000 * ENTRY_BYTES);
        assertThat(allocatedBy(() -> striped.expect(1 << 20)))
                .isLessThan((long) ENTRIES * ENTRY_BYTES);
    }

    /** Also by turns of stripes, as a member of another size of stripes would tell them. */
    @Test
    void takesThemInWhateverTheirOrder() {
        List<Entry> entries = entries();
        GuardedTable ordered = table(2 * ENTRIES);
        GuardedTable mixed = table(2 * ENTRIES);
        ordered.merge(entries, 0, START);
        Collections.shuffle(entries, new Random(1));
        mixed.merge(entries, 0, START);
        assertThat(mixed.size()).isEqualTo(ENTRIES).isEqualTo(ordered.size());
        assertThat(mixed.servers()).isEqualTo(ordered.servers());
        mixed.merge(List.of(), 0, START);
        assertThat(mixed.size()).isEqualTo(ENTRIES);
    }
}
