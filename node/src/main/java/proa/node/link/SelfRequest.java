package proa.node.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a listener of this process for an answer, again and again, as a client would: the proof that
 * it serves, which no timer thread can give. A thread of its own.
 */
public final class SelfRequest implements AutoCloseable {

    /** Interval between requests; vipd wants to hear of one at least every 200 ms. */
    private static final long EVERY_NANOS = 100_000_000;

    /**
     * A request that takes longer has failed; the next one may do better. Several of them fit into
     * the second after which vipd takes the node for stuck: one lost SYN alone takes that long.
     */
    private static final int TIMEOUT_MILLIS = 300;

    private static final byte[] REQUEST =
            "GET / HTTP/1.1\r\nHost: self\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private static final byte[] EXPECTED = "HTTP/1.1 200".getBytes(StandardCharsets.ISO_8859_1);

    private final InetSocketAddress listener;
    private final Thread thread;
    private volatile long servedNanos = System.nanoTime();
    private volatile long served;
    private volatile boolean closed;

    private SelfRequest(InetSocketAddress listener) {
        this.listener = listener;
        thread = Thread.ofPlatform().name("self-request").daemon().unstarted(this::run);
    }

    /**
     * Starts asking.
     *
     * @param listener an HTTP listener of this process that answers 200
     */
    public static SelfRequest start(InetSocketAddress listener) {
        SelfRequest request = new SelfRequest(listener);
        request.thread.start();
        return request;
    }

    /** Age of the last answer, in milliseconds; before the first one, since the start. */
    public long servedMillis() {
        return (System.nanoTime() - servedNanos) / 1_000_000;
    }

    /** Answers so far. */
    public long served() {
        return served;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            long started = System.nanoTime();
            if (answered()) {
                servedNanos = System.nanoTime();
                count();
            }
            LockSupport.parkNanos(started + EVERY_NANOS - System.nanoTime());
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // by this thread alone
    private void count() {
        served++;
    }

    private boolean answered() {
        try (Socket socket = new Socket()) {
            socket.connect(listener, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(REQUEST);
            InputStream in = socket.getInputStream();
            boolean expected = Arrays.equals(in.readNBytes(EXPECTED.length), EXPECTED);
            in.transferTo(OutputStream.nullOutputStream());
            return expected;
        } catch (IOException _) {
            return false; // its age says it
        }
    }
}
