package proa.node.listener;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;

/**
 * How much of datagrams is read at once. One byte more than allowed tells a datagram that is too
 * large from one that fits, for the kernel cuts off the rest without a word. With epoll several are
 * read with one system call (recvmmsg). With io_uring they are not: its receives need no call of
 * their own, and several under way at once could end in another order.
 */
public final class DatagramSizes {

    private static final int AT_ONCE_MAX = 16;
    private static final int BYTES_AT_ONCE = 128 << 10;

    private DatagramSizes() {}

    /**
     * Datagrams of up to that size, several at once where that keeps their order. Said again, on
     * the channel's event loop, it is another size from the next reading on.
     */
    static void manyOn(DatagramChannel channel, int bytesMax) {
        int each = bytesMax + 1;
        int count = 1;
        if (channel instanceof EpollDatagramChannel) {
            count = Math.max(1, Math.min(AT_ONCE_MAX, BYTES_AT_ONCE / each));
            channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, each);
        }
        if (channel.config().getRecvByteBufAllocator() instanceof Room known) {
            known.bytes = each * count;
        } else {
            channel.config().setRecvByteBufAllocator(new Room(each * count));
        }
    }

    /** Always as much room as is wanted by then: a channel asks for its allocator once only. */
    private static final class Room extends DefaultMaxMessagesRecvByteBufAllocator {
        private volatile int bytes;

        Room(int bytes) {
            this.bytes = bytes;
        }

        @Override
        @SuppressWarnings("deprecation") // there is no other kind of handle
        public Handle newHandle() {
            return new MaxMessageHandle() {
                @Override
                public int guess() {
                    return bytes;
                }
            };
        }
    }

    /** Datagrams of up to that size, one at a time. */
    public static void oneOn(DatagramChannel channel, int bytesMax) {
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(bytesMax + 1));
    }
}
