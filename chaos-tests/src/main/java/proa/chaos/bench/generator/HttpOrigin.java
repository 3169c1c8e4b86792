package proa.chaos.bench.generator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Answers each request of HTTP/1.1 (RFC 9112) in the order of their coming, with 128 bytes and the
 * fields that servers usually send. It looks for the ends of heads only: requests of the bench have
 * no bodies. A line that ends in {@code close} asks for the end of the connection.
 */
final class HttpOrigin extends ChannelInboundHandlerAdapter {

    /** CR LF CR LF. */
    private static final int HEAD_END = 0x0d0a_0d0a;

    /** {@code close} CR LF, letters in any case. */
    private static final long CLOSE_END = 0x63_6c6f_7365_0d0aL;

    private static final long SEVEN_BYTES = 0xff_ffff_ffff_ffffL;
    private static final long LETTERS_LOWER = 0x20_2020_2020_0000L;

    private static final ByteBuf ANSWER = answer();

    /** The last eight bytes, the latest lowest. */
    private long tail;

    private boolean closes;

    private static ByteBuf answer() {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        String text =
                """
                HTTP/1.1 200 OK\r
                Server: bench\r
                Date: %s\r
                Content-Type: text/plain\r
                Content-Length: %d\r
                Connection: keep-alive\r
                \r
                %s\
                """
                        .formatted(
                                date,
                                BenchServer.MESSAGE_BYTES,
                                "x".repeat(BenchServer.MESSAGE_BYTES));
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(text.length()).writeBytes(text.getBytes(US_ASCII)));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        int heads = 0;
        long before = tail;
        for (int at = bytes.readerIndex(); at < bytes.writerIndex(); at++) {
            before = before << 8 | (bytes.getByte(at) & 0xff);
            if ((byte) before == '\n') {
                closes |= ((before | LETTERS_LOWER) & SEVEN_BYTES) == CLOSE_END;
                heads += (int) before == HEAD_END ? 1 : 0;
            }
        }
        tail = before;
        bytes.release();
        for (int head = 1; head <= heads; head++) {
            if (closes && head == heads) {
                context.write(ANSWER.duplicate()).addListener(ChannelFutureListener.CLOSE);
            } else {
                context.write(ANSWER.duplicate(), context.voidPromise());
            }
        }
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
