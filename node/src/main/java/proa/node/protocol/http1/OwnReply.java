package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;

import proa.node.exchange.Traffic.Decision;
import proa.node.protocol.http1.ErrorPages.Page;

import java.nio.charset.StandardCharsets;

/** An answer of the balancer's own. */
public final class OwnReply {

    private static final String NO_STORE = "Cache-Control: no-store\r\n";
    private static final String PLAIN = "Content-Type: text/plain; charset=utf-8\r\n";

    private OwnReply() {}

    /**
     * A refusal: a status and one sentence, or the operator's page for that status.
     *
     * @param close whether the connection ends behind it
     * @param toHead whether it answers a HEAD request
     */
    public static ByteBuf of(
            ByteBufAllocator allocator,
            ErrorPages pages,
            int status,
            String explanation,
            boolean close,
            boolean toHead) {
        Page page = pages.of(status);
        String fields = page == null ? PLAIN : "Content-Type: " + page.type() + "\r\n";
        byte[] body =
                page == null
                        ? ("Proa: " + explanation + "\n").getBytes(StandardCharsets.UTF_8)
                        : page.body();
        return message(allocator, status, fields + NO_STORE, body, close, toHead);
    }

    /** What the operator wrote. */
    public static ByteBuf of(
            ByteBufAllocator allocator, Decision.Respond respond, boolean close, boolean toHead) {
        return message(
                allocator, respond.status(), respond.fields(), respond.body(), close, toHead);
    }

    private static ByteBuf message(
            ByteBufAllocator allocator,
            int status,
            String fields,
            byte[] body,
            boolean close,
            boolean toHead) {
        String head =
                "HTTP/1.1 "
                        + HttpResponseStatus.valueOf(status)
                        + "\r\n"
                        + fields
                        + length(status, body)
                        + (close ? "Connection: close\r\n\r\n" : "\r\n");
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf message = allocator.directBuffer(bytes.length + body.length).writeBytes(bytes);
        return toHead ? message : message.writeBytes(body);
    }

    /** RFC 9110 §8.6: a 204 has none, and a 304 none that would be true. */
    private static String length(int status, byte[] body) {
        return status == 204 || status == 304 ? "" : "Content-Length: " + body.length + "\r\n";
    }
}
