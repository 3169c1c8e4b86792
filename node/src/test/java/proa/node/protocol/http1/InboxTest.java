package proa.node.protocol.http1;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.junit.jupiter.api.Test;

import proa.node.message.HeadLimits;

import java.util.Objects;

class InboxTest {

    private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
    private static final int ROUNDS = 10_000;

    private final Inbox inbox = new Inbox();

    private ByteBuf add(String text) {
        inbox.add(ALLOCATOR, ByteBufUtil.writeAscii(ALLOCATOR, text));
        return Objects.requireNonNull(inbox.bytes());
    }

    @Test
    void aStreamThatNeverEndsOnABoundaryDoesNotGrow() {
        ByteBuf bytes = add("b");
        for (int round = 0; round < ROUNDS; round++) {
            bytes = add("cdefgha" + "b");
            bytes.skipBytes(8);
            assertThat(bytes.readableBytes()).isEqualTo(1);
        }
        assertThat(bytes.capacity()).isLessThan(1 << 10);
        inbox.drop();
        assertThat(bytes.refCnt()).isZero();
    }

    @Test
    void littleThatWaitsDoesNotKeepALargeBuffer() {
        ByteBuf large = ALLOCATOR.directBuffer(64 << 10).writeBytes("GET / HT".getBytes(US_ASCII));
        inbox.add(ALLOCATOR, large);
        assertThat(inbox.headIsPartial(large)).isTrue();
        assertThat(large.refCnt()).isZero();
        ByteBuf own = Objects.requireNonNull(inbox.bytes());
        assertThat(own.capacity()).isLessThan(64);
        assertThat(add("TP/1.1").toString(US_ASCII)).isEqualTo("GET / HTTP/1.1");
        inbox.drop();
    }

    /** To read it again for each byte would be work of the square of its length. */
    @Test
    void aLongHeadIsReadAgainOnlyWhenALineHasEndedOrIsTooLong() {
        HeadLimits limits = new HeadLimits(10, 40, 100);
        ByteBuf bytes = add("a: 12345\r\nb: 12345\r\n");
        assertThat(inbox.mayHoldHead(bytes, limits)).isTrue();
        inbox.headIsPartial(bytes);
        bytes = add("c: 123456");
        assertThat(inbox.mayHoldHead(bytes, limits)).isFalse();
        bytes = add("7");
        assertThat(inbox.mayHoldHead(bytes, limits)).as("too long").isTrue();
        inbox.headIsPartial(bytes);
        bytes = add("\r\n");
        assertThat(inbox.mayHoldHead(bytes, limits)).as("ended").isTrue();
        inbox.headIsPartial(bytes);
        bytes = add("d: 1");
        assertThat(inbox.mayHoldHead(bytes, limits)).isFalse();
        bytes = add("234");
        assertThat(inbox.mayHoldHead(bytes, limits)).isFalse();
        bytes = add("5");
        assertThat(inbox.mayHoldHead(bytes, limits)).as("all is too long").isTrue();
        inbox.drop();
    }

    @Test
    void muchThatWaitsIsNotCopied() {
        ByteBuf large = ALLOCATOR.directBuffer(64 << 10).writeZero(2 << 10);
        inbox.add(ALLOCATOR, large);
        inbox.waits();
        assertThat(inbox.bytes()).isSameAs(large);
        inbox.drop();
    }

    @Test
    void aPartThatWasTakenStaysWhatItIs() {
        ByteBuf bytes = add("0123456789abcdef");
        ByteBuf part = inbox.take(bytes, 12);
        bytes.skipBytes(3);
        ByteBuf more = add("0123456789abcdef");
        assertThat(part.toString(US_ASCII)).isEqualTo("0123456789ab");
        assertThat(more.toString(US_ASCII)).isEqualTo("f0123456789abcdef");
        part.release();
        inbox.drop();
    }
}
