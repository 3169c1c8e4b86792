package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One table on one node, and what it says to others. */
class TableTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;
    private static final long START = 77 * SECOND;
    private static final TableKey CLIENT = new TableKey(0, 1);
    private static final Origin FIRST = new Origin(1, 100);
    private static final Origin SECOND_NODE = new Origin(2, 100);

    /** Of the clock that ages are kept in. */
    private static final long TICK = 1 << 20;

    private final Table table = table(FIRST, 1_000, 0);

    private static Table table(Origin self, int entries, long wallMillis) {
        TableShape shape = new TableShape("t", 60 * SECOND, entries, 10 * SECOND);
        return new Table(shape, entries, self, WallTime.at(wallMillis, START), 5, START);
    }

    private static List<Entry> drained(Table table, long nowNanos) {
        List<Entry> entries = new ArrayList<>();
        table.drain(1_000, nowNanos, entries::add);
        return entries;
    }

    private static void tell(Table from, Table to, long nowNanos) {
        drained(from, nowNanos).forEach(entry -> to.merge(entry, 0, nowNanos));
    }

    @Test
    void anEntryIsForgottenWhenNobodyTouchedItForItsTime() {
        table.stick(CLIENT, "web1", START);
        assertThat(table.server(CLIENT, START + 60 * SECOND)).isEqualTo("web1");
        assertThat(table.server(CLIENT, START + 125 * SECOND)).isNull();
        assertThat(table.size()).isZero();
    }

    /** As in a forged message: beyond any age that a table keeps, also in its sums. */
    @Test
    void whatIsOlderThanAnythingIsOver() {
        for (long age : List.of(1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE)) {
            for (long older : List.of(0L, 1L, 1L << 62, Long.MAX_VALUE)) {
                Table kept = table(FIRST, 1_000, 0);
                kept.merge(new Entry.Sticky(CLIENT, 9, 2, 9, age, "web1"), older, START);
                assertThat(kept.server(CLIENT, START)).as("%d and %d", age, older).isNull();
                assertThat(kept.kept()).isZero();

                kept.stick(CLIENT, "web2", START);
                Entry later = new Entry.Sticky(CLIENT, 1L << 60, 2, 1L << 60, age, "web1");
                kept.merge(later, older, START + SECOND);
                assertThat(kept.server(CLIENT, START + SECOND))
                        .as("%d and %d", age, older)
                        .isNull();
            }
        }
    }

    @Test
    void aTagThatIsOlderThanAnythingIsOver() {
        TableShape shape =
                new TableShape(
                        "t",
                        60 * SECOND,
                        1_000,
                        new TableSchema(
                                List.of(CounterShape.requestsOver(10 * SECOND)), List.of("bad")));
        Table tagged = new Table(shape, 1_000, FIRST, WallTime.at(0, START), 5, START);
        tagged.merge(new Entry.Tag(CLIENT, 0, 9, 2, Long.MAX_VALUE, 7), 1, START);
        assertThat(tagged.tag(CLIENT, 0)).isZero();
        tagged.merge(new Entry.Tag(CLIENT, 0, 9, 2, 59 * SECOND, 7), 0, START);
        assertThat(tagged.tag(CLIENT, 0)).as("as long as it is in its time").isEqualTo(7);
    }

    @Test
    void aTagIsTakenInForAsLongAsWhatWasCountedForItsKey() {
        CounterShape connections = new CounterShape("connections", 0, true, true, false);
        TableShape shape =
                new TableShape(
                        "t",
                        SECOND,
                        1_000,
                        new TableSchema(List.of(connections), List.of("bad", "worse")));
        Table tagged = new Table(shape, 1_000, FIRST, WallTime.at(0, START), 5, START);
        Entry late = new Entry.Tag(CLIENT, 0, 9, 2, shape.holdNanos(), 7);
        tagged.merge(late, 0, START);
        assertThat(tagged.tag(CLIENT, 0)).isZero();
        tagged.merge(new Entry.Tag(CLIENT, 1, 9, 2, shape.holdNanos() - 1, 3), 0, START);
        assertThat(tagged.tag(CLIENT, 1)).as("other nodes have it, too").isEqualTo(3);
        tagged.merge(late, 0, START);
        assertThat(tagged.tag(CLIENT, 0)).as("of a key that is kept anyway").isEqualTo(7);
        long forgotten = shape.holdNanos() + shape.slackNanos() + 1;
        tagged.merge(new Entry.Tag(CLIENT, 0, 10, 2, forgotten, 8), 0, START);
        assertThat(tagged.tag(CLIENT, 0)).as("every node has forgotten it").isEqualTo(7);
    }

    @Test
    void showsWhatIsKeptForAKeyByWhoeverCountedItAndRenewsNothing() {
        Table peer = table(SECOND_NODE, 1_000, 0);
        table.clock(SECOND_NODE, 0);
        peer.hit(CLIENT, START);
        peer.hit(CLIENT, START);
        tell(peer, table, START);
        table.stick(CLIENT, "web1", START);
        table.hit(CLIENT, START);
        drained(table, START);

        List<Entry> entries = new ArrayList<>();
        table.entries(CLIENT, START + 5 * SECOND, entries::add);
        assertThat(entries)
                .hasSize(3)
                .anyMatch(
                        each ->
                                each instanceof Entry.Sticky sticky
                                        && "web1".equals(sticky.server()))
                .anyMatch(each -> counted(each, FIRST) == 1)
                .anyMatch(each -> counted(each, SECOND_NODE) == 2);
        table.entries(CLIENT, START + 60 * SECOND, entries::add);
        assertThat(drained(table, START + 60 * SECOND)).isEmpty();
        assertThat(table.server(CLIENT, START + 125 * SECOND)).as("not renewed").isNull();

        entries.clear();
        table.entries(new TableKey(9, 9), START, entries::add);
        assertThat(entries).isEmpty();
    }

    private static long counted(Entry entry, Origin origin) {
        return entry instanceof Entry.Slot slot && slot.origin().equals(origin)
                ? slot.counts().rate(0).count(0)
                : 0;
    }

    @Test
    void tellsHowManyKeysAreStuckToEachServer() {
        for (int key = 0; key < 30; key++) {
            table.stick(new TableKey(1, key), key < 10 ? "web1" : "web2", START);
        }
        assertThat(servers(table)).isEqualTo(Map.of("web1", 10, "web2", 20));
        table.stick(new TableKey(1, 0), "web2", START);
        table.remove(new TableKey(1, 29), START);
        assertThat(servers(table)).isEqualTo(Map.of("web1", 9, "web2", 20));

        Table peer = table(SECOND_NODE, 1_000, 0);
        peer.stick(new TableKey(2, 1), "web3", START);
        tell(table, peer, START);
        assertThat(servers(peer)).isEqualTo(Map.of("web1", 9, "web2", 20, "web3", 1));
        table.expire(1_000, START + 125 * SECOND);
        assertThat(servers(table)).isEmpty();
    }

    @Test
    void countsOfManyServersAreNotMixedUp() {
        for (int server = 0; server < 300; server++) {
            table.stick(new TableKey(1, server), "web" + server, START);
        }
        assertThat(servers(table)).hasSize(300).allSatisfy((_, keys) -> assertThat(keys).isOne());
        table.stick(new TableKey(1, 299), "web0", START);
        assertThat(servers(table)).hasSize(299).containsEntry("web0", 2);
    }

    private static Map<String, Integer> servers(Table table) {
        Map<String, Integer> servers = new TreeMap<>();
        table.servers(servers::put);
        return servers;
    }

    @Test
    void everyTouchRenewsAnEntry() {
        table.stick(CLIENT, "web1", START);
        for (long second = 1; second < 600; second++) {
            assertThat(table.server(CLIENT, START + second * SECOND)).isEqualTo("web1");
        }
    }

    @Test
    void aTouchIsToldToOthersOnlyWhenItMatters() {
        table.stick(CLIENT, "web1", START);
        drained(table, START);
        table.server(CLIENT, START + SECOND);
        assertThat(table.dirty()).isZero();
        table.server(CLIENT, START + 3 * SECOND);
        assertThat(drained(table, START + 3 * SECOND)).hasSize(1);
    }

    @Test
    void aRemovedEntryIsNotBroughtBackByATouchElsewhere() {
        Table other = table(SECOND_NODE, 1_000, 0);
        table.stick(CLIENT, "web1", START);
        tell(table, other, START);
        table.remove(CLIENT, START + SECOND);
        other.server(CLIENT, START + 5 * SECOND);
        tell(other, table, START + 6 * SECOND);
        tell(table, other, START + 6 * SECOND);
        assertThat(table.server(CLIENT, START + 7 * SECOND)).isNull();
        assertThat(other.server(CLIENT, START + 7 * SECOND)).isNull();
        assertThat(table.size() + other.size()).isZero();
    }

    @Test
    void anEntryWhoseTimeIsOverIsNotLearnedAnyMore() {
        table.merge(new Entry.Sticky(CLIENT, 5, 2, 5, 60 * SECOND, "web1"), 0, START);
        table.merge(new Entry.Sticky(CLIENT, 5, 2, 5, 0, "web1"), 60 * SECOND, START);
        assertThat(table.server(CLIENT, START)).as("all of it on the way").isNull();
    }

    @Test
    void whatHasPassedOnTheWayIsPartOfAnEntrysAge() {
        table.merge(new Entry.Sticky(CLIENT, 5, 2, 5, 10 * SECOND, "web1"), 20 * SECOND, START);
        assertThat(table.idleNanos(CLIENT, START)).isBetween(30 * SECOND, 30 * SECOND + TICK);
        table.merge(new Entry.Sticky(CLIENT, 5, 2, 7, SECOND, "web1"), 2 * SECOND, START);
        assertThat(table.idleNanos(CLIENT, START)).isBetween(3 * SECOND, 3 * SECOND + TICK);
    }

    @Test
    void theLaterWriteWinsWhateverTheWritersCalendarSaid() {
        long hour = 3_600_000;
        Table behind = table(SECOND_NODE, 1_000, 0);
        Table ahead = table(FIRST, 1_000, hour);
        ahead.stick(CLIENT, "web1", START);
        tell(ahead, behind, START);
        behind.stick(CLIENT, "web2", START + SECOND);
        tell(behind, ahead, START + SECOND);
        assertThat(ahead.server(CLIENT, START + SECOND)).isEqualTo("web2");
    }

    @Test
    void theEntryUntouchedLongestGivesWay() {
        Table small = table(FIRST, 3, 0);
        for (int n = 1; n <= 3; n++) {
            small.stick(new TableKey(0, n), "web1", START + n * SECOND);
        }
        small.server(new TableKey(0, 1), START + 10 * SECOND);
        small.stick(new TableKey(0, 4), "web1", START + 11 * SECOND);
        assertThat(small.server(new TableKey(0, 2), START + 11 * SECOND)).isNull();
        assertThat(small.server(new TableKey(0, 1), START + 11 * SECOND)).isEqualTo("web1");
        assertThat(small.size()).isEqualTo(3);
        assertThat(small.evictions()).isEqualTo(1);
    }

    @Test
    void hitsSlideOutOfTheWindow() {
        for (int n = 0; n < 100; n++) {
            table.hit(CLIENT, 100 * SECOND);
        }
        assertThat(table.rate(CLIENT, 109 * SECOND)).isEqualTo(100);
        assertThat(table.rate(CLIENT, 110 * SECOND + 500 * MILLI)).isEqualTo(50);
        assertThat(table.rate(CLIENT, 111 * SECOND)).isZero();
    }

    @Test
    void aSteadyRateReadsTheSameAtAnyMoment() {
        long every = 7 * MILLI;
        long expected = 10 * SECOND / every;
        for (long at = 100 * SECOND; at < 150 * SECOND; at += every) {
            long rate = table.hit(CLIENT, at);
            if (at > 115 * SECOND) {
                assertThat(rate).isCloseTo(expected, within(3L));
            }
        }
    }

    @Test
    void nodesSumTheirHitsThoughTheirClocksHaveNothingInCommon() {
        long skew = 123_456_789_012_345L;
        TableShape shape = new TableShape("t", 60 * SECOND, 10, 10 * SECOND);
        Table other =
                new Table(shape, 10, SECOND_NODE, WallTime.at(0, START + skew), 5, START + skew);
        table.clock(SECOND_NODE, -skew);
        for (int n = 0; n < 30; n++) {
            table.hit(CLIENT, START);
            other.hit(CLIENT, START + skew);
        }
        drained(other, START + skew).forEach(entry -> table.merge(entry, 0, START));
        assertThat(table.rate(CLIENT, START + 5 * SECOND)).isEqualTo(60);
        assertThat(table.rate(CLIENT, START + 12 * SECOND)).isZero();
    }

    @Test
    void aKeyThatIsEvictedAndComesBackLosesNoHitsElsewhere() {
        Table small = table(FIRST, 1, 0);
        Table other = table(SECOND_NODE, 100, 0);
        other.clock(FIRST, 0);
        for (int n = 0; n < 5; n++) {
            small.hit(CLIENT, START);
        }
        tell(small, other, START);
        small.hit(CLIENT, START);
        small.hit(new TableKey(0, 2), START);
        small.hit(CLIENT, START);
        tell(small, other, START);
        assertThat(other.rate(CLIENT, START)).isEqualTo(7);
        assertThat(other.rate(new TableKey(0, 2), START)).isEqualTo(1);
    }

    @Test
    void aRestartedNodeCountsOnWhereItsFormerLifeEnded() {
        Table other = table(SECOND_NODE, 100, 0);
        Table reborn = table(new Origin(1, 101), 100, 0);
        for (Table each : List.of(other, reborn)) {
            each.clock(FIRST, 0);
            each.clock(new Origin(1, 101), 0);
        }
        for (int n = 0; n < 5; n++) {
            table.hit(CLIENT, START);
        }
        tell(table, other, START);
        MergeLawsTest.all(other, START).forEach(entry -> reborn.merge(entry, 0, START));
        assertThat(reborn.hit(CLIENT, START)).isEqualTo(6);
        tell(reborn, other, START);
        assertThat(other.rate(CLIENT, START)).isEqualTo(6);
    }

    @Test
    void manyKeysAreFoundAfterManyRemovals() {
        Table large = table(FIRST, 5_000, 0);
        for (int n = 0; n < 20_000; n++) {
            large.stick(new TableKey(n * 31L, n), "web" + n % 7, START + n * MILLI);
        }
        long now = START + 20_000 * MILLI;
        for (int n = 0; n < 20_000; n++) {
            String expected = n < 15_000 ? null : "web" + n % 7;
            assertThat(large.server(new TableKey(n * 31L, n), now)).isEqualTo(expected);
        }
        assertThat(large.size()).isEqualTo(5_000);
    }
}
