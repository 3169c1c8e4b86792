package proa.node.protocol.http1;

import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.config.FrontendConfig;
import proa.node.exchange.BodyPace;
import proa.node.exchange.Deadlines;
import proa.node.listener.Loop;
import proa.node.protocol.tcp.Resets;

import java.util.function.LongSupplier;

/**
 * Ends the connection of a client that takes its answers too slowly. While bytes wait for it, what
 * it takes is looked at once a second; when none wait, it has taken all there was and begins anew.
 * What the kernel has room for counts as taken. On one event loop.
 */
public final class ReadWatch {

    private static final long LOOK_NANOS = 1_000_000_000;

    private final Loop loop;
    private final SocketChannel channel;
    private final BodyPace pace;
    private final LongSupplier waitingElsewhere;
    private final Deadlines.Entry entry = new Deadlines.Entry(_ -> lookAgain());
    private boolean watching;
    private boolean over;
    private long wrote;
    private long taken;

    private ReadWatch(
            Loop loop, SocketChannel channel, BodyPace pace, LongSupplier waitingElsewhere) {
        this.loop = loop;
        this.channel = channel;
        this.pace = pace;
        this.waitingElsewhere = waitingElsewhere;
    }

    /**
     * A watch over a client's connection; null where clients may be as slow as they like.
     *
     * @param waitingElsewhere bytes that wait for the client and are not written to its connection
     */
    public static @Nullable ReadWatch of(
            Loop loop,
            SocketChannel channel,
            FrontendConfig frontend,
            LongSupplier waitingElsewhere) {
        long rate = frontend.limits().answerBytesPerSecondMin();
        long overNanos = frontend.timeouts().client().toNanos();
        return rate == 0
                ? null
                : new ReadWatch(loop, channel, new BodyPace(rate, overNanos), waitingElsewhere);
    }

    /** So many bytes were written to the connection. */
    public void wrote(int count) {
        wrote += count;
    }

    /** All has been flushed: whether something waits is known now. */
    public void look() {
        if (!watching && !over && waiting() > 0) {
            watching = true;
            taken = wrote - pending();
            pace.begin(loop.nowNanos());
            again();
        }
    }

    /** What is written from now on is not told any more: the connection is a tunnel. */
    public void end() {
        over = true;
        loop.deadlines().clear(entry);
    }

    private void again() {
        loop.deadlines().set(entry, loop.nowNanos() + LOOK_NANOS);
    }

    private void lookAgain() {
        watching = channel.isOpen() && waiting() > 0;
        if (!watching) {
            return;
        }
        long now = Math.max(taken, wrote - pending());
        pace.received((int) Math.min(Integer.MAX_VALUE, now - taken), loop.nowNanos());
        taken = now;
        if (pace.leftNanos(loop.nowNanos()) == 0) {
            Resets.reset(channel); // a half answer must not look whole
        } else {
            again();
        }
    }

    private long waiting() {
        return pending() + waitingElsewhere.getAsLong();
    }

    private long pending() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        return out == null ? 0 : out.totalPendingWriteBytes();
    }
}
