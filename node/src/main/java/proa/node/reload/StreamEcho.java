package proa.node.reload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;

import proa.node.listener.Loop;
import proa.node.listener.Protocol;

import java.nio.charset.StandardCharsets;

/** Sends every byte back to whom it came from: the server of our own streams. */
final class StreamEcho implements Protocol {

    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private static final byte[] UPGRADED =
            String.join(
                            "\r\n",
                            "HTTP/1.1 101 Switching Protocols",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "",
                            "")
                    .getBytes(StandardCharsets.ISO_8859_1);

    private final boolean upgrades;

    private StreamEcho(boolean upgrades) {
        this.upgrades = upgrades;
    }

    /** From the first byte. */
    static StreamEcho plain() {
        return new StreamEcho(false);
    }

    /** From what follows the head of a request, which is answered by an upgrade. */
    static StreamEcho upgrading() {
        return new StreamEcho(true);
    }

    @Override
    public ChannelHandler handler(Loop loop, SocketChannel accepted) {
        return new Echo(loop, upgrades ? 0 : END_OF_HEAD.length);
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final Loop loop;

        /** Bytes of the end of the head that came last; all: it is over. */
        private int seen;

        Echo(Loop loop, int seen) {
            this.loop = loop;
            this.seen = seen;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            loop.progress();
            ByteBuf bytes = (ByteBuf) message;
            while (seen < END_OF_HEAD.length && bytes.isReadable()) {
                byte next = bytes.readByte();
                if (next != END_OF_HEAD[seen]) {
                    seen = 0;
                }
                if (next == END_OF_HEAD[seen] && ++seen == END_OF_HEAD.length) {
                    context.write(Unpooled.wrappedBuffer(UPGRADED), context.voidPromise());
                }
            }
            context.write(bytes, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        /** Whoever does not read is not read from. */
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == Drain.EVENT) {
                context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
