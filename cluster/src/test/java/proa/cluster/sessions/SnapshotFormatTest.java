package proa.cluster.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;

import proa.cluster.sessions.SnapshotFormat.Verdict;
import proa.config.wire.FrameWriter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class SnapshotFormatTest {

    private static final SnapshotHeader HEADER = new SnapshotHeader("shop", "lb1", "life", 1_700);

    /** A file of version 1, as it was first written. */
    private static final String GOLDEN =
            "50525353010100010000002b00010000000473686f700002000000036c62310003000000"
                    + "046c69666500040000000800000000000006a450525353010100020000004c0001000000"
                    + "016100020000003f50525356010100010000003300010000000800000000000000050002"
                    + "000000080000000000000001000300000008ffffffffffffffff0004000000036f6e6550"
                    + "525353010100030000001c000100000008000000000000000100020000000800000000ea"
                    + "6ceabf";

    private final List<SessionCopy> read = new ArrayList<>();

    @Test
    void whatIsWrittenIsReadAgain() {
        byte[] file = file(copy("a", "one"), copy("ключ", ""), copy("b", "x".repeat(70_000)));
        assertThat(verdict(file, 4_096)).isEqualTo(new Verdict.Sound(HEADER, 3));
        assertThat(read).extracting(SessionCopy::key).containsExactly("a", "ключ", "b");
        assertThat(SessionValue.decode(read.getFirst().value()).value())
                .isEqualTo("one".getBytes(UTF_8));
    }

    @Test
    void theBytesOfItsFirstVersionStayReadable() {
        byte[] file = HexFormat.of().parseHex(GOLDEN);
        assertThat(HexFormat.of().formatHex(file(copy("a", "one"))))
                .as("and are still written")
                .isEqualTo(GOLDEN);
        assertThat(verdict(file, 64)).isEqualTo(new Verdict.Sound(HEADER, 1));
        assertThat(read.getFirst().key()).isEqualTo("a");
    }

    @Test
    void aFileThatEndsTooEarlyIsNeverTakenForAWholeOne() {
        byte[] file = file(copy("a", "one"), copy("b", "two"));
        for (int length = 0; length < file.length; length++) {
            byte[] cut = new byte[length];
            System.arraycopy(file, 0, cut, 0, length);
            assertThat(verdict(cut, 64)).as("%s bytes", length).isInstanceOf(Verdict.Broken.class);
        }
    }

    @Test
    void aBitThatWasTurnedIsFound() {
        byte[] file = file(copy("a", "one"), copy("b", "two"));
        Random random = new Random(1);
        for (int turn = 0; turn < 2_000; turn++) {
            byte[] turned = file.clone();
            turned[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            Verdict verdict = verdict(turned, 64);
            // The version that the writer of a frame had is the one thing that no reader minds,
            // and only in the last frame, which no checksum covers.
            if (verdict instanceof Verdict.Sound sound) {
                assertThat(sound).isEqualTo(new Verdict.Sound(HEADER, 2));
            }
        }
    }

    @Test
    void saysWhatIsWrongInOneSentence() {
        byte[] file = file(copy("a", "one"));
        byte[] garbage = "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8);
        assertThat(verdict(garbage, 64))
                .isEqualTo(new Verdict.Broken("it is no snapshot of sessions"));
        assertThat(verdict(new byte[0], 64))
                .isEqualTo(new Verdict.Broken("it ends in the middle, after 0 entries"));
        assertThat(verdict(joined(file, file), 64))
                .isEqualTo(new Verdict.Broken("something follows its end"));
        byte[] newer = new FrameWriter(SnapshotFormat.MAGIC, 3, 2, 1).toBytes();
        assertThat(verdict(newer, 64))
                .isEqualTo(new Verdict.Broken("it is for readers of version 2 and newer"));
        byte[] withoutValue = new FrameWriter(SnapshotFormat.MAGIC, 1, 1, 2).toBytes();
        SnapshotFormat.Writer writer = new SnapshotFormat.Writer();
        assertThat(verdict(joined(writer.header(HEADER), withoutValue), 64))
                .isEqualTo(new Verdict.Broken("an entry has no value"));
        byte[] noSession = new SnapshotFormat.Writer().entry(new SessionCopy("a", garbage));
        assertThat(verdict(joined(writer.header(HEADER), noSession), 64))
                .isInstanceOfSatisfying(
                        Verdict.Broken.class,
                        broken -> assertThat(broken.why()).startsWith("entry 1: "));
    }

    private static SessionCopy copy(String key, String value) {
        SessionStamp stamp = new SessionStamp(5, 1);
        return new SessionCopy(
                key, new SessionValue(value.getBytes(UTF_8), SessionStore.NEVER, stamp).encode());
    }

    private static byte[] file(SessionCopy... copies) {
        SnapshotFormat.Writer writer = new SnapshotFormat.Writer();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(writer.header(HEADER));
        for (SessionCopy copy : copies) {
            file.writeBytes(writer.entry(copy));
        }
        file.writeBytes(writer.end());
        return file.toByteArray();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(one);
        joined.writeBytes(other);
        return joined.toByteArray();
    }

    private Verdict verdict(byte[] file, int step) {
        read.clear();
        SnapshotFormat.Reader reader = new SnapshotFormat.Reader(read::add);
        for (int at = 0; at < file.length; at += step) {
            reader.feed(ByteBuffer.wrap(file, at, Math.min(step, file.length - at)));
        }
        return reader.verdict();
    }
}
