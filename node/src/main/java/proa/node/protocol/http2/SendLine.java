package proa.node.protocol.http2;

import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.http2.FloodGuard;
import proa.node.http2.PeerSettings;
import proa.node.http2.SendWindow;

import java.util.ArrayDeque;

/**
 * The streams of a connection that have something to send: one frame of each in turn, as long as
 * windows and the socket take it. On one event loop.
 */
final class SendLine {

    /** A stream. */
    interface Sending {
        /** What it has to send. */
        StreamOutput output();

        /** Some of it has gone out. */
        void sent();
    }

    private final SocketChannel channel;
    private final FrameOutput frames;
    private final PeerSettings peer;
    private final SendWindow window = new SendWindow(SendWindow.BYTES_FIRST);
    private final ArrayDeque<Sending> line = new ArrayDeque<>();
    private final FieldList scratch = new FieldList();
    private @Nullable FloodGuard guard;
    private boolean sending;

    SendLine(SocketChannel channel, FrameOutput frames, PeerSettings peer) {
        this.channel = channel;
        this.frames = frames;
        this.peer = peer;
    }

    /** Tells of every frame, since what it brings about is no flood. */
    void tell(FloodGuard ofThis) {
        guard = ofThis;
    }

    /** The stream may have something to send. */
    void wantsToSend(Sending stream) {
        StreamOutput output = stream.output();
        if (!output.inLine() && output.ready()) {
            output.inLine(true);
            if (output.waitingBytes() > 0) {
                line.addLast(stream);
            } else {
                line.addFirst(stream); // its end needs no window
            }
            send();
        }
    }

    /** Sends what can be sent. */
    void send() {
        if (sending) {
            return;
        }
        sending = true;
        while (channel.isWritable() && !line.isEmpty() && !isBlocked(line.getFirst())) {
            Sending next = line.removeFirst();
            next.output().inLine(false);
            sendOne(next, next.output());
        }
        sending = false;
        frames.flushSoon();
    }

    private boolean isBlocked(Sending first) {
        return first.output().waitingBytes() > 0 && window.available() == 0;
    }

    private void sendOne(Sending stream, StreamOutput output) {
        int max = Math.min(peer.payloadMax(), window.available());
        int count = output.writeOne(max, scratch, peer.payloadMax());
        window.sent(count);
        if (guard != null) {
            guard.dataSent();
        }
        if (output.ready()) {
            output.inLine(true);
            line.addLast(stream);
        }
        stream.sent();
    }

    /** The other side takes that much more on all streams; false: the window becomes too large. */
    boolean grow(int bytes) {
        boolean fits = window.grow(bytes);
        send();
        return fits;
    }

    /** It takes that much more, or less, on one stream; false: the window becomes too large. */
    boolean grow(Sending stream, int bytes) {
        boolean fits = stream.output().window().grow(bytes);
        wantsToSend(stream);
        return fits;
    }

    /** The stream has nothing more to send. */
    void remove(Sending stream) {
        if (stream.output().inLine()) {
            stream.output().inLine(false);
            line.remove(stream);
        }
    }

    void clear() {
        line.clear();
    }
}
