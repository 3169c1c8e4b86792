package proa.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import proa.cluster.replication.MessageCodec.Decoded;
import proa.cluster.tables.Buckets;
import proa.cluster.tables.Entry;
import proa.cluster.tables.Origin;
import proa.cluster.tables.TableKey;

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
                                    BUCKET,
                                    List.of(
                                            new Entry.Sticky(SHORT, 900, 2, 901, 1 << 20, "web1"),
                                            new Entry.Sticky(LONG, 800, 3, 800, 0, null),
                                            new Entry.Slot(
                                                    SHORT,
                                                    ORIGIN,
                                                    4,
                                                    Buckets.of(19, 6, 0, 300))))));

    /** What version 1 writes; later versions must go on reading it. */
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
        byte[] bytes = MessageCodec.encode(BATCH);
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(GOLDEN);
    }

    @Test
    void theGoldenBytesAreReadBack() {
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
                        new Message.PageRequest(ORIGIN, 3, 1L << 50),
                        new Message.Page(
                                ORIGIN,
                                3,
                                0,
                                -1,
                                reached,
                                List.of(new OriginTime(ORIGIN, 20 * BUCKET)),
                                BATCH.sections()));
        for (Message message : messages) {
            assertThat(MessageCodec.decode(MessageCodec.encode(message)))
                    .isEqualTo(new Decoded.Known(message));
        }
    }

    @Test
    void aBatchForNewerReadersIsSkippedByItsNumber() {
        byte[] bytes = MessageCodec.encode(BATCH);
        bytes[4] = 2;
        bytes[5] = 2;
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

    @Test
    void damagedBytesThrowNothing() {
        Random random = new Random(8);
        byte[] whole = MessageCodec.encode(BATCH);
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
