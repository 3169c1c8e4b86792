package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.http2.SendWindow;
import proa.node.message.HeadBuffer;

import java.util.ArrayDeque;

/**
 * What waits to go out on one stream: bytes of a body, then perhaps trailers, then the end. On one
 * event loop.
 */
final class StreamOutput {

    private final int stream;
    private final FrameOutput frames;
    private final SendWindow window;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean ending;
    private boolean ended;

    /** Whether the connection has this in line for writing. */
    private boolean inLine;

    private @Nullable HeadBuffer trailers;

    StreamOutput(int stream, FrameOutput frames, int windowBytes) {
        this.stream = stream;
        this.frames = frames;
        this.window = new SendWindow(windowBytes);
    }

    SendWindow window() {
        return window;
    }

    /** Takes over bytes of the body. */
    void add(ByteBuf part) {
        bytes += part.readableBytes();
        waiting.addLast(part);
    }

    /** Nothing comes behind what waits but these lines, if any. */
    void end(@Nullable HeadBuffer lines) {
        ending = true;
        trailers = lines;
    }

    /** The end has gone out already, with the head. */
    void endedWithHead() {
        ending = true;
        ended = true;
    }

    /** Whether the end was said. */
    boolean ending() {
        return ending;
    }

    /** Whether the end has gone out. */
    boolean ended() {
        return ended;
    }

    /** Bytes that wait. */
    long waitingBytes() {
        return bytes;
    }

    /** Whether something could go out if the connection lets it. */
    boolean ready() {
        return bytes > 0 ? window.available() > 0 : ending && !ended;
    }

    /**
     * Writes one frame.
     *
     * @param max bytes that the connection takes
     * @return how many bytes of DATA that was
     */
    int writeOne(int max, FieldList scratch, int payloadMax) {
        ByteBuf first = waiting.peekFirst();
        if (first == null) {
            writeEnd(scratch, payloadMax);
            return 0;
        }
        int count = Math.min(Math.min(max, window.available()), first.readableBytes());
        if (count == 0) {
            return 0;
        }
        ByteBuf part;
        if (count == first.readableBytes()) {
            waiting.removeFirst();
            part = first;
        } else {
            part = first.readRetainedSlice(count);
        }
        bytes -= count;
        window.sent(count);
        boolean last = bytes == 0 && ending && trailers == null;
        frames.data(stream, part, last);
        ended |= last;
        return count;
    }

    private void writeEnd(FieldList scratch, int payloadMax) {
        ended = true;
        HeadBuffer lines = trailers;
        if (lines == null) {
            frames.end(stream);
        } else {
            scratch.clear();
            lines.eachField(
                    0,
                    (at, name, nameEnd, value, end) ->
                            ResponseFields.trailer(scratch, at, name, nameEnd, value, end));
            if (scratch.isEmpty()) {
                frames.end(stream);
            } else {
                frames.headers(stream, true, scratch, payloadMax);
            }
        }
    }

    boolean inLine() {
        return inLine;
    }

    void inLine(boolean now) {
        inLine = now;
    }

    /** Gives back what waits. */
    void drop() {
        for (ByteBuf part = waiting.pollFirst(); part != null; part = waiting.pollFirst()) {
            part.release();
        }
        bytes = 0;
    }
}
