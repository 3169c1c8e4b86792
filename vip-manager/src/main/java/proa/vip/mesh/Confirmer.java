package proa.vip.mesh;

import org.jspecify.annotations.Nullable;

import proa.vip.linux.RealTime;
import proa.vip.vrrp.Event;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Finds out, on a thread of its own, whether the vipd of one peer is dead. Any thread may call.
 *
 * <p>The kernel of a process that dies ends its connections before its listener, and takes
 * milliseconds in between when it has to wait for a processor: until then it accepts whoever
 * knocks. So what is accepted is held, and its reset is the news; a process that lives has nothing
 * to reset.
 */
final class Confirmer implements AutoCloseable {

    /** A live peer's kernel answers, and a dead process's resets, well within this. */
    static final int KNOCK_MILLIS = 5;

    /**
     * Asked on for so long while the peer has no connection: then the advertisements decide, as
     * they do for a host that is dead.
     */
    static final long INQUIRY_NANOS = 250_000_000L;

    private static final int READ_BYTES = 4_096;

    private final MeshSettings settings;
    private final MeshSettings.Peer peer;
    private final BooleanSupplier connected;
    private final Consumer<Event.Verdict> told;
    private final Closing closing = new Closing();
    private final ExecutorService thread;
    private final byte[] arrived = new byte[READ_BYTES];

    /** Where a refusal comes first; 0: at the mesh's port. */
    private int earlyPort; // guarded by this

    /**
     * The same for the inquiry that goes on. Who is connected again is knocked at elsewhere from
     * then on, but whether the one that was asked about is dead only its own port tells.
     */
    private int askedPort; // guarded by this

    private boolean inquiring; // guarded by this
    private long untilNanos; // guarded by this
    private Event.@Nullable Verdict latest; // guarded by this

    /**
     * @param connected whether the peer has a connection again, so that nothing is left to find out
     * @param told the verdict and each that differs from the last, usually on the confirmer's
     *     thread
     */
    Confirmer(
            MeshSettings settings,
            MeshSettings.Peer peer,
            BooleanSupplier connected,
            Consumer<Event.Verdict> told) {
        this.settings = settings;
        this.peer = peer;
        this.connected = connected;
        this.told = told;
        thread =
                Executors.newSingleThreadExecutor(
                        task -> Mesh.daemon("mesh-confirm-" + peer.node(), task));
    }

    /** Makes the thread, which takes longer than a knock. */
    void start() {
        thread.execute(() -> {});
    }

    /**
     * Where to knock for those who ask from now on.
     *
     * @param port where the peer's process accepted and refuses now, for those who have asked, too;
     *     0: at the mesh's port
     */
    synchronized void knockAt(int port) {
        earlyPort = port;
        if (port > 0) {
            askedPort = port;
        }
    }

    /** Begins to find out, or goes on for as long: at least one verdict is told. */
    void ask() {
        Event.Verdict known;
        synchronized (this) {
            untilNanos = System.nanoTime() + INQUIRY_NANOS;
            askedPort = earlyPort;
            known = latest;
            if (!inquiring) {
                inquiring = true;
                thread.execute(this::inquire);
            }
        }
        if (known != null) {
            told.accept(known);
        }
    }

    private void inquire() {
        RealTime.join();
        boolean goOn = true;
        try {
            while (goOn) {
                knock();
                goOn = wanted() && !closing.within(KNOCK_MILLIS);
            }
        } finally {
            if (goOn) {
                end();
            }
        }
    }

    private void knock() {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(settings.address(), 0));
            socket.connect(door(), KNOCK_MILLIS);
            hold(socket);
        } catch (ConnectException _) {
            found(Event.Verdict.DEAD);
        } catch (IOException _) {
            found(Event.Verdict.UNKNOWN);
        }
    }

    private synchronized InetSocketAddress door() {
        return askedPort > 0
                ? new InetSocketAddress(peer.address(), askedPort)
                : settings.addressOf(peer);
    }

    /** Returns when the connection has ended, or nobody wants to know any more. */
    private void hold(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        socket.setSoTimeout(KNOCK_MILLIS);
        boolean open = true;
        boolean wanted;
        do {
            // Asked before the wait, so that a thread that comes late looks once more.
            wanted = stillWanted();
            try {
                // Only a living process closes what it has accepted, when it is too much for it; a
                // dying one has not accepted it, and its kernel resets it.
                open = in.read(arrived) >= 0;
                found(Event.Verdict.ALIVE);
            } catch (SocketTimeoutException _) {
                found(Event.Verdict.ALIVE);
            } catch (IOException _) {
                found(Event.Verdict.DEAD);
                open = false;
            }
        } while (open && wanted);
    }

    private void found(Event.Verdict verdict) {
        synchronized (this) {
            if (verdict == latest) {
                return;
            }
            latest = verdict;
        }
        told.accept(verdict);
    }

    private synchronized boolean stillWanted() {
        return latest != Event.Verdict.DEAD
                && !closing.isClosed()
                && !connected.getAsBoolean()
                && System.nanoTime() - untilNanos < 0;
    }

    /** Whether to knock again; if not, whoever asks from now on begins anew. */
    private synchronized boolean wanted() {
        if (stillWanted()) {
            return true;
        }
        end();
        return false;
    }

    private synchronized void end() {
        inquiring = false;
        latest = null;
    }

    @Override
    public void close() {
        closing.close();
        thread.shutdown();
    }
}
