package proa.vip.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.config.wire.FrameWriter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** The bytes are golden: version N must go on reading what N−1 wrote. */
class MeshCodecTest {

    record Golden(MeshMessage message, String hex) {}

    private static Golden connections() {
        return new Golden(
                new MeshMessage.Connections(
                        "sql",
                        7,
                        2,
                        MeshMessage.Connections.Step.HERE,
                        "s1",
                        3,
                        List.of(
                                new Endpoint(false, 0, 0xc6120001L, 1_024),
                                new Endpoint(true, 0xfd00L << 48, 1, 65_535))),
                "50524f4d010100110000006d"
                        + "00010000000373716c"
                        + "0002000000080000000000000007"
                        + "0003000000080000000000000002"
                        + "0004000000080000000000000001"
                        + "0005000000027331"
                        + "0006000000080000000000000003"
                        + "000700000006c61200010400"
                        + "000700000012fd000000000000000000000000000001ffff");
    }

    private static Golden early() {
        return new Golden(
                new MeshMessage.Hello("lb1", 1, "demo", List.of(), 7_113),
                "50524f4d010100010000002f"
                        + "0001000000036c6231"
                        + "0002000000080000000000000001"
                        + "00030000000464656d6f"
                        + "0005000000080000000000001bc9");
    }

    static List<Golden> golden() throws UnknownHostException {
        return List.of(
                new Golden(
                        new MeshMessage.Hello(
                                "lb1", 1, "demo", List.of(InetAddress.getByName("fe80::b"))),
                        "50524f4d0101000100000037"
                                + "0001000000036c6231"
                                + "0002000000080000000000000001"
                                + "00030000000464656d6f"
                                + "000400000010fe80000000000000000000000000000b"),
                early(),
                new Golden(new MeshMessage.Leaving(), "50524f4d0101000200000000"),
                new Golden(
                        new MeshMessage.GroupState(
                                "web", 7, MeshMessage.State.ACTIVE, 250, true, true),
                        "50524f4d0101000300000041"
                                + "000100000003776562"
                                + "0002000000080000000000000007"
                                + "0003000000080000000000000003"
                                + "00040000000800000000000000fa"
                                + "00050000000101"
                                + "00060000000101"),
                new Golden(
                        new MeshMessage.Release("web", 7, "lb2", "why"),
                        "50524f4d0101000400000029"
                                + "000100000003776562"
                                + "0002000000080000000000000007"
                                + "0003000000036c6232"
                                + "000400000003776879"),
                new Golden(
                        new MeshMessage.Standing(true), "50524f4d010100100000000700010000000101"),
                new Golden(
                        new MeshMessage.Request("web", 7, "why"),
                        "50524f4d0101000500000020"
                                + "000100000003776562"
                                + "0002000000080000000000000007"
                                + "000300000003776879"),
                new Golden(
                        new MeshMessage.Ask("web", 7),
                        "50524f4d0101000600000017"
                                + "000100000003776562"
                                + "0002000000080000000000000007"),
                new Golden(
                        new MeshMessage.Answer("web", 7, true),
                        "50524f4d010100070000001e"
                                + "000100000003776562"
                                + "0002000000080000000000000007"
                                + "00030000000101"),
                connections(),
                new Golden(
                        new MeshMessage.Assigned("sql", 7, 2, List.of("s1", "s2")),
                        "50524f4d0101000b00000035"
                                + "00010000000373716c"
                                + "0002000000080000000000000007"
                                + "0003000000080000000000000002"
                                + "0004000000027331"
                                + "0004000000027332"));
    }

    @ParameterizedTest
    @MethodSource("golden")
    void each_message_has_exactly_these_bytes(Golden golden) {
        assertThat(HexFormat.of().formatHex(MeshCodec.encode(golden.message)))
                .isEqualTo(golden.hex);
    }

    @ParameterizedTest
    @MethodSource("golden")
    void each_message_is_read_back_even_byte_by_byte(Golden golden) {
        MeshCodec codec = new MeshCodec();
        byte[] bytes = HexFormat.of().parseHex(golden.hex);
        for (int at = 0; at < bytes.length; at++) {
            assertThat(codec.next()).isNull();
            codec.feed(ByteBuffer.wrap(bytes, at, 1));
        }
        assertThat(codec.next()).isEqualTo(golden.message);
        assertThat(codec.next()).isNull();
    }

    @Test
    void every_state_is_read_back() {
        for (MeshMessage.State state : MeshMessage.State.values()) {
            MeshMessage message = new MeshMessage.GroupState("web", 1, state, 0, false, false);
            assertThat(read(MeshCodec.encode(message))).isEqualTo(message);
        }
    }

    @Test
    void unknown_messages_and_fields_are_skipped() {
        MeshCodec codec = new MeshCodec();
        codec.feed(
                ByteBuffer.wrap(new FrameWriter(MeshCodec.MAGIC, 2, 1, 99).number(1, 5).toBytes()));
        codec.feed(
                ByteBuffer.wrap(
                        new FrameWriter(MeshCodec.MAGIC, 2, 2, 6).text(1, "web").toBytes()));
        codec.feed(
                ByteBuffer.wrap(
                        new FrameWriter(MeshCodec.MAGIC, 2, 1, 6)
                                .text(1, "web")
                                .number(2, 7)
                                .text(77, "from the future")
                                .toBytes()));
        assertThat(codec.next()).isEqualTo(new MeshMessage.Ask("web", 7));
        assertThat(codec.next()).isNull();
    }

    @Test
    void values_out_of_range_are_brought_into_it() {
        byte[] bytes =
                new FrameWriter(MeshCodec.MAGIC, 1, 1, 3)
                        .text(1, "web")
                        .number(2, -5)
                        .number(3, 77)
                        .number(4, Long.MAX_VALUE)
                        .toBytes();
        assertThat(read(bytes))
                .isEqualTo(
                        new MeshMessage.GroupState(
                                "web", 0, MeshMessage.State.FAULT, 255, false, false));
        byte[] hello =
                new FrameWriter(MeshCodec.MAGIC, 1, 1, 1)
                        .text(1, "lb1")
                        .number(5, 65_536)
                        .toBytes();
        assertThat(read(hello)).isEqualTo(new MeshMessage.Hello("lb1", 0, "", List.of()));
    }

    @Test
    void a_foreign_or_huge_frame_breaks_the_stream() {
        assertThatThrownBy(
                        () ->
                                read(
                                        "GET / HTTP/1.1\r\n\r\n"
                                                .getBytes(
                                                        java.nio.charset.StandardCharsets
                                                                .US_ASCII)))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] huge =
                new FrameWriter(MeshCodec.MAGIC, 1, 1, 4)
                        .text(3, "x".repeat(MeshCodec.FRAME_BYTES_MAX))
                        .toBytes();
        assertThatThrownBy(() -> read(huge)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void damaged_bytes_are_read_or_refused_but_nothing_else() throws UnknownHostException {
        Random random = new Random(7112);
        List<Golden> golden = golden();
        for (int run = 0; run < 50_000; run++) {
            byte[] bytes = HexFormat.of().parseHex(golden.get(random.nextInt(golden.size())).hex);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                read(bytes);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageNotContaining("null");
            }
        }
    }

    private static MeshMessage read(byte[] bytes) {
        MeshCodec codec = new MeshCodec();
        codec.feed(ByteBuffer.wrap(bytes));
        return codec.next();
    }
}
