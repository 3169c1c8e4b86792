package proa.node.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;

import org.jspecify.annotations.Nullable;

import proa.node.exchange.Deadlines;

/**
 * Reads the PROXY header at the beginning of a trusted sender's connection, then makes place for
 * the protocol. Without a proper header in time, or from a client that may not connect, the
 * connection ends: who sent it would be a guess.
 */
final class ProxyReader extends ChannelInboundHandlerAdapter {

    private final Loop loop;
    private final Listener listener;
    private final SocketChannel channel;
    private final Deadlines.Entry deadline;
    private @Nullable ByteBuf read;
    private boolean draining;

    ProxyReader(Loop loop, Listener listener, SocketChannel channel) {
        this.loop = loop;
        this.listener = listener;
        this.channel = channel;
        this.deadline = new Deadlines.Entry(_ -> channel.close());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        long limit = listener.frontend().timeouts().request().toNanos();
        loop.deadlines().set(deadline, loop.nowNanos() + limit);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        loop.progress();
        ByteBuf all = read == null ? context.alloc().buffer() : read;
        read = all.writeBytes((ByteBuf) bytes);
        ((ByteBuf) bytes).release();
        int count = Math.min(all.readableBytes(), ProxyHeader.BYTES_MAX);
        byte[] start = ByteBufUtil.getBytes(all, all.readerIndex(), count);
        switch (ProxyHeader.read(start)) {
            case ProxyHeader.Reading.Partial _ -> {}
            case ProxyHeader.Reading.Refused _ -> context.close();
            case ProxyHeader.Reading.Whole(int length, var ends) ->
                    pass(context, all.skipBytes(length), ends);
        }
    }

    private void pass(ChannelHandlerContext context, ByteBuf rest, @Nullable Ends ends) {
        if (ends != null) {
            ends.nameOn(channel);
        }
        if (!listener.allows(channel)) {
            context.close();
            return;
        }
        read = null;
        ChannelHandler next = listener.protocol().handler(loop, channel);
        context.pipeline().addLast(next);
        context.pipeline().remove(this); // what is read again from the start is not for this one
        context.fireChannelActive();
        if (draining) {
            context.fireUserEventTriggered(Protocol.Drain.EVENT);
        }
        if (rest.isReadable()) {
            context.fireChannelRead(rest);
        } else {
            rest.release();
        }
    }

    /** The protocol hears of it once it is there. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Protocol.Drain.EVENT) {
            draining = true;
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        loop.deadlines().remove(deadline);
        if (read != null) {
            read.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
