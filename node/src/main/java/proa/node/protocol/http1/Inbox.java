package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

import org.jspecify.annotations.Nullable;

import proa.node.message.HeadLimits;

/**
 * Bytes that have arrived and are not dealt with: none, or one buffer. What comes out belongs to
 * who takes it.
 */
public final class Inbox {

    /** So few bytes do not keep a buffer that holds more than {@link #ROOM_BYTES_MAX}. */
    private static final int LITTLE_BYTES_MAX = 1 << 10;

    private static final int ROOM_BYTES_MAX = 8 << 10;

    private @Nullable ByteBuf bytes;
    private int examined;
    private int lineBegin;

    /** Takes over what has arrived. */
    public void add(ByteBufAllocator allocator, ByteBuf arrived) {
        ByteBuf before = bytes;
        if (before == null) {
            bytes = arrived;
            return;
        }
        // Parts that were taken share the memory, which must not move under them.
        if (before.refCnt() == 1) {
            before.discardSomeReadBytes();
        }
        bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, before, arrived);
    }

    /** What is there, still owned here; null: nothing. */
    public @Nullable ByteBuf bytes() {
        return bytes;
    }

    /** Whether there is nothing. */
    public boolean isEmpty() {
        return bytes == null;
    }

    /** So many bytes from the front; the buffer itself if that is all. */
    ByteBuf take(ByteBuf from, int count) {
        if (count == from.readableBytes()) {
            bytes = null;
            return from;
        }
        return from.readRetainedSlice(count);
    }

    /** Everything, or null. */
    public @Nullable ByteBuf takeAll() {
        ByteBuf taken = bytes;
        bytes = null;
        return taken;
    }

    /** Gives back what has been read to its end. */
    public void dropIfRead() {
        if (bytes != null && !bytes.isReadable()) {
            drop();
        }
    }

    /**
     * Puts little that has to wait into a buffer of its own. One who was fast before gets large
     * buffers, and thousands who then send a byte each would keep as many of them.
     */
    public void waits() {
        ByteBuf large = bytes;
        if (large != null
                && large.capacity() > ROOM_BYTES_MAX
                && large.readableBytes() <= LITTLE_BYTES_MAX) {
            bytes = large.alloc().directBuffer(large.readableBytes()).writeBytes(large);
            large.release();
        }
    }

    /** Gives back everything. */
    public void drop() {
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }

    /**
     * Whether reading a head may get further than the last time. Somebody who sends byte after byte
     * makes us look again only with every line, or when a line is too long.
     */
    boolean mayHoldHead(ByteBuf from, HeadLimits limits) {
        return examined == 0
                || from.readableBytes() - lineBegin >= limits.lineBytesMax()
                || from.readableBytes() >= limits.headBytesMax()
                || from.indexOf(from.readerIndex() + examined, from.writerIndex(), (byte) '\n')
                        >= 0;
    }

    /** A head is not complete yet; returns whether this is the first time for this head. */
    boolean headIsPartial(ByteBuf from) {
        boolean first = examined == 0;
        examined = from.readableBytes();
        int lineEnd = from.indexOf(from.writerIndex(), from.readerIndex(), (byte) '\n');
        lineBegin = lineEnd < 0 ? 0 : lineEnd + 1 - from.readerIndex();
        waits();
        return first;
    }

    /** The next head is another one. */
    void headIsWhole() {
        examined = 0;
    }
}
