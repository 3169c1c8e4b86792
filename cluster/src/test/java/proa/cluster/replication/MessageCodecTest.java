package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.replication.MessageCodec.Decoded;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.CounterShape;
import proa.cluster.tables.Counts;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;
import proa.cluster.tables.TableSchema;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Bytes on the wire. */
class MessageCodecTest {

    private static final Origin ORIGIN = new Origin(2, 0x1234);
    private static final long BUCKET = 1_000_000_000L;
    private static final TableKey SHORT = new TableKey(0, 0xffff_0a00_0001L);
    private static final TableKey LONG = new TableKey(0x20010db8_00000000L, 7);

    private static final Message.Batch BATCH =
            new Message.Batch(
                    ORIGIN,
                    5,
                    20 * BUCKET,
                    20 * BUCKET,
                    3_000_000,
                    1_700_000_000_000L,
                    List.of(
                            new Section(
                                    "t",
                                    TableSchema.requestsOver(10 * BUCKET),
                                    List.of(
                                            new Entry.Sticky(SHORT, 900, 2, 901, 1 << 20, "web1"),
                                            new Entry.Sticky(LONG, 800, 3, 800, 0, null),
                                            new Entry.Slot(
                                                    SHORT,
                                                    ORIGIN,
                                                    4,
                                                    Counts.of(
                                                            BUCKET, Buckets.of(19, 6, 0, 300)))))));

    private static final TableSchema RICH =
            new TableSchema(
                    List.of(
                            CounterShape.requestsOver(10 * BUCKET),
                            new CounterShape("bytes-in", 10 * BUCKET, true, false, true),
                            new CounterShape("connections", 0, true, true, false)),
                    List.of("blocked"));

    private static final Message.Batch RICH_BATCH =
            new Message.Batch(
                    ORIGIN,
                    6,
                    20 * BUCKET,
                    20 * BUCKET,
                    3_000_000,
                    1_700_000_000_000L,
                    List.of(
                            new Section(
                                    "t",
                                    RICH,
                                    List.of(
                                            new Entry.Slot(
                                                    SHORT,
                                                    ORIGIN,
                                                    4,
                                                    new Counts(
                                                            19_000,
                                                            List.of(
                                                                    Buckets.of(22, 2, 0, 0, 300),
                                                                    Buckets.of(19, 1L << 40),
                                                                    Buckets.NONE),
                                                            new long[] {0, 1L << 41, 7},
                                                            new long[] {0, 0, 4})),
                                            new Entry.Tag(LONG, 0, 900, 3, 5 << 20, 77)))));

    /** What version 2 writes; later versions must go on reading it. */
    private static final String RICH_GOLDEN =
            "5052544202020001000000a9020000000000001234000000000000000600000004a817c800"
                    + "00000004a817c800c08db7010000018bcfe56800"
                    + "01017400000075"
                    + "030872657175657374730080c8afa025"
                    + "0862797465732d696e0580c8afa025"
                    + "0b636f6e6e656374696f6e730300"
                    + "0107626c6f636b6564"
                    + "00"
                    + "02"
                    + "030a000001000492010403020000ac02010280808080802080808080804007"
                    + "040820010db800000000000000000000000700000000000000038403054d";

    /** What version 1 wrote of {@link #BATCH}; version 2 must go on reading it. */
    private static final String GOLDEN =
            "50525442010100010000007a0200000000000012340000000000000005"
                    + "00000004a817c80000000004a817c800c08db701"
                    + "0000018bcfe56800"
                    + "0101748094ebdc0300000041"
                    + "01047765623103"
                    + "020a000001000000000000038402020100"
                    + "0420010db80000000000000000000000070000000000000320030000"
                    + "030a00000100040203"
                    + "0600ac02";

    @Test
    void aBatchIsTheseBytes() {
        byte[] bytes = MessageCodec.encode(RICH_BATCH);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(RICH_GOLDEN);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.Known(RICH_BATCH));
    }

    @Test
    void whatTheVersionBeforeWroteIsRead() {
        byte[] bytes = HexFormat.of().parseHex(GOLDEN);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.Known(BATCH));
    }

    /** Replaced by what stands for them, they would grow beyond what a name may have. */
    @Test
    void aNameThatIsNoTextIsBroken() {
        byte[] bytes = HexFormat.of().parseHex(GOLDEN.replace("0477656231", "0477ff6231"));
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.Broken());
    }

    @Test
    void everyOtherMessageIsReadBack() {
        Map<Origin, Long> reached = Map.of(ORIGIN, 9L, new Origin(1, 7), 3L);
        List<Message> messages =
                List.of(
                        new Message.Hello(ORIGIN, true, reached),
                        new Message.Pull(ORIGIN, new Origin(1, 7), 4, 6),
                        new Message.Overrun(ORIGIN, new Origin(1, 7)),
                        new Message.PageRequest(ORIGIN, 3, 1L << 50, 8, false),
                        new Message.PageRequest(ORIGIN, 3, -1, 1, true),
                        new Message.Ask(ORIGIN, new Loans.Of("t", "requests", 1_000, LONG), -7, 5),
                        new Message.Loan(ORIGIN, new Loans.Of("t", "x", 1, SHORT), 9, 0),
                        new Message.Page(
                                ORIGIN,
                                3,
                                0,
                                -1,
                                reached,
                                List.of(new OriginTime(ORIGIN, 20 * BUCKET)),
                                BATCH.sections(),
                                70_000));
        for (Message message : messages) {
            assertThat(MessageCodec.decode(MessageCodec.encode(message)))
                    .isEqualTo(new Decoded.Known(message));
        }
    }

    /** As members asked that took one page at a time: two numbers, and nothing behind them. */
    @Test
    void whoAsksForPagesAndDoesNotSayHowManyGetsOne() {
        byte[] today = MessageCodec.encode(new Message.PageRequest(ORIGIN, 3, 77, 8, true));
        byte[] before = java.util.Arrays.copyOf(today, today.length - 2);
        ByteBuffer.wrap(before).putInt(8, before.length - 12);
        assertThat(MessageCodec.decode(before))
                .isEqualTo(new Decoded.Known(new Message.PageRequest(ORIGIN, 3, 77, 1, false)));
    }

    /** As pages ended that said nothing of how much was to come. */
    @Test
    void aPageThatDoesNotSayHowMuchIsToComeIsReadAsIfNothingWere() {
        byte[] today = MessageCodec.encode(page(70_000));
        byte[] before = java.util.Arrays.copyOf(today, today.length - 3);
        ByteBuffer.wrap(before).putInt(8, before.length - 12);
        assertThat(MessageCodec.decode(before)).isEqualTo(new Decoded.Known(page(0)));
    }

    @Test
    void moreThanRoomIsMadeForIsReadAsThat() {
        byte[] bytes = MessageCodec.encode(page(0));
        for (long told : List.of(1L << 20, (1L << 20) + 1, Long.MAX_VALUE, -1L)) {
            ByteWriter to =
                    new ByteWriter().bytes(java.util.Arrays.copyOf(bytes, bytes.length - 1));
            to.variable(told).setInt32(8, to.position() - 12);
            long expected = told < 0 ? 0 : Message.Page.EXPECTED_MAX;
            assertThat(MessageCodec.decode(to.toBytes()))
                    .isEqualTo(new Decoded.Known(page(expected)));
        }
    }

    private static Message.Page page(long expected) {
        return new Message.Page(
                ORIGIN,
                3,
                0,
                -1,
                Map.of(ORIGIN, 9L),
                List.of(new OriginTime(ORIGIN, 20 * BUCKET)),
                BATCH.sections(),
                expected);
    }

    @Test
    void aBatchForNewerReadersIsSkippedByItsNumber() {
        byte[] bytes = MessageCodec.encode(BATCH);
        bytes[4] = MessageCodec.VERSION + 1;
        bytes[5] = MessageCodec.VERSION + 1;
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.TooNewBatch(ORIGIN, 5));
    }

    @Test
    void aTypeThatCameLaterIsSkipped() {
        byte[] bytes = MessageCodec.encode(new Message.Overrun(ORIGIN, ORIGIN));
        ByteBuffer.wrap(bytes).putShort(6, (short) 77);
        assertThat(MessageCodec.decode(bytes)).isEqualTo(new Decoded.TooNew());
    }

    @Test
    void aTimeOfSendingCanBeChanged() {
        byte[] again = MessageCodec.sentAt(MessageCodec.encode(BATCH), 33);
        assertThat(MessageCodec.decode(again))
                .isInstanceOfSatisfying(
                        Decoded.Known.class,
                        known ->
                                assertThat(((Message.Batch) known.message()).sentNanos())
                                        .isEqualTo(33));
    }

    private static byte[] batch(Entry entry) {
        return MessageCodec.encode(
                new Message.Batch(
                        ORIGIN,
                        7,
                        20 * BUCKET,
                        0,
                        0,
                        0,
                        List.of(new Section("t", RICH, List.of(entry)))));
    }

    private static Entry read(Entry entry) {
        return ((Message.Batch) ((Decoded.Known) MessageCodec.decode(batch(entry))).message())
                .sections()
                .getFirst()
                .entries()
                .getFirst();
    }

    private static Entry.Slot slot(long activeTick, long newest, long count, long sum) {
        long[] sums = {0, sum, sum};
        Buckets buckets = Buckets.of(newest, count);
        return new Entry.Slot(
                SHORT,
                ORIGIN,
                4,
                new Counts(
                        activeTick,
                        List.of(buckets, buckets, Buckets.NONE),
                        sums,
                        new long[] {0, 0, sum}));
    }

    /** A member that does not know of clears counts the batch as received and does not read it. */
    @Test
    void whatWasClearedIsForThoseWhoKnowOfClears() {
        Entry.Slot plain = slot(0, 19, 3, 4);
        long stamp = 1_700_000_000_000L << 16;
        Entry.Slot cleared = new Entry.Slot(SHORT, ORIGIN, 5, stamp, plain.counts());
        assertThat(read(cleared)).isEqualTo(cleared);
        assertThat(read(plain)).isEqualTo(plain);
        assertThat(batch(cleared)).startsWith(0x50, 0x52, 0x54, 0x42, 3, 3);
        assertThat(batch(plain)).startsWith(0x50, 0x52, 0x54, 0x42, 2, 2);
        byte[] beyond = batch(new Entry.Slot(SHORT, ORIGIN, 5, Long.MAX_VALUE, plain.counts()));
        assertThat(MessageCodec.decode(beyond)).isInstanceOf(Decoded.Broken.class);
    }

    /** No sum of two of them overflows, and no sum of all places of a key. */
    @Test
    void numbersEndBeforeTheirSumsOverflow() {
        for (long age : List.of(1L << 62, (1L << 62) + 1, Long.MAX_VALUE)) {
            assertThat(((Entry.Sticky) read(new Entry.Sticky(LONG, 9, 3, 9, age, "w"))).ageNanos())
                    .isEqualTo(1L << 62);
            assertThat(((Entry.Tag) read(new Entry.Tag(LONG, 0, 9, 3, age, 7))).ageNanos())
                    .isEqualTo(1L << 62);
        }
        Counts counts = ((Entry.Slot) read(slot(0, 19, Long.MAX_VALUE, Long.MAX_VALUE))).counts();
        assertThat(counts.rate(0).count(0)).isEqualTo(1L << 54);
        assertThat(counts.added(1)).isEqualTo(1L << 58);
        assertThat(counts.taken(2)).isEqualTo(1L << 58);
    }

    /** The next write's stamp would be the smallest of all, and a table's places endless. */
    @Test
    void stampsAndDistancesThatNobodyHasAreBroken() {
        long last = (1L << 62) - 1;
        assertThat(read(new Entry.Sticky(LONG, last, 3, last, 0, "w"))).isNotNull();
        long active = 20 * BUCKET >> Counts.TICK_SHIFT;
        assertThat(read(slot(active - (1L << 42), 20 + (1L << 42), 1, 1))).isNotNull();
        List<Entry> forged =
                List.of(
                        new Entry.Sticky(LONG, last + 1, 3, last + 1, 0, "w"),
                        new Entry.Sticky(LONG, 9, 3, Long.MAX_VALUE, 0, null),
                        new Entry.Tag(LONG, 0, Long.MAX_VALUE, 3, 0, 7),
                        slot(active - (1L << 42) - 1, 19, 1, 1),
                        slot(Long.MAX_VALUE, 19, 1, 1),
                        slot(active, Long.MAX_VALUE, 1, 1),
                        slot(active, Long.MIN_VALUE / 2, 1, 1));
        for (Entry each : forged) {
            assertThat(MessageCodec.decode(batch(each)))
                    .as("%s", each)
                    .isEqualTo(new Decoded.Broken());
        }
    }

    @Test
    void damagedBytesThrowNothing() {
        Random random = new Random(8);
        byte[] whole = MessageCodec.encode(RICH_BATCH);
        for (int n = 0; n < 20_000; n++) {
            byte[] bytes = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 20));
            for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            if (bytes.length >= 12) {
                ByteBuffer.wrap(bytes).putInt(8, bytes.length - 12);
            }
            assertThat(MessageCodec.decode(bytes)).isNotNull();
        }
    }

    @Test
    void everyCutIsNoticed() {
        byte[] whole = MessageCodec.encode(BATCH);
        for (int length = 0; length < whole.length; length++) {
            assertThat(MessageCodec.decode(java.util.Arrays.copyOf(whole, length)))
                    .isEqualTo(new Decoded.Broken());
        }
    }
}
