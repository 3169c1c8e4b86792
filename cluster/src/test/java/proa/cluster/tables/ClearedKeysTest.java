package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** What two nodes know of a key that is cleared at one of them. */
class ClearedKeysTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1_000 * SECOND;
    private static final Origin FIRST = new Origin(1, 7);
    private static final Origin SECOND_NODE = new Origin(2, 3);
    private static final TableKey KEY = new TableKey(0, 42);
    private static final int HITS = 0;
    private static final int CONNECTIONS = 1;
    private static final TableShape SHAPE =
            new TableShape(
                    "t",
                    60 * SECOND,
                    1_000,
                    new TableSchema(
                            List.of(
                                    new CounterShape("hits", 10 * SECOND, true, false, false),
                                    new CounterShape("connections", 0, true, true, false)),
                            List.of("banned")));

    private final Table first = table(FIRST, SECOND_NODE, 1_000_000);
    private final Table second = table(SECOND_NODE, FIRST, 0);

    /** The calendars are minutes apart. */
    private static Table table(Origin self, Origin other, long wallMillis) {
        Table table = new Table(SHAPE, 1_000, self, WallTime.at(wallMillis, NOW), 1, NOW);
        table.clock(other, 0);
        table.present(java.util.Set.of(other));
        return table;
    }

    private static List<Entry> news(Table of) {
        List<Entry> news = new ArrayList<>();
        of.drain(1_000, NOW, news::add);
        return news;
    }

    private static void tell(Table to, List<Entry> entries) {
        entries.forEach(entry -> to.merge(entry, 0, NOW));
    }

    private void exchange() {
        for (int round = 0; round < 3; round++) {
            tell(second, news(first));
            tell(first, news(second));
        }
    }

    private static void used(Table table) {
        table.add(KEY, HITS, 50, NOW);
        table.add(KEY, CONNECTIONS, 2, NOW);
        table.take(KEY, CONNECTIONS, 1, NOW);
        table.tag(KEY, 0, 1, NOW);
        table.stick(KEY, "web1", NOW);
    }

    private static void assertOnlyOpen(Table table, long open) {
        assertThat(table.rate(KEY, HITS, NOW)).isZero();
        assertThat(table.total(KEY, HITS)).isZero();
        assertThat(table.tag(KEY, 0)).isZero();
        assertThat(table.server(KEY, NOW)).isNull();
        assertThat(table.current(KEY, CONNECTIONS, NOW)).isEqualTo(open);
        assertThat(table.total(KEY, CONNECTIONS)).isEqualTo(open);
    }

    @Test
    void everythingGoesOnBothButWhatIsOpen() {
        used(first);
        used(second);
        exchange();
        assertThat(first.rate(KEY, HITS, NOW)).isEqualTo(100);
        assertThat(second.clear(KEY, NOW)).isTrue();
        exchange();
        assertOnlyOpen(first, 2);
        assertOnlyOpen(second, 2);
        first.take(KEY, CONNECTIONS, 1, NOW);
        first.add(KEY, HITS, 3, NOW);
        second.add(KEY, HITS, 4, NOW);
        exchange();
        assertThat(second.current(KEY, CONNECTIONS, NOW)).isEqualTo(1);
        assertThat(first.rate(KEY, HITS, NOW)).isEqualTo(7);
        assertThat(second.total(KEY, HITS)).isEqualTo(7);
    }

    @Test
    void whatOneThatWasAwayHadCountedDoesNotComeBack() {
        used(first);
        used(second);
        exchange();
        List<Entry> before = new ArrayList<>();
        second.entries(KEY, NOW, before::add);
        first.clear(KEY, NOW);
        List<Entry> clear = news(first);
        second.add(KEY, HITS, 5, NOW); // it is away, and goes on counting
        second.tag(KEY, 0, 2, NOW);
        before.addAll(news(second));
        tell(first, before);
        assertThat(first.rate(KEY, HITS, NOW)).isZero();
        tell(second, clear);
        exchange();
        assertThat(second.rate(KEY, HITS, NOW)).isZero();
        assertThat(second.current(KEY, CONNECTIONS, NOW)).isEqualTo(2);
        assertThat(first.current(KEY, CONNECTIONS, NOW)).isEqualTo(2);
        assertThat(first.tag(KEY, 0)).isEqualTo(second.tag(KEY, 0));
        assertThat(MergeLawsTest.all(first, NOW)).isEqualTo(MergeLawsTest.all(second, NOW));
    }

    @Test
    void aBanAfterTheClearIsOneWhateverTheCalendarsSay() {
        used(first);
        exchange();
        first.clear(KEY, NOW); // by a calendar that is ahead
        exchange();
        second.tag(KEY, 0, 3, NOW);
        exchange();
        assertThat(first.tag(KEY, 0)).isEqualTo(3);
        second.clear(KEY, NOW);
        exchange();
        assertThat(first.tag(KEY, 0)).isZero();
    }

    @Test
    void aKeyThatWasClearedIsNotThere() {
        used(first);
        first.take(KEY, CONNECTIONS, 1, NOW);
        exchange();
        assertThat(second.size()).isEqualTo(1);
        first.clear(KEY, NOW);
        assertThat(first.clear(KEY, NOW)).as("once more").isFalse();
        exchange();
        assertThat(first.size()).isZero();
        assertThat(second.size()).isZero();
        second.add(KEY, HITS, 1, NOW);
        exchange();
        assertThat(first.size()).isEqualTo(1);
        assertThat(first.rate(KEY, HITS, NOW)).isEqualTo(1);
    }

    @Test
    void theOthersAreClearedToldByOneThatKnowsNothingOfTheKey() {
        used(second);
        news(second);
        assertThat(first.clear(KEY, NOW)).isFalse();
        tell(second, news(first));
        assertThat(second.total(KEY, HITS)).isZero();
        assertThat(second.rate(KEY, HITS, NOW)).isZero();
    }

    @Test
    void aClearedKeyIsForgottenInItsTime() {
        used(first);
        first.take(KEY, CONNECTIONS, 1, NOW);
        first.clear(KEY, NOW);
        long later = NOW + 120 * SECOND;
        first.expire(10, later);
        List<Entry> left = new ArrayList<>();
        first.entries(KEY, later, left::add);
        assertThat(left).isEmpty();
        assertThat(first.size()).isZero();
    }
}
