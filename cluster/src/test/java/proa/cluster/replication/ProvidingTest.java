package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableShape;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Pages of everything for members that ask for some at a time. */
class ProvidingTest {

    private static final Origin SELF = new Origin(1, 1);
    private static final int RECORDS = 10;
    private static final int PAGES = 40;

    private final Store store = new Numbered();
    private final Providing providing =
            new Providing(SELF, store, new Inflow(SELF, store, new Tally()), RECORDS);

    private void asks(int peer, long transfer, long cursor, int pages, boolean more) {
        Origin asker = new Origin(peer, 1);
        providing.asked(peer, new Message.PageRequest(asker, transfer, cursor, pages, more), 5_000);
    }

    /** Member and cursor of each page, until nothing is to be sent. */
    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        while (providing.dueNanos() != Long.MAX_VALUE) {
            Providing.Addressed next = providing.next(Map.of(), 6_000).orElseThrow();
            sent.add(next.to() + ":" + next.message().cursor());
        }
        assertThat(providing.next(Map.of(), 6_000)).isEmpty();
        return sent;
    }

    @Test
    void asManyAsAskedForAreSentAndThenOneForEachThatArrived() {
        asks(2, 1, 0, 3, false);
        assertThat(providing.dueNanos()).isEqualTo(5_000);
        assertThat(sent()).containsExactly("2:0", "2:10", "2:20");
        asks(2, 1, 10, 1, true);
        asks(2, 1, 20, 1, true);
        assertThat(sent()).containsExactly("2:30", "2:40");
    }

    @Test
    void eachPageTellsHowManyEntriesItsTableHas() {
        asks(2, 1, 0, 1, false);
        assertThat(providing.next(Map.of(), 6_000).orElseThrow().message().expected())
                .isEqualTo(PAGES * RECORDS);
    }

    @Test
    void membersTakeTurns() {
        asks(2, 1, 0, 2, false);
        asks(3, 7, 0, 2, false);
        assertThat(sent()).containsExactly("2:0", "3:0", "2:10", "3:10");
    }

    @Test
    void whatIsLostIsAskedForFromItsPlaceOn() {
        asks(2, 1, 0, 4, false);
        sent();
        asks(2, 1, 10, 2, false);
        assertThat(sent()).containsExactly("2:10", "2:20");
        asks(2, 2, 0, 1, false);
        assertThat(sent()).containsExactly("2:0");
    }

    /** As one that has been restarted meanwhile: it knows of nothing that it has sent. */
    @Test
    void moreOfWhatIsNotKnownBeginsAtItsPlace() {
        asks(2, 1, 30, 1, true);
        assertThat(sent()).containsExactly("2:30");
        asks(2, 1, 40, 1, true);
        providing.retain(Set.of(3));
        assertThat(sent()).isEmpty();
    }

    @Test
    void afterTheLastPageNothingIsSentHoweverMuchIsAskedFor() {
        for (int asked = 0; asked < PAGES; asked++) {
            asks(2, 1, 0, 200, asked > 0);
        }
        int first = sent().size();
        assertThat(first).isEqualTo(Providing.PAGES_MAX);
        for (int asked = 0; asked < PAGES; asked++) {
            asks(2, 1, 10L * asked, 1, true);
        }
        assertThat(sent()).hasSize(Providing.PAGES_MAX);
        asks(2, 1, 0, 200, true);
        assertThat(sent()).hasSize(PAGES - 2 * Providing.PAGES_MAX).last().isEqualTo("2:390");
        asks(2, 1, 390, 1, true);
        assertThat(sent()).isEmpty();
    }

    /** One table of so many records, none of which is alive. */
    private static final class Numbered extends NoTables {
        @Override
        public List<TableShape> shapes() {
            return List.of(new TableShape("t", 1_000, 1_000, 0));
        }

        @Override
        public int kept(int table) {
            return PAGES * RECORDS;
        }

        @Override
        public long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to) {
            long next = cursor + max;
            return next < (long) PAGES * RECORDS ? next : -1;
        }
    }
}
