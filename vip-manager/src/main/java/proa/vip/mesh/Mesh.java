package proa.vip.mesh;

import proa.vip.message.MeshCodec;
import proa.vip.message.MeshMessage;
import proa.vip.vrrp.Event;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The connections of this vipd to those of the other members. Of each pair the member with the
 * lower id dials; whoever dials tries again until closed.
 *
 * <p>Any thread may call; events are told on the mesh's own threads, those of one connection in
 * order and a peer's connections one after the other, but a verdict that is known already on the
 * thread that asks for it. Nothing here blocks the caller, except {@link #leave} and {@link
 * #close}.
 */
public final class Mesh implements AutoCloseable {

    /** A stranger that connects and says nothing occupies one of these at most this long. */
    static final int HANDSHAKE_MILLIS = 3_000;

    private static final int HANDSHAKES_MAX = 8;
    private static final int BACKLOG = 16;
    private static final long LEAVE_MILLIS = 200;
    private static final long ACCEPT_PAUSE_MILLIS = 100;
    private static final long STRANGER_PAUSE_NANOS = 1_000_000_000L;

    /** So long {@link #close} waits for the end of the listener at most. */
    private static final Duration LISTENER_GONE = Duration.ofSeconds(10);

    private final MeshSettings settings;
    private final ServerSocket server;
    private final Map<String, MeshLink> links = new ConcurrentHashMap<>();

    /**
     * Of each peer: that it comes and goes is told in the order in which {@link #links} changes.
     */
    private final Map<String, Lock> turns = new ConcurrentHashMap<>();

    private final List<Dialer> dialers = new ArrayList<>();
    private final Thread acceptor = daemon("mesh-accept", this::accept);
    private final Semaphore handshakes = new Semaphore(HANDSHAKES_MAX);
    private final Map<String, Confirmer> confirmers = new LinkedHashMap<>();
    private final ScheduledExecutorService late =
            Executors.newSingleThreadScheduledExecutor(task -> daemon("mesh-late", task));
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong strangerNanos =
            new AtomicLong(System.nanoTime() - STRANGER_PAUSE_NANOS);
    private volatile boolean closed;

    private Consumer<MeshEvent> events = _ -> {};

    private Mesh(MeshSettings settings, ServerSocket server) {
        this.settings = settings;
        this.server = server;
        for (MeshSettings.Peer peer : settings.peers()) {
            String node = peer.node();
            confirmers.put(
                    node,
                    new Confirmer(
                            settings,
                            peer,
                            () -> connected(node),
                            verdict -> tell(new MeshEvent.Confirmed(node, verdict))));
        }
    }

    /**
     * Begins to listen; connects only after {@link #start}, so that a caller can order what else it
     * opens in between.
     *
     * @throws IOException when the address or port is not to be had
     */
    public static Mesh listen(MeshSettings settings) throws IOException {
        ServerSocket server = new ServerSocket();
        bind(server, settings.address(), settings.port());
        return on(server, settings);
    }

    /**
     * Begins to listen before the rest is known, for a caller that opens something else after it.
     *
     * @param server new, and for {@link #on} afterwards
     * @throws IOException when the address or port is not to be had
     */
    public static void bind(ServerSocket server, InetAddress address, int port) throws IOException {
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(address, port), BACKLOG);
    }

    /** A mesh that accepts by a socket which has been bound; closes it with itself. */
    public static Mesh on(ServerSocket server, MeshSettings settings) {
        return new Mesh(settings, server);
    }

    /**
     * Accepts and dials from now on.
     *
     * @param listener told everything, on the mesh's threads; must not block
     */
    public void start(Consumer<MeshEvent> listener) {
        events = listener;
        confirmers.values().forEach(Confirmer::start);
        acceptor.start();
        for (MeshSettings.Peer peer : settings.peers()) {
            if (settings.hello().id() < peer.id()) {
                Dialer dialer = new Dialer(this, peer);
                dialers.add(dialer);
                daemon("mesh-dial-" + peer.node(), dialer::run).start();
            }
        }
    }

    /**
     * Says it to one peer, or to all if {@code node} is empty; whoever is not connected misses it.
     */
    public void say(String node, MeshMessage message) {
        byte[] frame = MeshCodec.encode(message);
        if (node.isEmpty()) {
            links.values().forEach(link -> link.send(frame));
            return;
        }
        MeshLink link = links.get(node);
        if (link != null) {
            link.send(frame);
        }
    }

    /** Whether the peer is connected now. */
    public boolean connected(String node) {
        return links.containsKey(node);
    }

    /**
     * Tries a plain TCP connection to the peer's vipd: {@link MeshEvent.Confirmed} follows. While
     * the peer has no mesh connection, each change of the verdict within {@value
     * Confirmer#INQUIRY_NANOS} ns follows too, so that a process that takes its time to die is
     * found dead.
     */
    public void confirm(String node) {
        Confirmer confirmer = confirmers.get(node);
        if (confirmer != null && !closed) {
            confirmer.ask();
        }
    }

    /**
     * Whoever comes while all places are taken waits in the kernel: to close its connection would
     * say that this process lives and wants nobody.
     */
    private void accept() {
        while (!closed) {
            handshakes.acquireUninterruptibly();
            boolean greeting = false;
            try {
                greet(server.accept());
                greeting = true;
            } catch (IOException | RuntimeException | Error e) {
                refused("", "accept: " + why(e));
                pause();
            } finally {
                if (!greeting) {
                    handshakes.release();
                }
            }
        }
    }

    private void greet(Socket socket) {
        try {
            daemon("mesh-in", () -> greetAccepted(socket)).start();
        } catch (RuntimeException | Error e) {
            Sockets.closeQuietly(socket);
            throw e;
        }
    }

    private void greetAccepted(Socket socket) {
        MeshLink link = null;
        try {
            link = inTime(socket, () -> MeshLink.accepted(socket, settings));
        } catch (IOException | RuntimeException | Error e) {
            stranger(socket, e);
        } finally {
            handshakes.release();
        }
        if (link != null) {
            run(link);
        }
    }

    private interface Greeting {
        MeshLink greet() throws IOException;
    }

    /**
     * Greets within {@value #HANDSHAKE_MILLIS} ms altogether: a socket's timeout counts from each
     * byte, and who sends one now and then would hold his place for ever.
     */
    private MeshLink inTime(Socket plain, Greeting greeting) throws IOException {
        boolean greeted = false;
        Future<?> cut = null;
        try {
            cut =
                    late.schedule(
                            () -> Sockets.closeQuietly(plain),
                            HANDSHAKE_MILLIS,
                            TimeUnit.MILLISECONDS);
            MeshLink link = greeting.greet();
            greeted = true;
            return link;
        } finally {
            if (cut != null) {
                cut.cancel(false);
            }
            if (!greeted) {
                Sockets.closeQuietly(plain);
            }
        }
    }

    /**
     * One line a second at most; none for those that went away, as whoever confirms a death does.
     */
    private void stranger(Socket socket, Throwable why) {
        long now = System.nanoTime();
        long before = strangerNanos.get();
        boolean wentAway = why instanceof EOFException || why.getCause() instanceof EOFException;
        if (!wentAway
                && now - before >= STRANGER_PAUSE_NANOS
                && strangerNanos.compareAndSet(before, now)) {
            String from = socket.getInetAddress().getHostAddress();
            refused("", "connection from " + from + ": " + why(why));
        }
    }

    /** Connects, greets and serves until the connection ends; the dialer's loop. */
    void dial(MeshSettings.Peer peer) throws IOException {
        Socket socket = Sockets.dial(peer, settings);
        run(inTime(socket, () -> MeshLink.dialed(socket, peer, settings)));
    }

    /** Serves the link on the calling thread until it ends. */
    private void run(MeshLink link) {
        try (EarlyWatch watch = watch(link)) {
            begun(link);
            if (link.hello().earlyPort() > 0) {
                daemon("mesh-early-" + link.node(), watch::run).start();
            }
            ended(link, link.read(this::tell));
        } catch (RuntimeException | Error e) {
            // Whatever it is, a link that nobody reads must not look like a connection.
            ended(link, new MeshEvent.PeerDown(link.node(), Event.Ending.BROKEN, why(e)));
        }
    }

    /**
     * Whether the peer is dead is asked at its mesh's port, which refuses nobody while the device
     * is there; but at its early port once that has refused: a dying process accepts at the other
     * for some milliseconds more.
     */
    private EarlyWatch watch(MeshLink link) {
        String node = link.node();
        int port = link.hello().earlyPort();
        Confirmer confirmer = confirmers.get(node);
        MeshSettings.Peer peer = settings.peer(node).orElse(null);
        if (confirmer == null || peer == null) {
            throw new IllegalStateException("greeted by a stranger: " + node);
        }
        confirmer.knockAt(0);
        Runnable dead =
                () -> {
                    confirmer.knockAt(port);
                    ended(
                            link,
                            new MeshEvent.PeerDown(
                                    node, Event.Ending.BROKEN, "its process has ended"));
                };
        return new EarlyWatch(
                settings,
                new InetSocketAddress(peer.address(), port),
                dead,
                why ->
                        refused(
                                node,
                                "port "
                                        + port
                                        + ", which tells of its death at once: "
                                        + why
                                        + "; the mesh's tells some 10 ms later"));
    }

    private void begun(MeshLink link) {
        String node = link.node();
        Lock turn = turn(node);
        turn.lock();
        try {
            MeshLink before = links.put(node, link);
            if (before != null) {
                before.close();
                tell(new MeshEvent.PeerDown(node, Event.Ending.BROKEN, "connected anew"));
            }
            daemon("mesh-write-" + node, link::write).start();
            tell(new MeshEvent.PeerUp(node, link.hello()));
        } finally {
            turn.unlock();
        }
    }

    /** Told first: the others wait for it. The end of a link that was replaced has been told. */
    private void ended(MeshLink link, MeshEvent.PeerDown down) {
        Lock turn = turn(link.node());
        turn.lock();
        try {
            if (links.remove(link.node(), link)) {
                tell(down);
            }
        } finally {
            turn.unlock();
            link.close();
        }
    }

    private Lock turn(String node) {
        return turns.computeIfAbsent(node, _ -> new ReentrantLock());
    }

    /** For the log: an Error's message alone may say nothing. */
    static String why(Throwable failure) {
        return failure instanceof IOException
                ? String.valueOf(failure.getMessage())
                : failure.toString();
    }

    /** What failed at once would fail again at once. */
    private void pause() {
        try {
            boolean _ = closing.await(ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(MeshEvent event) {
        if (!closed) {
            events.accept(event);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Tells that a connection came to nothing; an empty node name: whoever it was. */
    void refused(String node, String why) {
        tell(new MeshEvent.Refused(node, why));
    }

    /** Says goodbye on every connection, waits until it is read, and closes: no crash. */
    public void leave() {
        closed = true;
        byte[] goodbye = MeshCodec.encode(new MeshMessage.Leaving());
        links.values().forEach(link -> link.leave(goodbye));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEAVE_MILLIS);
        links.values().forEach(link -> link.awaitClosed(deadline));
        close();
    }

    /**
     * Closes everything at once; the peers see a crash unless {@link #leave} was called. Returns
     * when the port is free again: the kernel keeps a listener until the thread that accepts on it
     * has noticed the end, which takes some milliseconds where that thread gets no processor.
     */
    @Override
    public void close() {
        closed = true;
        Sockets.closeQuietly(server);
        dialers.forEach(Dialer::close);
        links.values().forEach(MeshLink::close);
        confirmers.values().forEach(Confirmer::close);
        closing.countDown();
        late.shutdown();
        handshakes.release();
        awaitListenerGone();
    }

    private void awaitListenerGone() {
        try {
            if (acceptor.isAlive()) {
                boolean _ = acceptor.join(LISTENER_GONE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    static Thread daemon(String name, Runnable task) {
        return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }
}
