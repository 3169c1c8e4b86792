package proa.chaos.bench.l4;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Many connections to an {@link L4Server}, a third of each kind, every number checked. One virtual
 * thread a connection; {@link #close} ends them.
 */
final class LastingClients implements AutoCloseable {

    private static final String KINDS = "EPB";
    private static final long ECHO_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int CONNECT_MILLIS = 20_000;

    private final InetSocketAddress address;
    private final AtomicLongArray received;
    private final AtomicLongArray lastNanos;
    private final AtomicLong stallNanos = new AtomicLong();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    /** Opens so many connections; they need not be there when this returns. */
    LastingClients(InetSocketAddress address, int count) {
        this.address = address;
        this.received = new AtomicLongArray(count);
        this.lastNanos = new AtomicLongArray(count);
        for (int number = 0; number < count; number++) {
            int own = number;
            Thread.ofVirtual().start(() -> run(own));
        }
    }

    /**
     * Waits until every connection has received something more, or has had its time.
     *
     * @return how many have, and what has become of the rest
     */
    Survivors awaitMore(long patienceNanos) {
        int count = received.length();
        long[] before = new long[count];
        for (int number = 0; number < count; number++) {
            before[number] = received.get(number);
        }
        long deadline = System.nanoTime() + patienceNanos;
        int alive = more(before);
        while (alive < count && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(POLL_NANOS);
            alive = more(before);
        }
        String first = broken.peek();
        return new Survivors(
                count,
                alive,
                broken.size(),
                TimeUnit.NANOSECONDS.toMillis(stallNanos.getAndSet(0)),
                first == null ? "" : first);
    }

    private int more(long[] before) {
        int more = 0;
        for (int number = 0; number < before.length; number++) {
            more += received.get(number) > before[number] ? 1 : 0;
        }
        return more;
    }

    private void run(int number) {
        try (Socket socket = new Socket()) {
            sockets.add(socket);
            socket.setTcpNoDelay(true);
            socket.connect(address, CONNECT_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            char kind = KINDS.charAt(number % KINDS.length());
            out.writeByte(kind);
            for (long next = 1; true; next++) {
                if (kind == 'E') {
                    LockSupport.parkNanos(ECHO_NANOS);
                    out.writeLong(next);
                }
                long heard = in.readLong();
                if (heard != next) {
                    throw new IOException("number " + heard + " instead of " + next);
                }
                got(number);
            }
        } catch (IOException e) {
            if (!closed) {
                broken.add(number + ": " + e);
            }
        }
    }

    private void got(int number) {
        long now = System.nanoTime();
        long last = lastNanos.getAndSet(number, now);
        if (last != 0) {
            stallNanos.accumulateAndGet(now - last, Math::max);
        }
        received.incrementAndGet(number);
    }

    @Override
    public void close() {
        closed = true;
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException _) {
                // It is gone already.
            }
        }
    }
}
