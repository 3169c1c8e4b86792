package proa.node.listener;

import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/** How bytes reach the kernel. */
public enum Transport {
    /** Submission and completion rings: the fewest system calls for each request. */
    IO_URING {
        @Override
        public IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        public ServerSocketChannel listen(boolean shared) {
            ServerSocketChannel channel = new IoUringServerSocketChannel();
            channel.config().setOption(IoUringChannelOption.IP_FREEBIND, true);
            channel.config().setOption(IoUringChannelOption.SO_REUSEPORT, shared);
            return channel;
        }

        @Override
        public SocketChannel socket() {
            return new IoUringSocketChannel();
        }

        @Override
        DatagramChannel receive(boolean shared) {
            DatagramChannel channel = new IoUringDatagramChannel();
            channel.config().setOption(IoUringChannelOption.IP_FREEBIND, true);
            channel.config().setOption(IoUringChannelOption.SO_REUSEPORT, shared);
            return channel;
        }

        @Override
        public DatagramChannel datagrams() {
            return new IoUringDatagramChannel();
        }
    },

    EPOLL {
        @Override
        public IoHandlerFactory handlers() {
            return KeptInEpoll.factory();
        }

        @Override
        public ServerSocketChannel listen(boolean shared) {
            ServerSocketChannel channel = new EpollServerSocketChannel();
            channel.config().setOption(EpollChannelOption.IP_FREEBIND, true);
            channel.config().setOption(EpollChannelOption.SO_REUSEPORT, shared);
            return channel;
        }

        @Override
        public SocketChannel socket() {
            return new EpollSocketChannel();
        }

        @Override
        DatagramChannel receive(boolean shared) {
            DatagramChannel channel = new EpollDatagramChannel();
            channel.config().setOption(EpollChannelOption.IP_FREEBIND, true);
            channel.config().setOption(EpollChannelOption.SO_REUSEPORT, shared);
            return channel;
        }

        @Override
        public DatagramChannel datagrams() {
            return new EpollDatagramChannel();
        }
    },

    /** Elsewhere than on Linux. It cannot bind an address that is not there. */
    NIO {
        @Override
        public IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        public ServerSocketChannel listen(boolean shared) {
            ServerSocketChannel channel = new NioServerSocketChannel();
            if (shared) {
                channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
            }
            return channel;
        }

        @Override
        public SocketChannel socket() {
            return new NioSocketChannel();
        }

        @Override
        DatagramChannel receive(boolean shared) {
            return new NioDatagramChannel();
        }

        @Override
        public DatagramChannel datagrams() {
            return new NioDatagramChannel();
        }
    };

    /**
     * io_uring's polls in Netty 4.2.18 that stay armed tell of a change once; one that comes while
     * a read is under way is forgotten, and a server's reset behind its last bytes never heard of.
     * So each read has its own poll, unless the operator says otherwise.
     */
    private static final String POLLS_STAY_ARMED = "io.netty.iouring.pollAddMultishotEnabled";

    static {
        if (System.getProperty(POLLS_STAY_ARMED) == null) {
            System.setProperty(POLLS_STAY_ARMED, "false");
        }
    }

    /** The best one that works here. */
    public static Transport best() {
        if (IoUring.isAvailable()) {
            return IO_URING;
        }
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** What an event loop of this kind runs on. */
    public abstract IoHandlerFactory handlers();

    /** A listening channel; {@code shared}: every event loop has its own on the same port. */
    public abstract ServerSocketChannel listen(boolean shared);

    /** Whether each event loop can listen on the same port. */
    boolean shares() {
        return this != NIO;
    }

    /** A channel to connect with. */
    public abstract SocketChannel socket();

    /** A channel that receives datagrams; {@code shared} like that of {@link #listen}. */
    abstract DatagramChannel receive(boolean shared);

    /** A channel to send datagrams with. */
    public abstract DatagramChannel datagrams();
}
