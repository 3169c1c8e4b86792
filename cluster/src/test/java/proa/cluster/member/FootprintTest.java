package proa.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.CounterShape;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;
import proa.cluster.tables.WallTime;

import java.lang.management.ManagementFactory;
import java.util.List;

/** What a table costs, as the node uses it. */
class FootprintTest {

    private static final int ENTRIES = 400_000;
    private static final int BYTES_MAX = 64;
    private static final int KEYS = 10_000;
    private static final int ROUNDS = 20;
    private static final int COUNTED = 100_000;

    /** Twenty times what it takes on a quiet machine. */
    private static final double NANOS_MAX = 6_000;

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

    /** What a request costs that is counted: two counters of one key, and one look at a third. */
    @Test
    void countingARequestAllocatesNothingAndIsFast() {
        CounterShape requests = CounterShape.requestsOver(10_000_000_000L);
        CounterShape bytes = new CounterShape("bytes-in", 10_000_000_000L, true, false, true);
        TableSchema schema = new TableSchema(List.of(requests, bytes), List.of("blocked"));
        GuardedTable table = table(new TableShape("t", 60_000_000_000L, KEYS * 2, schema));
        TableKey[] keys = new TableKey[KEYS];
        for (int n = 0; n < KEYS; n++) {
            keys[n] = new TableKey(0, 0xffff_0a00_0000L + n);
        }
        long admitted = 0;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bestNanos = Long.MAX_VALUE;
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            for (int n = 0; n < COUNTED; n++) {
                TableKey key = keys[n * 7_919 % KEYS];
                admitted += table.admit(key, 0, Integer.MAX_VALUE) >= 0 ? 1 : 0;
                admitted += table.tag(key, 0);
            }
            bestNanos = Math.min(bestNanos, System.nanoTime() - start);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - allocated);
            table.drain(Integer.MAX_VALUE, System.nanoTime(), _ -> {});
        }
        assertThat(admitted).isEqualTo((long) ROUNDS * COUNTED);
        double nanos = bestNanos / (double) COUNTED;
        double perRequest = leastBytes / (double) COUNTED;
        System.out.printf(
                "a request counted against a limit and looked up: %.0f ns, %.2f bytes allocated%n",
                nanos, perRequest);
        // Queues of what is to be sent grow now and then.
        assertThat(perRequest).isLessThan(1);
        assertThat(nanos).isLessThan(NANOS_MAX);
    }

    private static GuardedTable table() {
        return table(new TableShape("clients", 1_800_000_000_000L, ENTRIES * 2, 0));
    }

    private static GuardedTable table(TableShape shape) {
        return new GuardedTable(
                shape,
                new Origin(1, 1),
                WallTime.at(0, System.nanoTime()),
                7,
                new long[] {Long.MAX_VALUE, Long.MAX_VALUE},
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
