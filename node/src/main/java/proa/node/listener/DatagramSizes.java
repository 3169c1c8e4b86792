package proa.node.listener;

import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDatagramChannelConfig;
import io.netty.channel.socket.DatagramChannel;

/**
 * How much of datagrams is read at once. One byte more than allowed tells a datagram that is too
 * large from one that fits, for the kernel cuts off the rest without a word. A buffer for several
 * lets Netty's own transports read them with one system call (recvmmsg).
 */
public final class DatagramSizes {

    private static final int AT_ONCE_MAX = 16;
    private static final int BYTES_AT_ONCE = 128 << 10;

    private DatagramSizes() {}

    /** Datagrams of up to that size, several at once. */
    static void manyOn(DatagramChannel channel, int bytesMax) {
        int each = bytesMax + 1;
        int count = Math.max(1, Math.min(AT_ONCE_MAX, BYTES_AT_ONCE / each));
        if (count > 1 && channel.config() instanceof EpollDatagramChannelConfig config) {
            config.setMaxDatagramPayloadSize(each);
        }
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(each * count));
    }

    /** Datagrams of up to that size, one at a time. */
    public static void oneOn(DatagramChannel channel, int bytesMax) {
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(bytesMax + 1));
    }
}
