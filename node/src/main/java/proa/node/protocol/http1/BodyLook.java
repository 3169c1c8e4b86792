package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.message.Body;
import proa.node.message.FormScanner;
import proa.node.message.Refusal;
import proa.node.message.RequestHead;

/**
 * A look at the body of a request whose server is chosen by what it says. Nothing is taken: what
 * has been looked at goes to the server as it came. On one event loop.
 */
public final class BodyLook {

    private final FormScanner form;
    private final BodyFollower body = new BodyFollower();
    private int seen;

    BodyLook(FormScanner form, Body framing, long length) {
        this.form = form;
        body.begin(framing, length, Long.MAX_VALUE); // what is too long is refused where it passes
    }

    /**
     * Looks at a body as it comes on the wire, of which so many bytes are there and on their way
     * already; the framing counts. What is not over has the server's side wait, and a client that
     * waits as well is told to go on (RFC 9110 §10.1.1).
     */
    static void begin(
            FormScanner form,
            RequestHead head,
            ByteBuf bytes,
            int part,
            ServerSide server,
            ClientOutput output) {
        BodyLook look = new BodyLook(form, head.body(), head.bodyLength());
        look.look(bytes, bytes.readerIndex(), bytes.readerIndex() + part);
        if (look.isOver()) {
            return;
        }
        server.waitFor(look);
        if (isAwaited(head)) {
            output.goOn();
        }
    }

    /** Whether the client waits with the body until it is asked for it; none of HTTP/1.0 does. */
    public static boolean isAwaited(RequestHead head) {
        return !head.before11() && head.headerIs("Expect", "100-continue");
    }

    /**
     * At a body whose content alone will be shown.
     *
     * @param bytesMax so much of it may be kept waiting
     */
    public static BodyLook plain(FormScanner form, int bytesMax) {
        form.limit(bytesMax);
        return new BodyLook(form, Body.UNTIL_CLOSE, 0);
    }

    /**
     * Looks at what is new among bytes that wait, of which none are taken meanwhile; what is wrong
     * with them, or null.
     */
    @Nullable Refusal more(ByteBuf waiting) {
        look(waiting, waiting.readerIndex() + seen, waiting.writerIndex());
        seen = waiting.readableBytes();
        return body.refusal();
    }

    /** Looks at content; {@code last}: the body ends with it. */
    public void content(ByteBuf bytes, boolean last) {
        look(bytes, bytes.readerIndex(), bytes.writerIndex());
        if (last) {
            end();
        }
    }

    /** The body has ended. */
    public void end() {
        form.end();
    }

    private void look(ByteBuf bytes, int from, int to) {
        int at = from;
        while (at < to && !isOver() && !body.done() && body.refusal() == null) {
            long content = body.contentNext();
            int part = content == 0 ? 1 : (int) Math.min(content, to - at);
            body.follow(bytes, at, part);
            if (content == 0) {
                form.skip();
            } else {
                take(bytes, at, part);
            }
            at += part;
        }
        if (body.done()) {
            form.end();
        }
    }

    private void take(ByteBuf bytes, int from, int count) {
        for (int at = from; at < from + count && !form.done(); at++) {
            form.step(bytes.getByte(at));
        }
    }

    /** There is no more room for what waits. */
    public void giveUp() {
        form.giveUp();
    }

    /** Whether what has been seen is enough. */
    public boolean isOver() {
        return form.done();
    }
}
