package proa.node.protocol.http2;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import proa.node.http2.ReceiveWindow;
import proa.node.message.FormScanner;
import proa.node.message.HeadBuffer;
import proa.node.protocol.http1.BodyLook;
import proa.node.protocol.http1.ServerConnection;
import proa.node.protocol.http1.ServerSide;
import proa.node.protocol.http2.RequestBody.Judgement;

/**
 * The body of one stream's request and the client's leave to send it, which it gets anew for what
 * the server has taken. On one event loop.
 */
final class Upload {

    private final int stream;
    private final Http2ClientConnection connection;
    private final RequestBody body = new RequestBody();
    private final ReceiveWindow window;
    private final int windowBytes;

    /** Null: nobody waits for what comes. */
    private @Nullable BodyLook look;

    Upload(int stream, Http2ClientConnection connection, int windowBytes) {
        this.stream = stream;
        this.connection = connection;
        this.windowBytes = windowBytes;
        this.window = new ReceiveWindow(windowBytes);
    }

    /** Like {@link RequestBody#begin}. */
    Judgement begin(long announced, boolean none) {
        return body.begin(announced, none, connection.protocol().bodyBytesMax());
    }

    /** Like {@link RequestBody#beginTunnel}. */
    Judgement beginTunnel() {
        return body.beginTunnel();
    }

    /** Notes a frame with so many bytes; false: that is more than the client was allowed. */
    boolean received(int count) {
        return window.received(count);
    }

    /**
     * Takes over the bytes of a frame.
     *
     * @param padding bytes of the frame besides
     */
    Judgement add(ByteBuf bytes, int padding, boolean last) {
        connection.holds(bytes.readableBytes());
        allow(padding);
        if (look != null) {
            look.content(bytes, last);
        }
        return body.add(bytes, last);
    }

    /** Like {@link RequestBody#end}. */
    Judgement end(HeadBuffer lines) {
        if (look != null) {
            look.end();
        }
        return body.end(lines);
    }

    /** Passes on what the server takes now. */
    void forward(ServerConnection to) {
        int passed = body.forward(to, connection.allocator());
        connection.holds(-passed);
        allow(passed);
        to.flush();
    }

    /**
     * The choice of a server waits for a look at the body. What waits for that is less than half of
     * the window: padding takes up to the other half before the client is allowed more.
     */
    void lookFirst(FormScanner form, ServerSide server) {
        look = BodyLook.plain(form, windowBytes / 2 - 1);
        server.waitFor(look);
    }

    /**
     * Whether it waits, or has waited until now. It does no longer when the connection has as much
     * as it may: the rest may never come, if all the others wait likewise.
     */
    boolean isLookedAt() {
        BodyLook at = look;
        if (at == null) {
            return false;
        }
        if (!connection.allowsMore()) {
            at.giveUp();
        }
        look = at.isOver() ? null : at;
        return true;
    }

    boolean ended() {
        return body.ended();
    }

    boolean passedOn() {
        return body.passedOn();
    }

    /** Throws away what waits; the client may send as much again. */
    void discard() {
        int dropped = body.drop();
        connection.holds(-dropped);
        allow(dropped);
    }

    /** Gives back what waits, for good. */
    void drop() {
        connection.holds(-body.drop());
    }

    private void allow(int count) {
        int more = window.consumed(count);
        if (more > 0 && !body.ended()) {
            connection.frames().windowUpdate(stream, more);
            connection.frames().flushSoon();
        }
    }
}
