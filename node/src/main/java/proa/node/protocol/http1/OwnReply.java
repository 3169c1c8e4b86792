package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;

/** An answer of the balancer's own: a status and one sentence. */
final class OwnReply {

    private OwnReply() {}

    static ByteBuf of(
            ByteBufAllocator allocator,
            int status,
            String explanation,
            boolean close,
            boolean toHead) {
        String body = "Proa: " + explanation + "\n";
        String head =
                "HTTP/1.1 "
                        + HttpResponseStatus.valueOf(status)
                        + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                        + ByteBufUtil.utf8Bytes(body)
                        + "\r\nCache-Control: no-store\r\n"
                        + (close ? "Connection: close\r\n\r\n" : "\r\n");
        return ByteBufUtil.writeUtf8(allocator, toHead ? head : head + body);
    }
}
