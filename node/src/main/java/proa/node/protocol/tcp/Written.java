package proa.node.protocol.tcp;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.handler.ssl.SslHandler;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What becomes of the bytes that are written to a connection. On its event loop. */
final class Written {

    /** {@code IPPROTO_TCP}, {@code TCP_INFO} of tcp(7), as far as is asked for. */
    private static final RawUnixChannelOption TCP_INFO =
            new RawUnixChannelOption("TCP_INFO", 6, 11, 148);

    /** {@code tcpi_unacked} of linux/tcp.h: packets. */
    private static final int UNACKNOWLEDGED_AT = 24;

    /** {@code tcpi_notsent_bytes} of linux/tcp.h. */
    private static final int NOT_SENT_AT = 144;

    private Written() {}

    /**
     * Does something once the kernel has taken everything: at once when nothing waits; also when
     * nothing more can be written.
     */
    static void then(SocketChannel channel, Runnable next) {
        if (waiting(channel) == 0 && channel.pipeline().get(SslHandler.class) == null) {
            next.run();
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> next.run());
        }
    }

    private static long waiting(SocketChannel channel) {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes();
    }

    /**
     * How much has not arrived at the other end: bytes that are not sent and packets that are not
     * acknowledged; 0: everything has, or the connection is over. Where the kernel does not tell,
     * what it has taken has arrived.
     */
    static long rest(SocketChannel channel) {
        return channel.isOpen() ? waiting(channel) + underWay(channel) : 0;
    }

    private static long underWay(SocketChannel channel) {
        try {
            ByteBuffer info = channel.config().getOption(TCP_INFO);
            return info == null ? 0 : underWay(info.order(ByteOrder.nativeOrder()));
        } catch (ChannelException _) {
            return 0;
        }
    }

    private static long underWay(ByteBuffer info) {
        return Integer.toUnsignedLong(info.getInt(UNACKNOWLEDGED_AT))
                + Integer.toUnsignedLong(info.getInt(NOT_SENT_AT));
    }
}
