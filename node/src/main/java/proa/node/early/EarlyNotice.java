package proa.node.early;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A connection to vipd that ends within milliseconds of this process being killed, however big its
 * heap.
 *
 * <p>The kernel frees a dying process's memory before it closes descriptors that threads share:
 * with a heap of 1 GB vipd would hear of the death 100 ms late. A thread whose descriptor table is
 * its own closes it as soon as that thread is gone. So one platform thread unshares its table
 * ({@code close_range(2)}), opens its socket, says who it is, and then does nothing but read.
 *
 * <p>The memory is freed by the thread that leaves it last. Should that be this one, then all
 * others have gone on to close the shared table, so that the ordinary connection ends at once
 * instead: vipd counts whichever of the two ends first.
 *
 * <p>In that thread no descriptor of the JVM exists any more: it must not load classes, log, or
 * touch a file. Everything it runs is therefore rehearsed before the table is unshared, and its
 * state is a field for others to look at. The read returns each second only to see whether to stop.
 */
public final class EarlyNotice implements AutoCloseable {

    /** Longest path of a Unix socket with its terminating zero ({@code unix(7)}). */
    static final int PATH_BYTES_MAX = 108;

    private static final int FAMILY_BYTES = 2;
    private static final int STANDARD_DESCRIPTORS = 3;
    private static final long RETRY_MILLIS_MIN = 20;
    private static final long RETRY_MILLIS_MAX = 500;
    private static final long READ_SECONDS = 1;
    private static final int READ_BYTES = 4096;
    private static final int TIMEVAL_BYTES = 16;

    /** How it stands. */
    public enum State {
        /** Not begun. */
        STARTING,
        /** vipd is not there; trying again. */
        WAITING,
        /** vipd hears of this process's death. */
        CONNECTED,
        /** The kernel has no {@code close_range(2)} (before Linux 5.9), or the C library failed. */
        UNSUPPORTED
    }

    private final Path path;
    private final byte[] hello;
    private final Thread thread;
    private volatile State state = State.STARTING;
    private volatile boolean stopping;

    private EarlyNotice(Path path, byte[] hello) {
        this.path = path;
        this.hello = hello.clone();
        thread = Thread.ofPlatform().name("early-notice").daemon().unstarted(this::run);
    }

    /**
     * Starts the thread, which connects and, whenever vipd goes away, connects again.
     *
     * @param socket vipd's socket, a path of at most 107 bytes
     * @param hello the bytes to send on each new connection
     */
    public static EarlyNotice start(Path socket, byte[] hello) {
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length >= PATH_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "the path of a Unix socket has at most 107 bytes, this one "
                            + length
                            + ": "
                            + socket);
        }
        EarlyNotice notice = new EarlyNotice(socket, hello);
        notice.thread.start();
        return notice;
    }

    public State state() {
        return state;
    }

    /** Ends the connection within a second or so. */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }

    private void run() {
        try (Arena arena = Arena.ofConfined()) {
            Line line = new Line(new Libc(arena), arena);
            rehearse(line);
            if (line.libc.keepDescriptorsBelow(STANDARD_DESCRIPTORS) != 0) {
                state = State.UNSUPPORTED;
                return;
            }
            serve(line);
        } catch (IllegalStateException | IllegalArgumentException _) {
            state = State.UNSUPPORTED; // nothing may be logged from here
        }
    }

    /** Runs every line of {@link #serve} once with nobody at the other end. */
    private void rehearse(Line line) {
        line.attempt(line.nowhere);
        line.listen(-1);
        pause(1);
    }

    private void serve(Line line) {
        long retryMillis = RETRY_MILLIS_MIN;
        while (!stopping) {
            state = State.WAITING;
            int descriptor = line.attempt(line.vipd);
            if (descriptor >= 0) {
                state = State.CONNECTED;
                retryMillis = RETRY_MILLIS_MIN;
                line.listen(descriptor);
            }
            pause(retryMillis);
            retryMillis = Math.min(RETRY_MILLIS_MAX, retryMillis * 2);
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            // stopping, which the loop looks at
        }
    }

    /** The socket calls over memory that is allocated once. */
    private final class Line {
        final Libc libc;
        final MemorySegment vipd;
        final MemorySegment nowhere;
        private final MemorySegment greeting;
        private final MemorySegment received;
        private final MemorySegment timeout;

        Line(Libc libc, Arena arena) {
            this.libc = libc;
            vipd = address(arena, path.toString());
            nowhere = address(arena, "/nonexistent/proa");
            greeting = arena.allocateFrom(ValueLayout.JAVA_BYTE, hello);
            received = arena.allocate(READ_BYTES);
            timeout = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
            timeout.set(ValueLayout.JAVA_LONG, 0, READ_SECONDS);
        }

        private static MemorySegment address(Arena arena, String path) {
            MemorySegment address = arena.allocate(FAMILY_BYTES + PATH_BYTES_MAX, Short.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) Libc.AF_UNIX);
            address.setString(FAMILY_BYTES, path);
            return address;
        }

        /** Connects and says hello; the descriptor, or -1. */
        int attempt(MemorySegment address) {
            int descriptor = libc.socket(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC);
            libc.setsockopt(descriptor, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, timeout);
            boolean connected = libc.connect(descriptor, address) == 0;
            boolean greeted = libc.write(descriptor, greeting) == greeting.byteSize();
            if (connected && greeted) {
                return descriptor;
            }
            libc.close(descriptor);
            return -1;
        }

        /** Reads until the other end is gone or it is time to stop. */
        void listen(int descriptor) {
            boolean open = true;
            while (open && !stopping) {
                long count = libc.read(descriptor, received);
                int error = count < 0 ? libc.errno() : 0;
                open = count > 0 || error == Libc.EAGAIN || error == Libc.EINTR;
            }
            libc.close(descriptor);
        }
    }
}
