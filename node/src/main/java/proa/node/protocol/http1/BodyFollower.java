package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.message.Body;
import proa.node.message.ChunkScanner;
import proa.node.message.Refusal;

/** Finds where a body ends in the bytes that pass by, and changes none of them. */
final class BodyFollower {

    private final ChunkScanner chunks = new ChunkScanner();
    private Body body = Body.NONE;
    private long left;
    private long roomLeft;
    private @Nullable Refusal refusal;

    /** Begins a body; at most {@code bytesMax} bytes of content. */
    void begin(Body next, long length, long bytesMax) {
        body = next;
        left = length;
        roomLeft = bytesMax;
        refusal = null;
        switch (next) {
            case LENGTH -> refusal = length > bytesMax ? Refusal.BODY_LENGTH : null;
            case CHUNKED -> chunks.reset();
            case NONE, UNTIL_CLOSE -> {}
        }
    }

    /** Whether all of it has passed. */
    boolean done() {
        return switch (body) {
            case NONE -> true;
            case LENGTH -> left == 0;
            case CHUNKED -> chunks.done();
            case UNTIL_CLOSE -> false;
        };
    }

    /** What is wrong with it, or null. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    /**
     * How many of the readable bytes, looking at {@code max}, belong to the body. Those will have
     * passed.
     */
    int follow(ByteBuf bytes, int max) {
        return follow(bytes, bytes.readerIndex(), Math.min(bytes.readableBytes(), max));
    }

    /** Likewise of so many bytes from that index on. */
    int follow(ByteBuf bytes, int from, int count) {
        return switch (body) {
            case NONE -> 0;
            case LENGTH -> {
                int part = (int) Math.min(left, count);
                left -= part;
                yield part;
            }
            case CHUNKED -> chunked(bytes, from, count);
            case UNTIL_CLOSE -> count;
        };
    }

    /** Bytes of content that come next; 0: the next byte is framing, or there is none. */
    long contentNext() {
        return switch (body) {
            case NONE -> 0;
            case LENGTH -> left;
            case CHUNKED -> chunks.dataLeft();
            case UNTIL_CLOSE -> Long.MAX_VALUE;
        };
    }

    /** Whether its end, or what is wrong with it, is in these bytes, which come next. */
    boolean endsIn(ByteBuf bytes) {
        BodyFollower ahead = new BodyFollower();
        ahead.body = body;
        ahead.left = left;
        ahead.roomLeft = roomLeft;
        ahead.chunks.goOnFrom(chunks);
        ahead.follow(bytes, bytes.readableBytes());
        return ahead.done() || ahead.refusal != null;
    }

    private int chunked(ByteBuf bytes, int from, int count) {
        int at = from;
        int to = from + count;
        while (at < to && !chunks.done() && refusal == null) {
            long data = chunks.dataLeft();
            if (data > 0) {
                int part = (int) Math.min(data, to - at);
                chunks.skip(part);
                at += part;
            } else {
                framing(bytes.getByte(at));
                at++;
            }
        }
        return at - from;
    }

    private void framing(byte b) {
        refusal = chunks.step(b);
        long begun = chunks.dataLeft();
        if (begun > 0) {
            roomLeft -= begun;
            if (roomLeft < 0) {
                refusal = Refusal.BODY_LENGTH;
            }
        }
    }
}
