package proa.cluster.transport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.EOFException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * A listener whose {@link #accept} gives only connections of members, after their handshake.
 *
 * <p>Handshakes run beside each other on virtual threads, so that a stranger who connects and says
 * nothing, or little at a time, keeps no member waiting.
 */
final class MemberServerSocket extends ServerSocket {

    private static final Logger log = LoggerFactory.getLogger(MemberServerSocket.class);

    /** A member's handshake takes milliseconds; on an overloaded machine some hundreds. */
    private static final Duration HANDSHAKE_MAX = Duration.ofSeconds(3);

    /** More handshakes at once than members could ever need. */
    static final int HANDSHAKES_MAX = 64;

    /** So long {@link #close} waits for the end of the listener at most. */
    private static final Duration LISTENER_GONE = Duration.ofSeconds(10);

    private final MemberSockets sockets;
    private final BlockingQueue<Socket> members = new ArrayBlockingQueue<>(HANDSHAKES_MAX);
    private final Handshakes handshakes = new Handshakes(HANDSHAKES_MAX, HANDSHAKE_MAX);
    private volatile @Nullable Thread acceptor;

    MemberServerSocket(MemberSockets sockets) throws IOException {
        this.sockets = sockets;
    }

    @Override
    public void bind(SocketAddress endpoint, int backlog) throws IOException {
        super.bind(endpoint, backlog);
        acceptor = Thread.ofPlatform().daemon().name("members-accept").start(this::acceptAll);
    }

    @Override
    public Socket accept() throws IOException {
        try {
            while (!isClosed()) {
                Socket member = members.poll(100, java.util.concurrent.TimeUnit.MILLISECONDS);
                if (member != null) {
                    return member;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SocketException("listener closed");
    }

    /**
     * Returns when the port is free again: the kernel keeps a listener until the thread that
     * accepts on it has noticed the end.
     */
    @Override
    public void close() throws IOException {
        super.close();
        for (Socket left = members.poll(); left != null; left = members.poll()) {
            left.close();
        }
        Thread accepting = acceptor;
        if (accepting != null) {
            awaitEnd(accepting);
        }
    }

    private static void awaitEnd(Thread accepting) {
        try {
            if (!accepting.join(LISTENER_GONE)) {
                log.warn("a listener for members has not ended in {} s", LISTENER_GONE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        AcceptLoop.run(
                this,
                this::acceptOne,
                e -> log.warn("accepting a member's connection: {}", e.getMessage()));
    }

    private void acceptOne() throws IOException {
        Socket accepted = new Socket();
        implAccept(accepted);
        Thread.startVirtualThread(() -> handshake(accepted));
    }

    private void handshake(Socket accepted) {
        try {
            if (!members.offer(sockets.secure(accepted, handshakes))) {
                accepted.close();
            }
        } catch (Handshakes.Displaced _) {
            log.debug("{}: others have come since", accepted.getRemoteSocketAddress());
        } catch (IOException e) {
            if (e.getCause() instanceof EOFException) {
                // Somebody only looks whether this process lives.
                log.debug("{} said nothing", accepted.getRemoteSocketAddress());
                closeQuietly(accepted);
                return;
            }
            log.warn("{} refused: {}", accepted.getRemoteSocketAddress(), e.getMessage());
            closeQuietly(accepted);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("closing a refused connection", e);
        }
    }
}
