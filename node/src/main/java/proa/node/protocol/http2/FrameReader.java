package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

import proa.node.http2.FrameHeader;
import proa.node.http2.Violation;
import proa.node.protocol.http1.Inbox;

/** Cuts what arrives into frames. On one event loop. */
public final class FrameReader {

    /** Who gets them. */
    public interface Taker {
        /**
         * Takes a frame that is sound by itself.
         *
         * @param payload exactly its bytes; valid during the call
         * @return what the other side may not do, or null
         */
        @Nullable Violation frame(FrameHeader header, ByteBuf payload);

        /**
         * Takes a violation.
         *
         * @return whether to go on
         */
        boolean violated(Violation violation);

        /** Whether no more frames are wanted. */
        boolean isOver();
    }

    private final Inbox inbox = new Inbox();
    private final FrameHeader header = new FrameHeader();
    private final Taker taker;
    private boolean reading;

    /** Nothing has arrived yet. */
    public FrameReader(Taker taker) {
        this.taker = taker;
    }

    /** Takes over what has arrived. */
    public void add(ByteBufAllocator allocator, ByteBuf bytes) {
        inbox.add(allocator, bytes);
        if (!reading) {
            reading = true;
            read();
            reading = false;
            inbox.dropIfRead();
            inbox.waits();
        }
    }

    private void read() {
        boolean more = true;
        while (more) {
            ByteBuf bytes = inbox.bytes();
            more = bytes != null && bytes.readableBytes() >= FrameHeader.BYTES && frame(bytes);
        }
    }

    private boolean frame(ByteBuf bytes) {
        int at = bytes.readerIndex();
        header.read(bytes.getLong(at), bytes.getByte(at + FrameHeader.BYTES - 1));
        Violation wrong = header.check(FrameHeader.PAYLOAD_BYTES_FIRST);
        if (wrong != null && wrong.endsConnection()) {
            return taker.violated(wrong);
        }
        if (bytes.readableBytes() < FrameHeader.BYTES + header.length()) {
            return false;
        }
        ByteBuf payload = bytes.skipBytes(FrameHeader.BYTES).readSlice(header.length());
        if (wrong == null) {
            wrong = taker.frame(header, payload);
        }
        return (wrong == null || taker.violated(wrong)) && !taker.isOver();
    }

    /** Gives back what is there. */
    public void drop() {
        inbox.drop();
    }
}
