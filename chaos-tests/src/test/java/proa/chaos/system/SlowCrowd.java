package proa.chaos.system;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of clients on one event loop, of each {@link Way} as many: all connect at once, then do
 * a little every second, so that none of them is ever silent.
 */
final class SlowCrowd implements AutoCloseable {

    /** How a client is slow. */
    enum Way {
        /** Its head never ends. */
        HEAD("GET / HTTP/1.1\r\nHost: a\r\n", "X"),
        /** Its body comes by the byte. */
        BODY("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx", "x"),
        /** It reads a large answer by {@link #READ_BYTES}. */
        READ("GET /large HTTP/1.1\r\nHost: a\r\n\r\n", "");

        private final String first;
        private final String more;

        Way(String first, String more) {
            this.first = first;
            this.more = more;
        }
    }

    /**
     * What has become of the clients of one way.
     *
     * @param open connected by now
     * @param refused could not connect
     * @param cut the other side has ended their connection, at any time
     * @param told of these, who got a 408 first
     */
    record Fate(int open, int refused, int cut, int told) {}

    private static final int READ_BYTES = 256;
    private static final int RECEIVE_BUFFER_BYTES = 4 << 10;

    /** Connections that are begun at a time: fewer than the queue of any listener has room for. */
    private static final int CONNECTING_MAX = 256;

    /**
     * As on Ethernet. On loopback it is 64 KiB otherwise, and the kernel's send buffer, which is so
     * and so many segments, takes in a whole answer that nobody reads.
     */
    private static final int SEGMENT_BYTES_MAX = 1_448;

    /** {@code IPPROTO_TCP} and {@code TCP_MAXSEG} (tcp(7)). */
    private static final IntegerUnixChannelOption TCP_MAXSEG =
            new IntegerUnixChannelOption("TCP_MAXSEG", 6, 2);

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final InetSocketAddress address;
    private final Map<Way, Counts> counts = new EnumMap<>(Way.class);
    private final List<Client> waiting = new ArrayList<>(); // on the loop

    private static final class Counts {
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger cut = new AtomicInteger();
        final AtomicInteger told = new AtomicInteger();
    }

    SlowCrowd(InetSocketAddress address) {
        this.address = address;
        for (Way way : Way.values()) {
            counts.put(way, new Counts());
        }
    }

    /** So many of each way begin to come. */
    void come(int ofEach) {
        loop.execute(
                () -> {
                    for (int number = 0; number < ofEach; number++) {
                        for (Way way : Way.values()) {
                            waiting.add(new Client(way));
                        }
                    }
                    for (int number = 0; number < CONNECTING_MAX; number++) {
                        next();
                    }
                });
    }

    private void next() {
        if (!waiting.isEmpty()) {
            waiting.removeLast().connect();
        }
    }

    Fate fate(Way way) {
        Counts of = counts.get(way);
        return new Fate(of.open.get(), of.refused.get(), of.cut.get(), of.told.get());
    }

    private final class Client extends ChannelInboundHandlerAdapter {

        private final Way way;
        private final Counts mine;
        private final EpollSocketChannel channel = new EpollSocketChannel();
        private boolean told;

        Client(Way way) {
            this.way = way;
            this.mine = counts.get(way);
        }

        void connect() {
            channel.config()
                    .setReceiveBufferSize(RECEIVE_BUFFER_BYTES)
                    .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES))
                    .setAutoRead(way != Way.READ);
            channel.config().setOption(TCP_MAXSEG, SEGMENT_BYTES_MAX);
            channel.pipeline().addLast(this);
            loop.register(channel);
            channel.connect(address)
                    .addListener(
                            done -> {
                                if (!done.isSuccess()) {
                                    mine.refused.incrementAndGet();
                                }
                                next();
                            });
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            mine.open.incrementAndGet();
            channel.writeAndFlush(Unpooled.copiedBuffer(way.first, StandardCharsets.US_ASCII));
            loop.schedule(this::goOn, 1, TimeUnit.SECONDS);
        }

        private void goOn() {
            if (channel.isActive()) {
                if (way == Way.READ) {
                    channel.read();
                } else {
                    channel.writeAndFlush(
                            Unpooled.copiedBuffer(way.more, StandardCharsets.US_ASCII));
                }
                loop.schedule(this::goOn, 1, TimeUnit.SECONDS);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (!told && bytes.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 408 ")) {
                told = true;
                mine.told.incrementAndGet();
            }
            bytes.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close(); // reset
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            mine.cut.incrementAndGet();
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
