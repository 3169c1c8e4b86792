package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

/** What a table costs, as the node uses it. */
class FootprintTest {

    private static final int ENTRIES = 400_000;
    private static final int BYTES_MAX = 64;
    private static final int LOOKUPS = 4_000_000;

    /** Far below what a core of any machine does; the figure printed is the one to look at. */
    private static final double LOOKUPS_MIN = 100_000;

    @Test
    void aStickyEntryTakesAtMostSixtyFourBytesAndIsFoundFast() {
        TableKey[] keys = new TableKey[ENTRIES];
        for (int n = 0; n < ENTRIES; n++) {
            keys[n] = new TableKey(0, 0xffff_0a00_0000L + n);
        }
        long before = usedBytes();
        GuardedTable table = table();
        for (TableKey key : keys) {
            table.stick(key, "web1");
        }
        table.drain(Integer.MAX_VALUE, System.nanoTime(), _ -> {});
        double bytes = (usedBytes() - before) / (double) ENTRIES;
        double perSecond = lookupsPerSecond(table, keys);
        System.out.printf(
                "sticky entry: %.1f bytes; lookups: %.2f million/s on one thread%n",
                bytes, perSecond / 1e6);
        assertThat(table.size()).isEqualTo(ENTRIES);
        assertThat(bytes).isLessThanOrEqualTo(BYTES_MAX);
        assertThat(perSecond).isGreaterThan(LOOKUPS_MIN);
    }

    private static GuardedTable table() {
        TableShape shape = new TableShape("clients", 1_800_000_000_000L, ENTRIES * 2, 0);
        return new GuardedTable(
                shape,
                new Origin(1, 1),
                WallTime.at(0, System.nanoTime()),
                7,
                new long[0],
                new Changes(1_000, () -> {}),
                System::nanoTime);
    }

    private static double lookupsPerSecond(GuardedTable table, TableKey[] keys) {
        int found = 0;
        long start = 0;
        for (int n = -LOOKUPS; n < LOOKUPS; n++) {
            if (n == 0) {
                start = System.nanoTime();
            }
            found += table.server(keys[Math.floorMod(n * 7_919, ENTRIES)]) == null ? 0 : 1;
        }
        assertThat(found).isEqualTo(2 * LOOKUPS);
        return LOOKUPS / ((System.nanoTime() - start) / 1e9);
    }

    /** After collections enough that nothing unreachable is left to count. */
    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int n = 0; n < 4; n++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
