package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Event.Signal;
import proa.node.exchange.Exchange.Phase;
import proa.node.message.Refusal;
import proa.node.message.RequestHead;

/**
 * The body of a client's request on its way from the bytes that have arrived to the server; before
 * there is one, perhaps under a look. On one event loop.
 */
final class RequestUpload {

    private final HttpClientConnection client;
    private final Inbox inbox;
    private final ServerSide server;
    private final BodyFollower body = new BodyFollower();
    private boolean written;

    RequestUpload(HttpClientConnection client, Inbox inbox, ServerSide server) {
        this.client = client;
        this.inbox = inbox;
        this.server = server;
    }

    /**
     * Begins the next one; how many of the bytes that are there go together with the head.
     *
     * @param contentMax bytes of content that it may have
     * @param togetherMax bytes that may go together
     */
    int begin(RequestHead head, long contentMax, ByteBuf bytes, int togetherMax) {
        body.begin(head.body(), head.bodyLength(), contentMax);
        return body.follow(bytes, togetherMax);
    }

    /** Whether all of it has passed. */
    boolean done() {
        return body.done();
    }

    /** What is wrong with it, or null. */
    @Nullable Refusal refusal() {
        return body.refusal();
    }

    /** Whether its end, or what is wrong with it, is in these bytes, which come next. */
    boolean endsIn(ByteBuf bytes) {
        return body.endsIn(bytes);
    }

    /** Whether more is read from the client though something waits. */
    boolean wantsMore() {
        return server.look() != null;
    }

    /** Passes on what it can of the bytes that wait; whether something can be done with more. */
    boolean pass(ByteBuf bytes, Phase phase) {
        ServerConnection to = server.connection();
        if (to == null || phase == Phase.CONNECTING || body.done()) {
            BodyLook look = server.look();
            return look != null && lookOn(look, bytes);
        }
        int count = body.follow(bytes, bytes.readableBytes());
        Refusal wrong = body.refusal();
        if (wrong != null) {
            client.on(server.refused(wrong));
            return true;
        }
        to.write(inbox.take(bytes, count));
        written = true;
        if (body.done()) {
            client.on(Signal.REQUEST_ENDED);
        }
        client.alive();
        return !inbox.isEmpty();
    }

    /** A body that waits for a server is looked at, and stays where it is. */
    private boolean lookOn(BodyLook look, ByteBuf bytes) {
        Refusal wrong = look.more(bytes);
        if (wrong != null) {
            client.on(server.refused(wrong));
        } else {
            inbox.waits();
            client.connect(server.connectNext());
        }
        return server.look() == null;
    }

    /** Sends what was passed on. */
    void flush() {
        if (written) {
            written = false;
            server.flush();
        }
    }
}
