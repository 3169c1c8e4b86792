package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Traffic.Decision;
import proa.node.protocol.http1.ErrorPages.Page;

import java.nio.charset.StandardCharsets;

/** An answer of the balancer's own. */
public final class OwnReply {

    private static final String NO_STORE = "Cache-Control: no-store\r\n";
    private static final String PLAIN = "Content-Type: text/plain; charset=utf-8\r\n";

    private OwnReply() {}

    /**
     * What the operator wrote for this request, or a refusal: a status and one sentence, or the
     * operator's page for that status.
     *
     * @param more further field lines, each with its end
     * @param respond what rules prepared, or null for a refusal
     * @param close whether the connection ends behind it
     * @param toHead whether it answers a HEAD request
     */
    public static ByteBuf of(
            ByteBufAllocator allocator,
            ErrorPages pages,
            Reply reply,
            String more,
            Decision.@Nullable Respond respond,
            boolean close,
            boolean toHead) {
        if (respond != null) {
            return message(
                    allocator,
                    respond.status(),
                    respond.fields() + more,
                    respond.body(),
                    close,
                    toHead);
        }
        Page page = pages.of(reply.status());
        String fields = page == null ? PLAIN : "Content-Type: " + page.type() + "\r\n";
        byte[] body =
                page == null
                        ? ("Proa: " + reply.explanation() + "\n").getBytes(StandardCharsets.UTF_8)
                        : page.body();
        return message(allocator, reply.status(), fields + NO_STORE + more, body, close, toHead);
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
