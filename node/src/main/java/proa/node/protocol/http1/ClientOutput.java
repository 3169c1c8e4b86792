package proa.node.protocol.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Exchange.Action.Reply;
import proa.node.exchange.Traffic.Decision;
import proa.node.exchange.Trail;
import proa.node.listener.Followed;
import proa.node.message.Edits;
import proa.node.message.ResponseEditor;
import proa.node.message.ResponseEditor.Tell;
import proa.node.message.ResponseHead;
import proa.node.protocol.tcp.HalfClose;
import proa.node.protocol.tcp.Resets;
import proa.node.record.TrafficRecord;

import java.nio.charset.StandardCharsets;

/** What goes out to a client, and whether it has. On one event loop. */
final class ClientOutput {

    /** Bodies up to this size are copied behind their head, into one buffer. */
    private static final int TOGETHER_BYTES_MAX = 16 << 10;

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpLoop shared;
    private final SocketChannel channel;
    private final ClientDeadline deadline;
    private final ErrorPages pages;
    private final TrafficRecord record;
    private final @Nullable ReadWatch watch;
    private @Nullable Edits edits;
    private Decision.@Nullable Respond prepared;
    private boolean closing;

    ClientOutput(
            HttpLoop shared,
            SocketChannel channel,
            ClientDeadline deadline,
            HttpProtocol protocol,
            TrafficRecord record) {
        this.shared = shared;
        this.channel = channel;
        this.deadline = deadline;
        this.pages = protocol.errorPages();
        this.record = record;
        this.watch = protocol.readWatch(shared, channel, () -> 0);
    }

    /** What rules change in the response to the current request, or null for nothing. */
    void change(@Nullable Edits ofRequest) {
        edits = ofRequest;
    }

    /** What the next answer of our own contains, instead of its explanation. */
    void prepare(Decision.Respond respond) {
        prepared = respond;
    }

    /** Takes over bytes; {@code from}, if any, pauses while the client does not take more. */
    void write(ByteBuf bytes, @Nullable ServerConnection from) {
        record.sent(bytes.readableBytes());
        if (watch != null) {
            watch.wrote(bytes.readableBytes());
        }
        channel.write(bytes, channel.voidPromise());
        if (from != null && !channel.isWritable()) {
            from.pauseReading();
        }
    }

    /**
     * Passes on a response head, edited, with {@code part} bytes of its body from {@code bytes}.
     *
     * @param keeps whether the connection stays after this response
     * @param before11 whether the client speaks HTTP/1.0
     */
    void pass(
            ResponseHead head,
            boolean keeps,
            boolean before11,
            ByteBuf bytes,
            int part,
            ServerSide by) {
        if (head.interim() && before11) {
            return;
        }
        String cookie = head.status() < 200 ? null : by.setCookie();
        Tell tell = Tell.of(head, keeps, before11);
        Edits changed = edits;
        if (changed == null || head.interim()) {
            ResponseEditor.write(head, tell, cookie, shared.out());
        } else {
            ResponseEditor.write(head, tell, cookie, changed.response(), shared.out());
        }
        if (part <= TOGETHER_BYTES_MAX) {
            ByteBuf both = shared.head(channel.alloc(), part);
            write(both.writeBytes(bytes, part), by.connection());
        } else {
            write(shared.head(channel.alloc(), 0), by.connection());
            write(bytes.readRetainedSlice(part), by.connection());
        }
        if (!head.interim()) {
            by.dropMessage();
            answered(head.status());
        }
        if (head.status() == SWITCHING_PROTOCOLS && watch != null) {
            watch.end();
        }
    }

    /** Tells a client that waits with its body to send it. */
    void goOn() {
        write(channel.alloc().directBuffer(CONTINUE.length).writeBytes(CONTINUE), null);
        flush();
    }

    /** An answer of our own; {@code close}: the last one. */
    void reply(Reply reply, boolean close, boolean toHead) {
        Decision.Respond respond = prepared;
        prepared = null;
        ByteBuf message =
                OwnReply.of(
                        channel.alloc(), pages, reply, record.idField(), respond, close, toHead);
        write(message, null);
        answered(reply.status());
    }

    private void answered(int status) {
        record.answered(status);
        Trail trail = Followed.trail(channel);
        if (trail != null) {
            trail.answered(status);
        }
    }

    void flush() {
        channel.flush();
        flushed();
    }

    private void flushed() {
        deadline.flushed();
        if (watch != null) {
            watch.look();
        }
    }

    /** Whether bytes wait that the kernel has not taken yet. */
    boolean isPending() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting != null && waiting.totalPendingWriteBytes() > 0;
    }

    /** Runs this once the kernel has taken everything; never if the connection ends before. */
    void whenFlushed(Runnable next) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        written -> {
                            if (written.isSuccess()) {
                                next.run();
                            }
                        });
        flushed();
    }

    /**
     * Ends our direction behind what is written; the client then has a while to see that and close.
     * Until it has taken everything, it has the time it has for anything else.
     */
    void endAndLinger() {
        deadline.forFlush();
        whenFlushed(
                () -> {
                    if (!closing) {
                        HalfClose.output(channel);
                        deadline.forEnd();
                    }
                });
    }

    /** Closes behind what is written, if the client takes it in its time. */
    void closeWhenFlushed() {
        closing = true;
        deadline.forFlush();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        flushed();
    }

    /** Closes now; what the client has not taken must not look complete. */
    void close() {
        closing = true;
        if (isPending()) {
            Resets.reset(channel);
        } else {
            channel.close();
        }
    }
}
