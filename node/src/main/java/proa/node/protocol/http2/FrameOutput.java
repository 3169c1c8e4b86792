package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersEncoder;

import org.jspecify.annotations.Nullable;

import proa.node.http2.ErrorCode;
import proa.node.http2.FrameHeader;
import proa.node.http2.FrameType;
import proa.node.protocol.http1.ReadWatch;

import java.nio.charset.StandardCharsets;

/**
 * Frames on their way out. Small ones are gathered, so that what one turn of the loop brings goes
 * out in one piece. On one event loop.
 */
final class FrameOutput {

    /** DATA up to this size is copied behind its header. */
    private static final int COPIED_BYTES_MAX = 4 << 10;

    private static final int GATHERED_BYTES = 4 << 10;
    private static final int GATHERED_BYTES_MAX = 16 << 10;

    /** Our table for compressing; peers that offer more get this. */
    private static final int TABLE_BYTES_MAX = 4 << 10;

    private static final int HUFFMAN_FROM_BYTES = 512;
    private static final int TABLE_CAPACITY = 64;

    private final SocketChannel channel;
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(
                    Http2HeadersEncoder.NEVER_SENSITIVE, true, TABLE_CAPACITY, HUFFMAN_FROM_BYTES);
    private @Nullable ByteBuf gathered;
    private @Nullable ReadWatch watch;
    private boolean flushing;

    FrameOutput(SocketChannel channel) {
        this.channel = channel;
    }

    /** Tells of what is written and flushed from now on. */
    void tell(@Nullable ReadWatch who) {
        watch = who;
    }

    private void write(ByteBuf bytes) {
        if (watch != null) {
            watch.wrote(bytes.readableBytes());
        }
        channel.write(bytes, channel.voidPromise());
    }

    private ByteBuf gathered() {
        ByteBuf buffer = gathered;
        if (buffer == null) {
            buffer = channel.alloc().directBuffer(GATHERED_BYTES);
            gathered = buffer;
        }
        return buffer;
    }

    private void writeGathered() {
        ByteBuf buffer = gathered;
        gathered = null;
        if (buffer != null) {
            write(buffer);
        }
    }

    private ByteBuf header(int length, FrameType type, int flags, int stream) {
        ByteBuf buffer = gathered();
        if (buffer.readableBytes() > GATHERED_BYTES_MAX) {
            writeGathered();
            buffer = gathered();
        }
        buffer.writeMedium(length);
        buffer.writeByte(type.code());
        buffer.writeByte(flags);
        buffer.writeInt(stream);
        return buffer;
    }

    /** The table that the other side keeps for us has that size (RFC 7541 §4.2). */
    void tableBytes(int bytes) {
        try {
            encoder.maxHeaderTableSize(Math.min(bytes, TABLE_BYTES_MAX));
        } catch (Http2Exception impossible) {
            throw new IllegalStateException("a size that is none: " + bytes, impossible);
        }
    }

    /** A head; split if it is larger than the other side takes (RFC 9113 §4.3). */
    void headers(int stream, boolean end, FieldList fields, int payloadMax) {
        ByteBuf block = channel.alloc().buffer(256);
        try {
            encoder.encodeHeaders(stream, fields, block);
            FrameType type = FrameType.HEADERS;
            int flags = end ? FrameHeader.END_STREAM : 0;
            do {
                int part = Math.min(block.readableBytes(), payloadMax);
                boolean last = part == block.readableBytes();
                header(part, type, flags | (last ? FrameHeader.END_HEADERS : 0), stream)
                        .writeBytes(block, part);
                type = FrameType.CONTINUATION;
                flags = 0;
            } while (block.isReadable());
        } catch (Http2Exception impossible) {
            throw new IllegalStateException("a head that cannot be encoded", impossible);
        } finally {
            block.release();
        }
    }

    /** Takes over a part of a body. */
    void data(int stream, ByteBuf bytes, boolean end) {
        int flags = end ? FrameHeader.END_STREAM : 0;
        ByteBuf buffer = header(bytes.readableBytes(), FrameType.DATA, flags, stream);
        if (bytes.readableBytes() <= COPIED_BYTES_MAX) {
            buffer.writeBytes(bytes);
            bytes.release();
        } else {
            writeGathered();
            write(bytes);
        }
    }

    /** Nothing but the end of a body. */
    void end(int stream) {
        header(0, FrameType.DATA, FrameHeader.END_STREAM, stream);
    }

    void reset(int stream, ErrorCode code) {
        header(4, FrameType.RST_STREAM, 0, stream).writeInt(code.code());
    }

    /** What we say about ourselves: pairs of identifier and value. */
    void settings(int... pairs) {
        ByteBuf buffer = header(pairs.length / 2 * 6, FrameType.SETTINGS, 0, 0);
        for (int at = 0; at < pairs.length; at += 2) {
            buffer.writeShort(pairs[at]);
            buffer.writeInt(pairs[at + 1]);
        }
    }

    void settingsAck() {
        header(0, FrameType.SETTINGS, FrameHeader.ACK, 0);
    }

    void ping(boolean ack, long payload) {
        header(8, FrameType.PING, ack ? FrameHeader.ACK : 0, 0).writeLong(payload);
    }

    void windowUpdate(int stream, int bytes) {
        header(4, FrameType.WINDOW_UPDATE, 0, stream).writeInt(bytes);
    }

    void goAway(int lastStream, ErrorCode code, String explanation) {
        byte[] text = explanation.getBytes(StandardCharsets.US_ASCII);
        header(8 + text.length, FrameType.GOAWAY, 0, 0)
                .writeInt(lastStream)
                .writeInt(code.code())
                .writeBytes(text);
    }

    /** The first bytes of a client (RFC 9113 §3.4). */
    void preface() {
        gathered().writeBytes(PrefaceReader.PREFACE);
    }

    /** Sends everything at the end of this turn of the loop, unless that one is its last. */
    void flushSoon() {
        if (!flushing && !channel.eventLoop().isShuttingDown()) {
            flushing = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    /** Sends everything now. */
    void flush() {
        flushing = false;
        writeGathered();
        channel.flush();
        if (watch != null) {
            watch.look();
        }
    }

    /** Gives back what was not sent, and the codec's memory. */
    void drop() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        encoder.close();
    }
}
