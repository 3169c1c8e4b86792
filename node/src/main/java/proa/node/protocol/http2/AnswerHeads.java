package proa.node.protocol.http2;

import static proa.node.message.Parsed.Progress.WHOLE;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Exchange.Event;
import proa.node.exchange.Exchange.Event.Answered;
import proa.node.exchange.Exchange.Event.RequestRefused;
import proa.node.exchange.Exchange.Event.ResponseRefused;
import proa.node.exchange.Traffic.Decision;
import proa.node.http2.WebSocket;
import proa.node.message.Body;
import proa.node.message.Edits;
import proa.node.message.HeadBuffer;
import proa.node.message.HeadLimits;
import proa.node.message.RequestHead;
import proa.node.message.ResponseEditor;
import proa.node.message.ResponseEditor.Tell;
import proa.node.message.ResponseHead;
import proa.node.protocol.http1.BodyLook;
import proa.node.protocol.http1.HttpLoop;
import proa.node.protocol.http1.OwnReply;
import proa.node.protocol.http1.ServerSide;

/**
 * The heads that answer one request: a server's as rules change them, and our own. On one event
 * loop.
 */
final class AnswerHeads {

    private final Http2ClientConnection connection;
    private final ServerSide server;
    private @Nullable Edits edits;
    private Decision.@Nullable Respond prepared;

    AnswerHeads(Http2ClientConnection connection, ServerSide server) {
        this.connection = connection;
        this.server = server;
    }

    /**
     * A server's answer as the exchange sees it.
     *
     * @param key of the WebSocket handshake that it answers, or null: it is none
     */
    static Event event(ResponseHead head, Body framing, @Nullable String key) {
        String wrong = key == null || head.interim() ? null : WebSocket.wrong(head, key);
        if (wrong != null) {
            return new ResponseRefused(wrong);
        }
        return new Answered(
                head.status(), head.interim(), head.keepsAlive(), framing == Body.UNTIL_CLOSE);
    }

    /** What rules change in the server's response, or null for nothing. */
    void change(@Nullable Edits ofRequest) {
        edits = ofRequest;
    }

    /** An answer of our own contains that, instead of its explanation. */
    RequestRefused prepare(Decision.Respond respond) {
        prepared = respond;
        return new RequestRefused(respond.status(), "");
    }

    /** Puts the head as the client gets it into {@link HttpLoop#out()}. */
    void write(ResponseHead head) {
        HttpLoop shared = connection.shared();
        Edits changed = edits;
        if (changed == null || head.interim()) {
            String cookie = head.interim() ? null : server.setCookie();
            ResponseEditor.write(head, Tell.NOTHING, cookie, shared.out());
        } else {
            ResponseEditor.write(
                    head, Tell.NOTHING, server.setCookie(), changed.response(), shared.out());
        }
        server.record().sent(shared.out().length());
    }

    /** Tells a client that waits with its body to send it. */
    void askForBody(RequestHead head, int stream) {
        if (BodyLook.isAwaited(head)) {
            HeadBuffer out = connection.shared().out().clear();
            out.append("HTTP/1.1 100 Continue\r\n\r\n");
            server.record().sent(out.length());
            connection.sendHead(stream, false, out);
        }
    }

    /** An answer of our own: its head is in {@link HttpLoop#response()}, its body comes back. */
    ByteBuf own(Reply reply, boolean toHead) {
        HttpLoop shared = connection.shared();
        ByteBuf message =
                OwnReply.of(
                        connection.allocator(),
                        connection.protocol().errorPages(),
                        reply,
                        server.record().idField(),
                        prepared,
                        false,
                        toHead);
        int count = shared.toScratch(message, message.readableBytes());
        ResponseHead head = shared.response();
        if (head.parse(shared.scratch(), 0, count, HeadLimits.OF_SERVERS) != WHOLE) {
            throw new IllegalStateException("an answer of our own that is malformed");
        }
        return message.skipBytes(head.end());
    }
}
