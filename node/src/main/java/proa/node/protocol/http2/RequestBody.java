package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import proa.node.message.HeadBuffer;
import proa.node.protocol.http1.ServerConnection;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The body of a request between the DATA frames it comes in and the framing of HTTP/1.1 it goes out
 * in. What the server does not take yet waits here; the client is allowed no more for it. On one
 * event loop.
 */
final class RequestBody {

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

    /** Chunks up to this size are copied between their size and their end. */
    private static final int COPIED_BYTES_MAX = 4 << 10;

    /** What is to become of a frame. */
    enum Judgement {
        FINE,
        /** It is not what Content-Length said (RFC 9113 §8.1.1). */
        MALFORMED,
        /** The body is larger than allowed. */
        TOO_LARGE
    }

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private long length = -1;
    private long bytesMax;
    private long seen;
    private boolean ended;
    private boolean passedOn;
    private boolean tunnel;
    private byte @Nullable [] trailers;

    /**
     * A body begins.
     *
     * @param announced what Content-Length says; -1: nothing
     * @param none whether there is none
     */
    Judgement begin(long announced, boolean none, long max) {
        length = announced;
        ended = none;
        passedOn = none;
        bytesMax = max;
        return announced > max ? Judgement.TOO_LARGE : Judgement.FINE;
    }

    /** No body begins but a tunnel: bytes as they are, without number. */
    Judgement beginTunnel() {
        tunnel = true;
        return begin(-1, false, Long.MAX_VALUE);
    }

    /** Takes over the bytes of a frame; {@code last}: the body ends with it. */
    Judgement add(ByteBuf bytes, boolean last) {
        seen += bytes.readableBytes();
        if (bytes.isReadable()) {
            waiting.addLast(bytes);
        } else {
            bytes.release();
        }
        ended |= last;
        if (length >= 0 && (seen > length || last && seen < length)) {
            return Judgement.MALFORMED;
        }
        return seen > bytesMax ? Judgement.TOO_LARGE : Judgement.FINE;
    }

    /** The body has ended with these lines behind it; what has a length has no place for them. */
    Judgement end(HeadBuffer lines) {
        if (length < 0 && lines.length() > 0) {
            trailers = Arrays.copyOf(lines.bytes(), lines.length());
        }
        ended = true;
        return length >= 0 && seen < length ? Judgement.MALFORMED : Judgement.FINE;
    }

    /** Passes on what the server takes now; how many bytes that was. */
    int forward(ServerConnection to, ByteBufAllocator allocator) {
        int passed = 0;
        while (to.isWritable() && !waiting.isEmpty()) {
            ByteBuf bytes = waiting.removeFirst();
            passed += bytes.readableBytes();
            write(to, allocator, bytes);
        }
        if (ended && waiting.isEmpty() && !passedOn) {
            passedOn = true;
            if (tunnel) {
                to.endOutput();
            } else if (length < 0) {
                to.write(lastChunk(allocator));
            }
        }
        return passed;
    }

    private void write(ServerConnection to, ByteBufAllocator allocator, ByteBuf bytes) {
        if (length >= 0 || tunnel) {
            to.write(bytes);
            return;
        }
        byte[] size =
                (Integer.toHexString(bytes.readableBytes()) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        if (bytes.readableBytes() <= COPIED_BYTES_MAX) {
            ByteBuf chunk = allocator.directBuffer(size.length + bytes.readableBytes() + 2);
            chunk.writeBytes(size).writeBytes(bytes).writeBytes(CRLF);
            bytes.release();
            to.write(chunk);
        } else {
            to.write(allocator.directBuffer(size.length).writeBytes(size));
            to.write(bytes);
            to.write(allocator.directBuffer(2).writeBytes(CRLF));
        }
    }

    private ByteBuf lastChunk(ByteBufAllocator allocator) {
        byte[] behind = trailers == null ? new byte[0] : trailers;
        return allocator
                .directBuffer(LAST_CHUNK.length + behind.length + CRLF.length)
                .writeBytes(LAST_CHUNK)
                .writeBytes(behind)
                .writeBytes(CRLF);
    }

    /** Whether the client has sent all of it. */
    boolean ended() {
        return ended;
    }

    /** Whether the server has been given all of it. */
    boolean passedOn() {
        return passedOn;
    }

    /** Gives back what waits; how many bytes that was. */
    int drop() {
        int dropped = 0;
        for (ByteBuf bytes = waiting.pollFirst(); bytes != null; bytes = waiting.pollFirst()) {
            dropped += bytes.readableBytes();
            bytes.release();
        }
        return dropped;
    }
}
