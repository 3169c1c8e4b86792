package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.cluster.replication.MessageCodec.Decoded;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.CounterShape;
import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;
import proa.cluster.tables.TableShape;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** No message is larger than a member takes in, and no larger one is taken in. */
class MessageSizeTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int LENGTH_POSITION = 8;
    private static final int HEADER_BYTES = 12;
    private static final Origin SELF = new Origin(1, 1);

    /** Each record has what as many lives as are kept of a key have counted. */
    private static final int SLOTS = 16;

    private static final int RECORDS = 100_000;

    /** Bytes behind the known ones are skipped, up to the most that a message may have. */
    @Test
    void aMessageOfEightMebibytesIsReadAndALargerOneIsNot() {
        byte[] hello = MessageCodec.encode(new Message.Hello(SELF, false, Map.of()));
        assertThat(MessageCodec.MESSAGE_BYTES_MAX).isEqualTo(8 << 20);
        assertThat(MessageCodec.decode(padded(hello, MessageCodec.MESSAGE_BYTES_MAX)))
                .isEqualTo(new Decoded.Known(new Message.Hello(SELF, false, Map.of())));
        assertThat(MessageCodec.decode(padded(hello, MessageCodec.MESSAGE_BYTES_MAX + 1)))
                .isEqualTo(new Decoded.Broken());
    }

    private static byte[] padded(byte[] message, int length) {
        byte[] padded = Arrays.copyOf(message, length);
        ByteBuffer.wrap(padded).putInt(LENGTH_POSITION, length - HEADER_BYTES);
        return padded;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, TableSchema.COUNTERS_MAX})
    void aPageOfTheLargestEntriesIsTakenIn(int counters) {
        Store store = new Largest(counters);
        Providing providing =
                new Providing(
                        SELF,
                        store,
                        new Inflow(SELF, store, new Tally()),
                        Limits.DEFAULTS.pageRecords());
        providing.asked(2, new Message.PageRequest(new Origin(2, 1), 1, 0, 1, false), SECOND);
        Message.Page page = providing.next(Map.of(), SECOND).orElseThrow().message();
        byte[] bytes = MessageCodec.encode(page);
        assertThat(bytes.length).isLessThanOrEqualTo(MessageCodec.MESSAGE_BYTES_MAX);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.Known(page));
        assertThat(page.next()).as("and it goes on").isPositive();
    }

    @Test
    void aBatchOfTheLargestEntriesIsTakenIn() {
        List<Entry> entries = new ArrayList<>();
        Largest store = new Largest(TableSchema.COUNTERS_MAX);
        int records = Limits.DEFAULTS.batchEntries() / SLOTS + 1;
        store.page(0, 0, records, SECOND, entries::add);
        List<Entry> most = entries.subList(0, Limits.DEFAULTS.batchEntries());
        Section section = new Section("t", store.shape.schema(), most);
        Message.Batch batch = new Message.Batch(SELF, 1, SECOND, SECOND, 0, 0, List.of(section));
        byte[] bytes = MessageCodec.encode(batch);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.Known(batch));
    }

    /** Records whose numbers are as large as numbers get, in the slots of this node's. */
    private static final class Largest extends NoTables {
        private final TableShape shape;
        private final Counts counts;

        Largest(int counters) {
            List<CounterShape> all = new ArrayList<>();
            for (int n = 0; n < counters; n++) {
                all.add(new CounterShape("c" + n, 10 * SECOND, true, true, true));
            }
            shape = new TableShape("t", 60 * SECOND, RECORDS, new TableSchema(all, List.of()));
            long[] most = new long[Buckets.KEPT];
            Arrays.fill(most, 1L << 54);
            long[] sums = new long[counters];
            Arrays.fill(sums, 1L << 58);
            List<Buckets> rates = Collections.nCopies(counters, Buckets.of(1, most));
            counts = new Counts(SECOND >> Counts.TICK_SHIFT, rates, sums, sums);
        }

        @Override
        public List<TableShape> shapes() {
            return List.of(shape);
        }

        @Override
        public long page(int table, long cursor, int max, long nowNanos, Consumer<Entry> to) {
            for (long record = cursor; record < cursor + max; record++) {
                TableKey key = new TableKey(Long.MIN_VALUE | record, record);
                for (int slot = 0; slot < SLOTS; slot++) {
                    to.accept(new Entry.Slot(key, SELF, Long.MAX_VALUE - slot, counts));
                }
            }
            return cursor + max < RECORDS ? cursor + max : -1;
        }
    }
}
