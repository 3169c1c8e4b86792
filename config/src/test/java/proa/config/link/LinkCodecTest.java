package proa.config.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import proa.config.wire.FrameWriter;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

class LinkCodecTest {

    static Stream<LinkMessage> everyMessage() {
        return Stream.of(
                new LinkMessage.Hello("lb1", 77, 4242, true),
                new LinkMessage.Heartbeat(12, 34),
                new LinkMessage.Readiness("web", false, "tables not synchronised"),
                new LinkMessage.Leaving(),
                new LinkMessage.StatusRequest(),
                new LinkMessage.Move("web", "lb2", "root"),
                new LinkMessage.Maintenance("lb2", true, "root"),
                new LinkMessage.Maintenance("lb2", true, "root", true, 600),
                new LinkMessage.Servers("web", 3, 4),
                new LinkMessage.Usable("sql", List.of("s1", "s2")),
                new LinkMessage.Usable("sql", List.of()),
                new LinkMessage.Usable("sql", List.of("s1"), List.of("s2", "s3")),
                new LinkMessage.Done(true, "asked lb1"),
                new LinkMessage.Ownership("web", LinkMessage.State.ACTIVE, "lb1", 3, "elected"),
                new LinkMessage.Status("{\"node\":\"lb1\"}"),
                new LinkMessage.Standing(true, "root, for 600 s"),
                new LinkMessage.Standing(false, ""),
                new LinkMessage.Alarm("somebody took [/10.77.0.100] off proa1: put back"),
                new LinkMessage.MayLeave());
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void everyMessageComesBackAsItWent(LinkMessage message) {
        LinkCodec codec = new LinkCodec();
        codec.feed(ByteBuffer.wrap(LinkCodec.encode(message)));
        assertThat(codec.next()).isEqualTo(message);
        assertThat(codec.next()).isNull();
    }

    @Test
    void theHeartbeatHasTheseBytesForever() {
        assertThat(HexFormat.of().formatHex(LinkCodec.encode(new LinkMessage.Heartbeat(1, 2))))
                .isEqualTo(
                        "50524f4c010100020000001c"
                                + "0001000000080000000000000001"
                                + "0002000000080000000000000002");
    }

    @Test
    void aMessageOfANewerVersionIsSkipped() {
        LinkCodec codec = new LinkCodec();
        codec.feed(
                ByteBuffer.wrap(
                        new FrameWriter(LinkCodec.MAGIC, 2, 1, 999).text(1, "?").toBytes()));
        codec.feed(
                ByteBuffer.wrap(new FrameWriter(LinkCodec.MAGIC, 2, 2, 1).text(1, "?").toBytes()));
        codec.feed(ByteBuffer.wrap(LinkCodec.encode(new LinkMessage.Leaving())));
        assertThat(codec.next()).isEqualTo(new LinkMessage.Leaving());
    }

    @Test
    void whoOnlyLooksIsNotWaitedForWhenHeAnnouncesMore() {
        byte[] most = named(LinkCodec.LOOKER_FRAME_BYTES_MAX);
        LinkCodec takes = LinkCodec.ofLooker();
        takes.feed(ByteBuffer.wrap(most));
        assertThat(takes.next()).isInstanceOf(LinkMessage.Drained.class);
        LinkCodec refuses = LinkCodec.ofLooker();
        byte[] more = named(LinkCodec.LOOKER_FRAME_BYTES_MAX + 1);
        refuses.feed(ByteBuffer.wrap(more, 0, FrameWriter.HEADER_BYTES));
        assertThatThrownBy(refuses::next).hasMessage("frame of 4097 bytes, 4096 allowed");
        LinkCodec ofNode = new LinkCodec();
        ofNode.feed(ByteBuffer.wrap(more));
        assertThat(ofNode.next()).isInstanceOf(LinkMessage.Drained.class);
    }

    /** A message whose body has so many bytes, six of them the header of its field. */
    private static byte[] named(int bytes) {
        return LinkCodec.encode(new LinkMessage.Drained("x".repeat(bytes - 6)));
    }

    @Test
    void aStrangerOnTheSocketIsRefused() {
        LinkCodec codec = new LinkCodec();
        codec.feed(ByteBuffer.wrap(new byte[64]));
        assertThatThrownBy(codec::next).isInstanceOf(IllegalArgumentException.class);
    }
}
