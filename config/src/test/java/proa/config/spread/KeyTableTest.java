package proa.config.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.spread.Maglev.Entry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** What the three ways from a hash to a name have in common, and where they differ. */
class KeyTableTest {

    private static final int KEYS = 100_000;

    enum Way {
        MAGLEV,
        RING,
        MODULO;

        KeyTable of(List<Entry> entries) {
            return switch (this) {
                case MAGLEV -> Maglev.of(entries, Maglev.SIZE_DEFAULT);
                case RING -> Ring.of(entries);
                case MODULO -> Modulo.of(entries);
            };
        }
    }

    private static List<Entry> servers(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> new Entry("web" + number, 1))
                .toList();
    }

    private static List<Entry> without(List<Entry> entries, int at) {
        List<Entry> less = new ArrayList<>(entries);
        less.remove(at);
        return less;
    }

    private static String owner(KeyTable table, long key) {
        return table.names().get(table.owner(key, 0));
    }

    /** Keys whose server stayed and that moved all the same, as a share of all. */
    private static double movedOfSurvivors(KeyTable before, KeyTable after, String gone) {
        int moved = 0;
        for (long key = 0; key < KEYS; key++) {
            String was = owner(before, key);
            moved += was.equals(gone) || was.equals(owner(after, key)) ? 0 : 1;
        }
        return (double) moved / KEYS;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10, 20})
    void aRemovedServerMovesNothingElseOnARingAndHardlyAnythingByMaglev(int count) {
        List<Entry> all = servers(count);
        for (int gone = 0; gone < count; gone += Math.max(1, count / 4)) {
            List<Entry> left = without(all, gone);
            String name = all.get(gone).name();
            assertThat(movedOfSurvivors(Ring.of(all), Ring.of(left), name)).isZero();
            assertThat(movedOfSurvivors(Way.MAGLEV.of(all), Way.MAGLEV.of(left), name))
                    .isLessThanOrEqualTo(0.01);
        }
    }

    /** All keys that move, those of the removed server included: 1 ÷ N, or (N − 1) ÷ N. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5, 10, 20})
    void theShareThatMovesIsMeasured(int count) {
        List<Entry> all = servers(count);
        List<Entry> left = without(all, 0);
        double share = 1.0 / count;
        assertThat(KeyTable.moved(Way.MAGLEV.of(all), Way.MAGLEV.of(left)))
                .isBetween(share * 0.95, share + 0.01);
        assertThat(KeyTable.moved(Ring.of(all), Ring.of(left)))
                .isCloseTo(share, within(share * 0.35));
        assertThat(KeyTable.moved(Modulo.of(all), Modulo.of(left)))
                .isCloseTo(1 - share, within(0.02));
        assertThat(KeyTable.moved(Ring.of(all), Ring.of(all))).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theOrderOfTheEntriesDoesNotMatter(Way way) {
        List<Entry> shuffled = new ArrayList<>(servers(7));
        Collections.shuffle(shuffled, new Random(7));
        assertThat(KeyTable.moved(way.of(servers(7)), way.of(shuffled))).isZero();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void keysAreSharedByWeight(Way way) {
        KeyTable table =
                way.of(
                        List.of(
                                new Entry("a", 5),
                                new Entry("b", 3),
                                new Entry("c", 2),
                                new Entry("d", 0)));
        Map<String, Integer> shares = new HashMap<>();
        for (long key = 0; key < KEYS; key++) {
            shares.merge(owner(table, key), 1, Integer::sum);
        }
        double slack = way == Way.RING ? 0.08 : 0.01;
        assertThat(shares).containsOnlyKeys("a", "b", "c");
        assertThat(shares.get("a") / (double) KEYS).isCloseTo(0.5, within(slack));
        assertThat(shares.get("b") / (double) KEYS).isCloseTo(0.3, within(slack));
        assertThat(shares.get("c") / (double) KEYS).isCloseTo(0.2, within(slack));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aWalkMeetsEveryName(Way way) {
        KeyTable table = way.of(servers(5));
        for (long key = 0; key < 200; key++) {
            Set<Integer> met = new HashSet<>();
            for (int step = 0; step < table.steps() && met.size() < 5; step++) {
                met.add(table.owner(key, step));
            }
            assertThat(met).hasSize(5);
        }
    }

    /** A change here would send every client of a mixed-version cluster to two servers. */
    @Test
    void theTablesAreTheSameInEveryVersion() {
        List<Entry> entries =
                List.of(new Entry("web1", 1), new Entry("web2", 2), new Entry("web3", 1));
        assertThat(owners(Ring.of(entries))).isEqualTo(RING_OWNERS);
        assertThat(owners(Modulo.of(entries))).isEqualTo(MODULO_OWNERS);
    }

    private static final String RING_OWNERS =
            "10 11 11 00 12 11 01 11 11 11 11 01 20 02 21 22 22 11 12 20 12 21 12 11";
    private static final String MODULO_OWNERS =
            "22 12 01 21 22 11 12 11 10 11 20 11 21 01 01 21 11 01 21 12 11 01 11 12";

    private static String owners(KeyTable table) {
        StringBuilder owners = new StringBuilder();
        for (long key = 0; key < 24; key++) {
            owners.append(table.owner(key, 0)).append(table.owner(key, 1)).append(' ');
        }
        return owners.toString().trim();
    }

    /** Weights that somebody sets while it runs are not refused; each goes on to count. */
    @Test
    void aRingOfTooGreatWeightsHasFewerPointsForEach() {
        List<Entry> heavy = IntStream.range(0, 33).mapToObj(n -> new Entry("a" + n, 256)).toList();
        Ring ring = Ring.of(heavy);
        List<Entry> left = without(heavy, 7);

        assertThat(ring.steps()).isBetween(Ring.POINTS_MAX / 2, Ring.POINTS_MAX);
        assertThat(KeyTable.moved(ring, Ring.of(left))).isLessThan(0.1);
        List<Entry> many = IntStream.range(0, 4100).mapToObj(n -> new Entry("a" + n, 256)).toList();
        assertThat(Ring.of(many).steps()).isEqualTo(4100 * 256);
    }

    @Test
    void whatMakesNoTableIsRefused() {
        assertThatThrownBy(() -> Ring.of(List.of(new Entry("a", 0))))
                .hasMessageContaining("no name has a weight");
        assertThatThrownBy(() -> Modulo.of(List.of())).hasMessageContaining("0 names");
    }
}
