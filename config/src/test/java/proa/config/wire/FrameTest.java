package proa.config.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.wire.FrameReader.Result;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class FrameTest {

    private static final int MAGIC = 0x54455354;

    private static byte[] sample() {
        return new FrameWriter(MAGIC, 2, 1, 7)
                .text(1, "lb1")
                .number(2, 42)
                .flag(3, true)
                .bytes(9, new byte[] {5, 6})
                .bytes(9, new byte[] {7})
                .toBytes();
    }

    @Test
    void aFrameHasTheseBytesForever() {
        assertThat(
                        HexFormat.of()
                                .formatHex(
                                        new FrameWriter(MAGIC, 2, 1, 7).text(1, "lb1").toBytes()))
                .isEqualTo("544553540201000700000009" + "0001" + "00000003" + "6c6231");
    }

    @Test
    void fieldsComeBackAndUnknownOnesAreNeverMissed() {
        FrameReader reader = new FrameReader(MAGIC, 1, 1024);
        reader.feed(ByteBuffer.wrap(sample()));
        assertThat(reader.next())
                .isInstanceOfSatisfying(
                        Result.Whole.class,
                        whole -> {
                            FrameReader.Frame frame = whole.frame();
                            assertThat(frame.type()).isEqualTo(7);
                            assertThat(frame.text(1, "")).isEqualTo("lb1");
                            assertThat(frame.number(2, 0)).isEqualTo(42);
                            assertThat(frame.flag(3, false)).isTrue();
                            assertThat(frame.all(9))
                                    .containsExactly(new byte[] {5, 6}, new byte[] {7});
                            assertThat(frame.number(77, -1)).isEqualTo(-1);
                        });
        assertThat(reader.next()).isInstanceOf(Result.Partial.class);
    }

    @Test
    void aFrameForNewerReadersIsSkippedAndTheNextOneRead() {
        FrameReader reader = new FrameReader(MAGIC, 1, 1024);
        reader.feed(ByteBuffer.wrap(new FrameWriter(MAGIC, 3, 2, 8).text(1, "x").toBytes()));
        reader.feed(ByteBuffer.wrap(sample()));
        assertThat(reader.next()).isEqualTo(new Result.TooNew(8, 2));
        assertThat(reader.next()).isInstanceOf(Result.Whole.class);
    }

    @Test
    void anotherProtocolIsRefused() {
        FrameReader reader = new FrameReader(MAGIC, 1, 1024);
        reader.feed(
                ByteBuffer.wrap(
                        "GET / HTTP/1.1\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(reader.next()).isInstanceOf(Result.Broken.class);
    }

    @Test
    void aFrameOverTheLimitIsRefusedBeforeItIsBuffered() {
        FrameReader reader = new FrameReader(MAGIC, 1, 8);
        reader.feed(ByteBuffer.wrap(sample(), 0, FrameWriter.HEADER_BYTES));
        assertThat(reader.next()).isInstanceOf(Result.Broken.class);
    }

    @Test
    void aFieldThatRunsPastItsFrameIsRefused() {
        byte[] bytes = sample();
        bytes[FrameWriter.HEADER_BYTES + 5] = 127;
        FrameReader reader = new FrameReader(MAGIC, 1, 1024);
        reader.feed(ByteBuffer.wrap(bytes));
        assertThat(reader.next()).isInstanceOf(Result.Broken.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void framesSurviveAnySplitOfTheStream(long seed) {
        Random random = new Random(seed);
        int frames = 50;
        ByteBuffer stream = ByteBuffer.allocate(64 * 1024);
        for (int at = 0; at < frames; at++) {
            stream.put(
                    new FrameWriter(MAGIC, 1, 1, at)
                            .bytes(1, new byte[random.nextInt(700)])
                            .toBytes());
        }
        stream.flip();
        FrameReader reader = new FrameReader(MAGIC, 1, 1024);
        List<Integer> types = new ArrayList<>();
        while (stream.hasRemaining()) {
            int length = Math.min(stream.remaining(), 1 + random.nextInt(900));
            reader.feed(stream.slice(stream.position(), length));
            stream.position(stream.position() + length);
            while (reader.next() instanceof Result.Whole(FrameReader.Frame frame)) {
                types.add(frame.type());
            }
        }
        assertThat(types).hasSize(frames).isSorted();
    }
}
