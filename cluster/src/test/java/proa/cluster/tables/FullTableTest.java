package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/** Whoever takes a full table's entries one page after the other keeps the same ones. */
class FullTableTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long START = 77 * SECOND;
    private static final int ROOM = 2_000;
    private static final int PAGE = 37;

    private final List<Table> tables = new ArrayList<>();
    private long now = START;

    private static Table table(int node) {
        TableShape shape = new TableShape("t", 3_600 * SECOND, ROOM, 0);
        Origin self = new Origin(node, 100);
        return new Table(shape, ROOM, self, WallTime.at(0, START), node, START);
    }

    private static TableKey key(Random random) {
        return new TableKey(0, random.nextInt(3 * ROOM));
    }

    /** Traffic on one of the tables; the others learn of it, each batch in its turn. */
    private void traffic(Random random, int uses) {
        Table at = tables.get(random.nextInt(tables.size()));
        for (int n = 0; n < uses; n++) {
            now += random.nextLong(3 * MILLI);
            TableKey key = key(random);
            switch (random.nextInt(8)) {
                case 0 -> at.remove(key, now);
                case 1, 2, 3 -> at.server(key, now);
                default -> at.stick(key, "web" + random.nextInt(5), now);
            }
        }
        List<Entry> batch = new ArrayList<>();
        at.drain(Integer.MAX_VALUE, now, batch::add);
        for (Table other : tables) {
            if (other != at) {
                batch.forEach(entry -> other.merge(entry, 0, now));
            }
        }
    }

    private static Set<TableKey> keys(Table table) {
        Set<TableKey> keys = new HashSet<>();
        MergeLawsTest.all(table, START).forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    /** Takes everything, pages being under way while the traffic goes on. */
    private void transfer(Random random, Table from, Table to) {
        Queue<List<Entry>> underWay = new ArrayDeque<>();
        long cursor = 0;
        while (cursor >= 0 || !underWay.isEmpty()) {
            if (cursor >= 0 && underWay.size() < 8) {
                List<Entry> page = new ArrayList<>();
                long next = from.page(cursor, PAGE, now, page::add);
                assertThat(next < 0 || next > cursor).isTrue();
                cursor = next;
                underWay.add(page);
            } else {
                underWay.remove().forEach(entry -> to.merge(entry, 0, now));
            }
            traffic(random, random.nextInt(10));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whoJoinsAFullTableKeepsTheSameEntriesAsTheOthers(long seed) {
        Random random = new Random(seed);
        tables.add(table(1));
        tables.add(table(2));
        for (int n = 0; n < 1_500; n++) {
            traffic(random, 5);
        }
        assertThat(keys(tables.getFirst())).hasSize(ROOM).isEqualTo(keys(tables.get(1)));

        Table joining = table(3);
        tables.add(joining);
        transfer(random, tables.getFirst(), joining);

        for (int n = 0; n < 500; n++) {
            traffic(random, 5);
            if (n % 50 == 0) {
                assertThat(keys(joining)).isEqualTo(keys(tables.getFirst()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void fullTablesThatWereApartKeepTheSameEntriesOnceEachHasAllOfTheOther(long seed) {
        Random random = new Random(seed);
        List<Table> apart = List.of(table(1), table(2));
        for (Table side : apart) {
            tables.clear();
            tables.add(side);
            now = START + random.nextLong(SECOND);
            for (int n = 0; n < 1_500; n++) {
                traffic(random, 5);
            }
        }

        tables.clear();
        tables.addAll(apart);
        transfer(random, apart.getFirst(), apart.get(1));
        transfer(random, apart.get(1), apart.getFirst());

        assertThat(keys(apart.getFirst())).hasSize(ROOM).isEqualTo(keys(apart.get(1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1_000})
    void aPageThatIsAskedForAgainIsTheSame(int entries) {
        Table table = table(1);
        for (int n = 0; n < entries; n++) {
            table.stick(new TableKey(0, n), "web1", START);
        }
        long cursor = 0;
        while (cursor >= 0) {
            Set<Entry> once = new HashSet<>();
            Set<Entry> again = new HashSet<>();
            long next = table.page(cursor, PAGE, START, once::add);
            table.page(cursor, PAGE, START, again::add);
            assertThat(again).isEqualTo(once);
            cursor = next;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_000, 1L << 31})
    void aWalkThatIsForgottenBeginsAnew(long cursor) {
        Table table = table(1);
        table.stick(new TableKey(0, 1), "web1", START);
        List<Entry> entries = new ArrayList<>();
        assertThat(table.page(cursor, PAGE, START, entries::add)).isNegative();
        assertThat(entries).hasSize(1);
    }
}
