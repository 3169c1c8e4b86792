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
final class HttpLoop {

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

    static HttpLoop of(Loop loop) {
        return loop.part(HttpLoop.class, HttpLoop::new);
    }

    Loop loop() {
        return loop;
    }

    RequestHead request() {
        return request;
    }

    ResponseHead response() {
        return response;
    }

    HeadBuffer out() {
        return out;
    }

    IdleConnections<HttpServerConnection> idle() {
        return idle;
    }

    /**
     * Copies what is readable, at most {@code max} bytes, to {@link #scratch()}; how many bytes
     * that is.
     */
    int toScratch(ByteBuf from, int max) {
        int count = Math.min(from.readableBytes(), max);
        if (count > scratch.length) {
            scratch = new byte[Math.max(count, scratch.length * 2)];
        }
        from.getBytes(from.readerIndex(), scratch, 0, count);
        return count;
    }

    /** Heads are read here: an array is faster to walk over than a buffer, and heads are small. */
    byte[] scratch() {
        return scratch;
    }

    /** A buffer with the head in {@link #out()} and room for so many bytes more. */
    ByteBuf head(ByteBufAllocator allocator, int more) {
        ByteBuf head = allocator.directBuffer(out.length() + more);
        return head.writeBytes(out.bytes(), 0, out.length());
    }

    /** Clients held by {@link Answering}. */
    int held() {
        return held;
    }

    /** One client more, or one less. */
    void hold(int more) {
        held += more;
    }
}
