package proa.config.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.spread.Maglev.Entry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

class MaglevTest {

    private static final int SIZE = Maglev.SIZE_DEFAULT;

    private static List<Entry> servers(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> new Entry("web" + number, 1))
                .toList();
    }

    private static List<Entry> without(List<Entry> entries, String name) {
        return entries.stream().filter(entry -> !entry.name().equals(name)).toList();
    }

    /** Buckets whose owner stayed in the set and still lost them, as a share of all. */
    private static double movedOfSurvivors(Maglev before, Maglev after, String gone) {
        long moved =
                IntStream.range(0, SIZE)
                        .filter(bucket -> !before.nameAt(bucket).equals(gone))
                        .filter(bucket -> !before.nameAt(bucket).equals(after.nameAt(bucket)))
                        .count();
        return (double) moved / SIZE;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 20, 50})
    void aRemovedServerMovesLittleOfTheOthers(int count) {
        List<Entry> all = servers(count);
        Maglev before = Maglev.of(all, SIZE);
        double sum = 0;
        for (Entry gone : all) {
            Maglev after = Maglev.of(without(all, gone.name()), SIZE);
            sum += movedOfSurvivors(before, after, gone.name());
        }
        System.out.printf(
                "maglev: 1 of %d removed: %.3f %% of surviving buckets moved%n",
                count, 100 * sum / count);

        assertThat(sum / count).isLessThanOrEqualTo(0.005);
    }

    @Test
    void bucketsAreSharedEvenly() {
        Maglev table = Maglev.of(servers(50), SIZE);

        assertThat(shares(table).values())
                .allSatisfy(
                        share ->
                                assertThat((double) share)
                                        .isCloseTo(SIZE / 50.0, within(SIZE / 5000.0)));
    }

    @Test
    void weightsAreHonoured() {
        Maglev table =
                Maglev.of(List.of(new Entry("a", 1), new Entry("b", 3), new Entry("c", 0)), SIZE);

        assertThat(shares(table)).containsOnlyKeys("a", "b");
        assertThat((double) shares(table).get("b") / SIZE).isCloseTo(0.75, within(0.005));
    }

    private static Map<String, Integer> shares(Maglev table) {
        Map<String, Integer> shares = new HashMap<>();
        IntStream.range(0, table.size())
                .forEach(bucket -> shares.merge(table.nameAt(bucket), 1, Integer::sum));
        return shares;
    }

    @Test
    void theOrderOfTheEntriesDoesNotMatter() {
        List<Entry> shuffled = new ArrayList<>(servers(7));
        Collections.shuffle(shuffled, new Random(7));
        Maglev one = Maglev.of(servers(7), SIZE);
        Maglev other = Maglev.of(shuffled, SIZE);

        assertThat(
                        IntStream.range(0, SIZE)
                                .allMatch(
                                        bucket -> one.nameAt(bucket).equals(other.nameAt(bucket))))
                .isTrue();
    }

    /** A change here would send every client of a mixed-version cluster to two servers. */
    @Test
    void theTableIsTheSameInEveryVersion() {
        Maglev table =
                Maglev.of(
                        List.of(new Entry("web1", 1), new Entry("web2", 2), new Entry("web3", 1)),
                        13);
        List<String> names = IntStream.range(0, 13).mapToObj(table::nameAt).toList();

        assertThat(String.join(" ", names))
                .isEqualTo("web1 web3 web2 web2 web3 web2 web2 web2 web1 web2 web1 web3 web2");
        assertThat(table.bucket(42)).isEqualTo(9);
    }

    @Test
    void neighbouringHashesAreSpread() {
        Maglev table = Maglev.of(servers(4), SIZE);
        Map<String, Integer> picks = new HashMap<>();
        for (long address = 0x0a4d0001; address < 0x0a4d0001 + 4_000; address++) {
            picks.merge(table.pick(address), 1, Integer::sum);
        }

        assertThat(picks).hasSize(4);
        assertThat(picks.values()).allSatisfy(count -> assertThat(count).isBetween(850, 1_150));
    }

    @Test
    void whatMakesNoTableIsRefused() {
        assertThatThrownBy(() -> Maglev.of(List.of(), 13)).hasMessageContaining("0 names");
        assertThatThrownBy(() -> Maglev.of(servers(3), 12)).hasMessageContaining("no prime");
        assertThatThrownBy(() -> Maglev.of(List.of(new Entry("a", 1), new Entry("a", 2)), 13))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new Entry("a", 257)).hasMessageContaining("weight");
    }

    @Test
    void oneServerTakesEverything() {
        Maglev table = Maglev.of(List.of(new Entry("only", 256)), 2);

        assertThat(table.pick(1)).isEqualTo("only");
        assertThat(table.pick(Long.MIN_VALUE)).isEqualTo("only");
    }
}
