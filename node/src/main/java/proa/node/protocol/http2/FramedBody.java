package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.message.Body;
import proa.node.message.ChunkScanner;
import proa.node.message.HeadBuffer;

/**
 * Takes a body out of the framing of HTTP/1.1, which has been found sound before. On one event
 * loop.
 */
final class FramedBody {

    private final ChunkScanner chunks = new ChunkScanner();
    private @Nullable HeadBuffer trailers;
    private Body framing = Body.NONE;
    private long left;

    /** A body begins. */
    void begin(Body how, long length) {
        framing = how;
        left = length;
        chunks.reset();
    }

    /** Whether all of it has come; never of one that ends with the connection. */
    boolean done() {
        return switch (framing) {
            case NONE -> true;
            case LENGTH -> left == 0;
            case CHUNKED -> chunks.done();
            case UNTIL_CLOSE -> false;
        };
    }

    /** Reads so many bytes of framed body, and adds its content to the output. */
    void read(ByteBuf bytes, int count, StreamOutput to) {
        switch (framing) {
            case NONE -> bytes.skipBytes(count);
            case LENGTH, UNTIL_CLOSE -> {
                left -= count;
                add(bytes, count, to);
            }
            case CHUNKED -> chunked(bytes, bytes.readerIndex() + count, to);
        }
    }

    private static void add(ByteBuf bytes, int count, StreamOutput to) {
        if (count > 0) {
            to.add(bytes.readRetainedSlice(count));
        }
    }

    private void chunked(ByteBuf bytes, int end, StreamOutput to) {
        while (bytes.readerIndex() < end && !chunks.done()) {
            long data = chunks.dataLeft();
            if (data > 0) {
                int part = (int) Math.min(data, end - bytes.readerIndex());
                chunks.skip(part);
                add(bytes, part, to);
            } else {
                framing(bytes.readByte());
            }
        }
    }

    private void framing(byte b) {
        if (chunks.inTrailers()) {
            HeadBuffer lines = trailers == null ? new HeadBuffer() : trailers;
            trailers = lines;
            lines.append(new byte[] {b});
        }
        chunks.step(b);
    }

    /** The lines behind the last chunk, or null when there are none. */
    @Nullable HeadBuffer trailers() {
        HeadBuffer lines = trailers;
        return lines == null || lines.bytes()[0] == '\r' ? null : lines;
    }
}
