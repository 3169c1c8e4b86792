package proa.vip.linux;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * A netlink socket. The kernel works on a request inside {@code sendto}, so its answers are waiting
 * when that returns: nothing here ever blocks. Used by one thread.
 */
final class NetlinkSocket extends Descriptor {

    static final int ROUTE = 0;
    static final int NETFILTER = 12;

    static final int HEADER_BYTES = 16;
    private static final int TYPE_ERROR = 2;
    private static final int TYPE_DONE = 3;
    private static final int ANSWER_BYTES_MAX = 32 * 1024;

    private final MemorySegment kernel = SocketAddresses.netlink(0);
    private final MemorySegment answer = Arena.ofAuto().allocate(ANSWER_BYTES_MAX);

    private NetlinkSocket(int number) {
        super(number);
    }

    /**
     * Opens a socket.
     *
     * @param protocol {@link #ROUTE} or {@link #NETFILTER}
     * @param groups legacy multicast groups to listen to, 0 for none
     */
    static NetlinkSocket open(int protocol, int groups) throws KernelException {
        int type = Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK;
        NetlinkSocket socket = new NetlinkSocket(Libc.socket(Libc.AF_NETLINK, type, protocol));
        try {
            Libc.bind(socket.number(), SocketAddresses.netlink(groups));
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sends requests of which at least one asks for an acknowledgement.
     *
     * @param what names the request in errors
     * @throws KernelException the first refusal; a batch of nfnetlink has then changed nothing
     */
    void transact(String what, NetlinkMessage requests) throws KernelException {
        Libc.check(what, Libc.send(number(), requests.segment(), kernel));
        boolean acknowledged = false;
        ByteBuffer message = next();
        while (message != null) {
            int error = error(message);
            if (error < 0) {
                drain();
                throw new KernelException(what, -error);
            }
            acknowledged |= error == 0;
            message = more(message);
        }
        if (!acknowledged) {
            throw new KernelException(what + ": no acknowledgement", KernelException.ENOBUFS);
        }
    }

    /**
     * Sends requests that have nothing to do with each other; those that are refused change nothing
     * about the rest.
     *
     * @param refused told of each refusal
     */
    void sendAll(String what, NetlinkMessage requests, Consumer<KernelException> refused)
            throws KernelException {
        Libc.check(what, Libc.send(number(), requests.segment(), kernel));
        ByteBuffer message = next();
        while (message != null) {
            int error = error(message);
            if (error < 0) {
                refused.accept(new KernelException(what, -error));
            }
            message = more(message);
        }
    }

    /**
     * Sends a request for a listing, or for single things with an acknowledgement.
     *
     * @param each told of each message of it, which begins at the buffer's position
     */
    void list(String what, NetlinkMessage request, Consumer<ByteBuffer> each)
            throws KernelException {
        try {
            Libc.check(what, Libc.send(number(), request.segment(), kernel));
            listing(what, each);
        } catch (KernelException e) {
            drain();
            throw e;
        }
    }

    private void listing(String what, Consumer<ByteBuffer> each) throws KernelException {
        ByteBuffer message = next();
        while (message != null) {
            int type = message.getShort(message.position() + 4) & 0xffff;
            int error = error(message);
            if (type == TYPE_DONE || error == 0) {
                return;
            }
            if (error < 0) {
                throw new KernelException(what, -error);
            }
            each.accept(message);
            message = more(message);
        }
        throw new KernelException(what + ": no end of the list", KernelException.ENOBUFS);
    }

    /** The next datagram, valid until the next call; null when there is none. */
    @Nullable ByteBuffer next() throws KernelException {
        long bytes = Libc.receive(number(), answer);
        if (bytes == -KernelException.EAGAIN) {
            return null;
        }
        int count = Libc.check("receive netlink", bytes);
        return answer.asSlice(0, count).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    /** The following message of the same datagram or of the next one. */
    private @Nullable ByteBuffer more(ByteBuffer message) throws KernelException {
        int length = message.getInt(message.position());
        int following = message.position() + Math.max(HEADER_BYTES, length + 3 & ~3);
        if (following + HEADER_BYTES <= message.limit()) {
            return message.position(following);
        }
        return next();
    }

    /** Zero for an acknowledgement, a negated error number for a refusal, positive for the rest. */
    private static int error(ByteBuffer message) {
        int at = message.position();
        int type = message.getShort(at + 4) & 0xffff;
        return type == TYPE_ERROR ? message.getInt(at + HEADER_BYTES) : 1;
    }

    /** What has been lost is told once, and what comes after it is still there. */
    private void drain() {
        for (int lost = 0; lost < 2; ) {
            try {
                if (next() == null) {
                    return;
                }
            } catch (KernelException _) {
                lost++;
            }
        }
    }
}
