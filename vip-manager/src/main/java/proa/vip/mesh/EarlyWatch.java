package proa.vip.mesh;

import proa.vip.linux.RealTime;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;

/**
 * Keeps a plain connection to the port that a peer's vipd closes as soon as it is killed (see
 * {@code EarlyNotice}), while the two have a connection of the mesh. One thread runs it; any may
 * close it.
 *
 * <p>Its end proves nothing, for anybody can forge it, so it connects again: refused where it was
 * accepted before, the process is dead. A forged end costs one connection.
 */
final class EarlyWatch implements AutoCloseable {

    /** A peer that does not answer for so long has no such port, for all we can know. */
    static final int CONNECT_MILLIS = 1_000;

    /**
     * Connected again at once so many times: a process that dies ends connections before the
     * listener, and its kernel accepts in between.
     */
    static final int AT_ONCE_MAX = 3;

    /** Then after a pause, until one has lasted so long. */
    static final long PAUSE_MILLIS = 5_000;

    private static final long PAUSE_NANOS = PAUSE_MILLIS * 1_000_000;

    private final MeshSettings settings;
    private final InetSocketAddress port;
    private final Runnable dead;
    private final Consumer<String> unreachable;
    private final Closing closing = new Closing();
    private volatile Socket current = new Socket();
    private boolean reached;
    private boolean complained;

    /**
     * @param port where the peer has said that it listens
     * @param dead told on the watch's thread that the process is dead
     * @param unreachable told once why that cannot be reached
     */
    EarlyWatch(
            MeshSettings settings,
            InetSocketAddress port,
            Runnable dead,
            Consumer<String> unreachable) {
        this.settings = settings;
        this.port = port;
        this.dead = dead;
        this.unreachable = unreachable;
    }

    /** Watches until {@link #close}, or until the peer is dead. */
    void run() {
        int again = 0;
        long pause = 0;
        while (!closing.within(pause)) {
            long began = System.nanoTime();
            String why = "connections end at once";
            try (Socket socket = new Socket()) {
                connect(socket);
                RealTime.join();
                awaitEnd(socket);
            } catch (ConnectException e) {
                if (reached) {
                    dead.run();
                    return;
                }
                why = String.valueOf(e.getMessage());
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
            boolean lasted = System.nanoTime() - began > PAUSE_NANOS;
            again = lasted ? 0 : again + 1;
            pause = again <= AT_ONCE_MAX ? 0 : complain(why);
        }
    }

    private void connect(Socket socket) throws IOException {
        current = socket;
        if (closing.isClosed()) {
            throw new IOException("closed");
        }
        socket.bind(new InetSocketAddress(settings.address(), 0));
        socket.connect(port, CONNECT_MILLIS);
        reached = true;
    }

    /** Returns when the connection has ended, in whatever way. */
    private void awaitEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int first;
        try {
            first = in.read();
        } catch (IOException _) {
            return;
        }
        if (first >= 0) {
            reached = false;
            throw new IOException("somebody else answers there");
        }
    }

    /** Said once: how long to wait now. */
    private long complain(String why) {
        if (!complained && !closing.isClosed()) {
            complained = true;
            unreachable.accept(why);
        }
        return PAUSE_MILLIS;
    }

    @Override
    public void close() {
        closing.close();
        Sockets.closeQuietly(current);
    }
}
