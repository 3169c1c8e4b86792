package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Whatever the order, the grouping and the repetition of messages, tables come out the same. Values
 * come from small domains, so that ties and conflicts are the rule.
 */
class MergeLawsTest {

    private static final int SEEDS = 300;
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_000 * SECOND;
    private static final int ROOM = 1_000;
    private static final int LITTLE_ROOM = 6;

    /** Every way of counting, narrow and wide, and tags. */
    private static final TableSchema SCHEMA =
            new TableSchema(
                    List.of(
                            new CounterShape("requests", 10 * SECOND, false, false, false),
                            new CounterShape("bytes-in", 10 * SECOND, true, false, true),
                            new CounterShape("connections", 0, true, true, false)),
                    List.of("blocked", "level"));

    private static final Origin READER = new Origin(9, 1);

    static List<Long> seeds() {
        return new Random(20_251_123).longs(SEEDS).boxed().toList();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void mergingIsCommutative(long seed) {
        List<Entry> entries = entries(seed);
        List<Entry> shuffled = shuffled(entries, seed + 1);
        assertThat(merged(ROOM, shuffled)).isEqualTo(merged(ROOM, entries));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void mergingIsIdempotent(long seed) {
        List<Entry> entries = entries(seed);
        List<Entry> repeated = new ArrayList<>(entries);
        repeated.addAll(entries.subList(0, entries.size() / 2));
        repeated.addAll(entries);
        assertThat(merged(ROOM, shuffled(repeated, seed + 2))).isEqualTo(merged(ROOM, entries));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void mergingIsAssociative(long seed) {
        List<Entry> entries = entries(seed);
        Random random = new Random(seed + 3);
        List<Entry> left = new ArrayList<>();
        List<Entry> right = new ArrayList<>();
        for (Entry entry : entries) {
            int where = random.nextInt(3);
            if (where != 1) {
                left.add(entry);
            }
            if (where != 0) {
                right.add(entry);
            }
        }
        List<Entry> viaOthers = new ArrayList<>(merged(ROOM, left));
        viaOthers.addAll(merged(ROOM, right));
        assertThat(merged(ROOM, viaOthers)).isEqualTo(merged(ROOM, entries));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aFullTableKeepsTheSameStickyEntriesInAnyOrder(long seed) {
        List<Entry> entries = wholeSticky(seed);
        List<Entry> shuffled = shuffled(entries, seed + 4);
        assertThat(merged(LITTLE_ROOM, shuffled)).isEqualTo(merged(LITTLE_ROOM, entries));
    }

    private static List<Entry> entries(long seed) {
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            entries.add(
                    switch (random.nextInt(5)) {
                        case 0, 1 -> sticky(random);
                        case 2 -> tag(random);
                        default -> slot(random);
                    });
        }
        return entries;
    }

    /** Each key with one write, touched at several times: what nodes say of their own entries. */
    private static List<Entry> wholeSticky(long seed) {
        Random random = new Random(seed);
        List<Entry> entries = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            int key = random.nextInt(20);
            entries.add(
                    new Entry.Sticky(key(key), key, 1, key + random.nextInt(50), 0, "web" + key));
        }
        return entries;
    }

    private static Entry sticky(Random random) {
        long written = random.nextInt(5);
        @Nullable String server = random.nextInt(4) == 0 ? null : "web" + random.nextInt(3);
        return new Entry.Sticky(
                key(random.nextInt(6)),
                written,
                1 + random.nextInt(3),
                written + random.nextInt(5),
                0,
                server);
    }

    private static Entry slot(Random random) {
        long[] added = {0, random.nextInt(5), random.nextInt(5)};
        long[] taken = {0, 0, random.nextInt(3)};
        return new Entry.Slot(
                key(random.nextInt(6)),
                new Origin(1 + random.nextInt(2), random.nextInt(2)),
                random.nextInt(4),
                random.nextInt(3),
                new Counts(
                        (NOW >> Counts.TICK_SHIFT) - random.nextInt(5_000),
                        List.of(buckets(random), buckets(random), Buckets.NONE),
                        added,
                        taken));
    }

    private static Buckets buckets(Random random) {
        long newest = NOW / SECOND - random.nextInt(14);
        return Buckets.of(newest, random.longs(random.nextInt(Buckets.KEPT + 1), 0, 5).toArray());
    }

    private static Entry tag(Random random) {
        return new Entry.Tag(
                key(random.nextInt(6)),
                random.nextInt(2),
                1 + random.nextInt(4),
                1 + random.nextInt(3),
                0,
                random.nextInt(3));
    }

    private static TableKey key(int number) {
        return new TableKey(0, number);
    }

    private static Set<Entry> merged(int room, Iterable<Entry> entries) {
        TableShape shape = new TableShape("t", 3_600 * SECOND, room, SCHEMA);
        Table table = new Table(shape, room, READER, WallTime.at(0, NOW), 1, NOW);
        for (int node = 1; node <= 2; node++) {
            table.clock(new Origin(node, 0), 0);
            table.clock(new Origin(node, 1), 0);
        }
        entries.forEach(entry -> table.merge(entry, 0, NOW));
        return all(table, NOW);
    }

    static Set<Entry> all(Table table, long nowNanos) {
        Set<Entry> all = new HashSet<>();
        long cursor = 0;
        while (cursor >= 0) {
            cursor = table.page(cursor, 7, nowNanos, all::add);
        }
        return all;
    }

    private static List<Entry> shuffled(List<Entry> entries, long seed) {
        List<Entry> shuffled = new ArrayList<>(entries);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }
}
