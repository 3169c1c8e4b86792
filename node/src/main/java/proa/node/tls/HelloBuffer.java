package proa.node.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

import org.jspecify.annotations.Nullable;

import proa.node.hello.ClientHello;
import proa.node.hello.Hello;

/**
 * The first bytes of a client, until its ClientHello is whole; at most {@link
 * ClientHello#BYTES_MAX} and what one read adds. On one event loop.
 */
public final class HelloBuffer {

    private @Nullable ByteBuf held;
    private int needed;

    /** Takes over bytes; what they are together with those before. */
    public Hello add(ByteBufAllocator allocator, ByteBuf bytes) {
        ByteBuf all =
                held == null
                        ? bytes
                        : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, held, bytes);
        held = all;
        int length = Math.min(all.readableBytes(), ClientHello.BYTES_MAX);
        if (length < needed) {
            return new Hello.Partial(needed);
        }
        byte[] copy = new byte[length];
        all.getBytes(all.readerIndex(), copy);
        Hello hello = ClientHello.read(copy, length);
        if (hello instanceof Hello.Partial(int bytesNeeded)) {
            needed = bytesNeeded;
            return length == ClientHello.BYTES_MAX ? new Hello.Refused("too long") : hello;
        }
        return hello;
    }

    /** Whether anything has come. */
    public boolean isEmpty() {
        return held == null;
    }

    /** Everything that has come, for whoever is next; then this is empty. */
    public @Nullable ByteBuf take() {
        ByteBuf all = held;
        held = null;
        return all;
    }

    /** Nobody wants it any more. */
    public void drop() {
        ByteBuf all = take();
        if (all != null) {
            all.release();
        }
    }
}
