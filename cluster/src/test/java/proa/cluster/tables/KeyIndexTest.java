package proa.cluster.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Records by their keys, beside a plain map that does the same. */
class KeyIndexTest {

    private static final int STEPS = 60_000;

    /** So few that keys come again, so many that the index grows many times. */
    private static final int KEYS = 3_000;

    private static final long MAPPED = 0xffff_0000_0000L;

    private static final int RESERVED = 1_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void findsWhatAMapFindsWhateverComesAndGoes(long seed) {
        Random random = new Random(seed);
        KeyedRecords records = new KeyedRecords(1, true, seed);
        Map<TableKey, Long> expected = new HashMap<>();
        for (int step = 0; step < STEPS; step++) {
            TableKey key = key(random.nextInt(KEYS));
            int id = records.find(key);
            assertThat(id != KeyedRecords.NONE).isEqualTo(expected.containsKey(key));
            // Mostly growing in the first half and mostly shrinking in the second.
            boolean more = random.nextInt(4) != 0 == step < STEPS / 2;
            if (step == STEPS / 8) {
                records.reserve(records.size() + RESERVED);
            }
            if (!more && id != KeyedRecords.NONE) {
                records.remove(id);
                expected.remove(key);
            } else if (more && id == KeyedRecords.NONE) {
                if (step % 2 == 0) {
                    id = records.add(key);
                    assertThat(records.beside(id)).isZero();
                    records.beside(id, step);
                } else {
                    id = records.add(key, step);
                }
                expected.put(key, (long) step);
            }
        }
        assertThat(records.size()).isEqualTo(expected.size());
        expected.forEach(
                (key, value) -> {
                    int id = records.find(key);
                    assertThat(records.key(id)).isEqualTo(key);
                    assertThat(records.beside(id)).isEqualTo(value);
                    assertThat(records.besideSlot(records.seek(key))).isEqualTo(value);
                });
    }

    /** Half are IPv4 addresses; the others are theirs with another prefix, or in the other half. */
    private static TableKey key(int number) {
        return switch (number % 4) {
            case 0, 1 -> new TableKey(0, MAPPED | number);
            case 2 -> new TableKey(0x2001_0db8_0000_0000L, MAPPED | number - 2);
            default -> new TableKey(0, number);
        };
    }

    @Test
    void onlyAnIpv4AddressIsItsMarkAsAWhole() {
        KeyIndex index = new KeyIndex(false, 7);
        assertThat(KeyIndex.whole(index.mark(0, MAPPED | 0xffff_ffffL))).isTrue();
        assertThat(KeyIndex.whole(index.mark(1, MAPPED | 5))).isFalse();
        assertThat(KeyIndex.whole(index.mark(0, MAPPED << 1 | 5))).isFalse();
        assertThat(KeyIndex.whole(index.mark(0, 5))).isFalse();
        assertThat(index.mark(0, MAPPED | 5)).isNotEqualTo(index.mark(0, MAPPED | 6));
    }

    /** Sixteen keys of a mark that is not the key are told apart by their records. */
    @Test
    void slotsOfOneMarkAreGoneThroughOneAfterTheOther() {
        KeyIndex index = new KeyIndex(true, 7);
        long mark = index.mark(1, 1);
        for (int id = 0; id < 16; id++) {
            index.enter(id, mark);
        }
        index.leave(3, mark);
        int found = 0;
        for (int slot = index.first(mark); slot != KeyIndex.NONE; slot = index.next(slot, mark)) {
            assertThat(index.number(slot)).isNotEqualTo(3);
            found++;
        }
        assertThat(found).isEqualTo(15);
    }
}
