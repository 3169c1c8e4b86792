package proa.node.protocol.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.FrontendConfig;
import proa.node.listener.Protocol;
import proa.node.protocol.tcp.HalfClose;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One client. The event loop decodes; the store blocks, so commands wait in a {@link CommandQueue}
 * for a virtual thread that runs them one after the other, which keeps the order of pipelined
 * replies. When the client sends faster than the store answers, reading stops.
 *
 * <p>All fields are touched on the event loop only.
 */
final class RespConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** How often limits of time are looked at, as a part of the shortest. */
    private static final int LOOKS_PER_LIMIT = 4;

    /**
     * How often it is looked whether a client still sends behind the last reply. A node that stood
     * still takes that for one of these, and has read what came meanwhile before it looks again.
     */
    private static final long LINGER_LOOK_NANOS = Duration.ofMillis(500).toNanos();

    /** Who sends nothing more has 2 s to see the last reply. */
    private static final int QUIET_LOOKS_MAX = 4;

    /** Who goes on sending has 10 s. */
    private static final int LINGER_LOOKS_MAX = 20;

    private final Client client;
    private final Commands commands;
    private final CommandQueue queue;
    private final long requestNanos;
    private final long silenceNanos;
    private final RespDecoder decoder = new RespDecoder();
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;

    /** Replies not yet sent; null between bursts of arriving bytes. */
    private @Nullable ByteBuf ready;

    private boolean broken;
    private long lastByteNanos;
    private long beganNanos;
    private long movedNanos;
    private long strangerNanos;
    private int lingerLooks;
    private int quietLooks;

    RespConnection(Client client, Commands commands, FrontendConfig.Timeouts timeouts) {
        this(
                client,
                commands,
                timeouts,
                work -> Thread.ofVirtual().name("resp-" + client.id()).start(work));
    }

    /**
     * @param threads run commands, of which each may wait for another member
     */
    RespConnection(
            Client client, Commands commands, FrontendConfig.Timeouts timeouts, Executor threads) {
        this.client = client;
        this.commands = commands;
        queue = new CommandQueue(client, commands, threads, this::linger);
        requestNanos = timeouts.request().toNanos();
        silenceNanos = timeouts.tunnel().toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        lastByteNanos = context.executor().ticker().nanoTime();
        beganNanos = lastByteNanos;
        movedNanos = lastByteNanos;
        strangerNanos = lastByteNanos;
        client.connected(
                context.channel().remoteAddress(), context.channel().localAddress(), lastByteNanos);
        commands.clients().add(client);
        look(context);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        if (broken) {
            arrived.release();
            quietLooks = 0;
            return;
        }
        lastByteNanos = context.executor().ticker().nanoTime();
        movedNanos = lastByteNanos;
        client.heard(lastByteNanos);
        if (!midCommand()) {
            beganNanos = lastByteNanos;
        }
        if (pending.refCnt() == 1) {
            pending.discardSomeReadBytes(); // or a stream that never pauses would all be kept
        }
        pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), pending, arrived);
        decode(context);
    }

    private boolean midCommand() {
        return pending.isReadable() || decoder.inCommand();
    }

    private void decode(ChannelHandlerContext context) {
        boolean more = true;
        while (more) {
            switch (decoder.next(pending)) {
                case RespDecoder.Result.Command command -> {
                    beganNanos = lastByteNanos;
                    run(context, command.words());
                }
                case RespDecoder.Result.Partial _ -> more = false;
                case RespDecoder.Result.Broken wrong -> {
                    more = false;
                    broken = true;
                    send(context);
                    queue.refuse(context, wrong.why());
                }
            }
        }
        send(context);
        if (!pending.isReadable() || broken) {
            release();
        }
    }

    /**
     * Reads of values that lie here are answered on the spot, up to a batch of them; everything
     * else may have to wait for another member.
     */
    private void run(ChannelHandlerContext context, List<byte[]> words) {
        boolean mayAnswer =
                context.channel().isWritable()
                        && (ready == null || ready.readableBytes() < CommandQueue.BATCH_BYTES)
                        && queue.isVacant();
        Reply reply = mayAnswer ? commands.atOnce(client, words) : null;
        if (reply == null) {
            send(context);
            queue.add(context, words);
        } else {
            ByteBuf replies = ready == null ? context.alloc().buffer() : ready;
            ready = replies;
            ReplyWriter.write(replies, reply, client.version());
        }
    }

    /** Behind what the queue's thread has handed over but the event loop not yet written. */
    private void send(ChannelHandlerContext context) {
        ByteBuf replies = ready;
        if (replies != null) {
            ready = null;
            context.executor().execute(() -> context.writeAndFlush(replies));
        }
    }

    private void release() {
        pending.release();
        pending = Unpooled.EMPTY_BUFFER;
    }

    /** Ends what takes too long: a command on its way in, a login, silence. */
    private void look(ChannelHandlerContext context) {
        if (!context.channel().isOpen()) {
            return;
        }
        long now = context.executor().ticker().nanoTime();
        if (client.mayAct()) {
            strangerNanos = now;
        }
        // While commands run, reading may be paused and a login may wait for others: then the
        // client is not to blame. It is while it does not take its replies.
        boolean idle = queue.isIdle();
        boolean clientsTurn = idle || !context.channel().isWritable();
        boolean slow = midCommand() && idle && now - beganNanos > requestNanos;
        boolean stranger = clientsTurn && now - strangerNanos > requestNanos;
        boolean silent = clientsTurn && now - movedNanos > silenceNanos;
        if (slow || stranger || silent) {
            broken = true; // what arrives until it is closed is not run
            context.close();
            return;
        }
        long next = Math.min(requestNanos, silenceNanos) / LOOKS_PER_LIMIT + 1;
        context.executor().schedule(() -> look(context), next, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        movedNanos = context.executor().ticker().nanoTime();
        queue.writable(context.channel().isWritable());
        context.fireChannelWritabilityChanged();
    }

    /**
     * Told to drain: replies to what has arrived are sent, then the connection ends. One that has
     * been quiet for as long as it would be waited for, such as most of a pool's, at once.
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Protocol.Drain.EVENT) {
            long quietNanos = context.executor().ticker().nanoTime() - lastByteNanos;
            if (queue.isIdle() && quietNanos >= QUIET_LOOKS_MAX * LINGER_LOOK_NANOS) {
                broken = true;
                context.close();
            } else {
                queue.drain(context);
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken = true;
        commands.clients().remove(client);
        queue.abandon();
        release();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("sessions: {}: {}", context.channel().remoteAddress(), cause.toString());
        context.close();
    }

    /**
     * The last reply is written. The client then has a while to see it, and what it still sends is
     * thrown away: closing a socket with unread bytes would reset it, and the reply with it.
     */
    private void linger(ChannelHandlerContext context) {
        broken = true;
        SocketChannel channel = (SocketChannel) context.channel();
        if (channel.isActive()) {
            channel.config().setAutoRead(true);
            HalfClose.output(channel);
            lookLater(context);
        }
    }

    private void lookLater(ChannelHandlerContext context) {
        context.executor()
                .schedule(() -> lookAgain(context), LINGER_LOOK_NANOS, TimeUnit.NANOSECONDS);
    }

    private void lookAgain(ChannelHandlerContext context) {
        lingerLooks++;
        quietLooks++;
        if (quietLooks >= QUIET_LOOKS_MAX || lingerLooks >= LINGER_LOOKS_MAX) {
            context.close();
        } else if (context.channel().isOpen()) {
            lookLater(context);
        }
    }
}
