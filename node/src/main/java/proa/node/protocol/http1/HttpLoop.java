package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import proa.node.listener.Loop;
import proa.node.message.HeadBuffer;
import proa.node.message.RequestHead;
import proa.node.message.ResponseHead;
import proa.node.upstream.IdleConnections;

/**
 * What all HTTP connections of one event loop share: one place to read a head, one to write one,
 * and the idle connections to servers. Each is used up before control goes back to the loop.
 */
public final class HttpLoop {

    private final Loop loop;
    private final RequestHead request = new RequestHead();
    private final ResponseHead response = new ResponseHead();
    private final HeadBuffer out = new HeadBuffer();
    private final IdleConnections<HttpServerConnection> idle = new IdleConnections<>();
    private byte[] scratch = new byte[16 << 10];
    private int held;

    private HttpLoop(Loop loop) {
        this.loop = loop;
    }

    /** The one of an event loop. */
    public static HttpLoop of(Loop loop) {
        return loop.part(HttpLoop.class, HttpLoop::new);
    }

    /** The event loop. */
    public Loop loop() {
        return loop;
    }

    /** Where request heads are read. */
    public RequestHead request() {
        return request;
    }

    /** Where response heads are read. */
    public ResponseHead response() {
        return response;
    }

    /** Where heads are written. */
    public HeadBuffer out() {
        return out;
    }

    IdleConnections<HttpServerConnection> idle() {
        return idle;
    }

    /**
     * Copies what is readable, at most {@code max} bytes, to {@link #scratch()}; how many bytes
     * that is.
     */
    public int toScratch(ByteBuf from, int max) {
        int count = Math.min(from.readableBytes(), max);
        if (count > scratch.length) {
            scratch = new byte[Math.max(count, scratch.length * 2)];
        }
        from.getBytes(from.readerIndex(), scratch, 0, count);
        return count;
    }

    /**
     * Copies a head that was put together elsewhere to {@link #scratch()}; how many bytes it has.
     */
    public int toScratch(HeadBuffer head) {
        if (head.length() > scratch.length) {
            scratch = new byte[Math.max(head.length(), scratch.length * 2)];
        }
        System.arraycopy(head.bytes(), 0, scratch, 0, head.length());
        return head.length();
    }

    /** Heads are read here: an array is faster to walk over than a buffer, and heads are small. */
    public byte[] scratch() {
        return scratch;
    }

    /** A buffer with the head in {@link #out()} and room for so many bytes more. */
    public ByteBuf head(ByteBufAllocator allocator, int more) {
        ByteBuf head = allocator.directBuffer(out.length() + more);
        return head.writeBytes(out.bytes(), 0, out.length());
    }

    /** Clients held by {@link Answering}. */
    public int held() {
        return held;
    }

    /** One client more, or one less. */
    public void hold(int more) {
        held += more;
    }
}
