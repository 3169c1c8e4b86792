package proa.vip.loop;

import jdk.net.ExtendedSocketOptions;

import proa.config.link.LinkMessage;
import proa.vip.vrrp.AlarmLimit;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Listens on {@code vipd.sock}. Who may connect, and so look, is decided by the file's permissions:
 * its owner and group. Who may be the node and give orders, by {@link Orderers}. Whoever may only
 * look can keep neither places nor memory nor time from them.
 */
final class NodeServer implements AutoCloseable {

    /** The node has two connections; the rest are commands. */
    private static final int CONNECTIONS_MAX = 16;

    /** Of these; the others are kept free for the node and for orders. */
    private static final int LOOKERS_MAX = 8;

    /**
     * Between two messages of all who may only look: however much they ask, the loop has its turn.
     */
    private static final long LOOK_NANOS = 5_000_000;

    private static final long ACCEPT_PAUSE_NANOS = 5_000_000;

    /** After what is no fault of a connection's. */
    private static final long FAILED_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** From one line about what a user may not to the next one about the same user. */
    private static final long REFUSED_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** The kernel's limit (unix(7)), less the terminating zero. */
    private static final int PATH_BYTES_MAX = 107;

    private final Path path;
    private final ServerSocketChannel server;
    private final Orderers orderers;
    private final Journal journal;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger lookers = new AtomicInteger();
    private final ReentrantLock look = new ReentrantLock(true);

    /** Guarded by {@link #look}. */
    private final AlarmLimit<UserPrincipal> refused = new AlarmLimit<>(REFUSED_NANOS);

    private NodeServer(Path path, ServerSocketChannel server, Orderers orderers, Journal journal) {
        this.path = path;
        this.server = server;
        this.orderers = orderers;
        this.journal = journal;
    }

    /**
     * Takes the socket's place, unless another vipd answers there.
     *
     * @param nodeUser who the node runs as; empty: the same user as this process
     * @throws Refusal when it does, or the path cannot be used
     */
    static NodeServer open(Path path, String nodeUser, Journal journal) throws IOException {
        if (path.toString().length() > PATH_BYTES_MAX) {
            throw new Refusal(path + " is longer than " + PATH_BYTES_MAX + " bytes: use --run-dir");
        }
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            if (answers(address)) {
                throw new Refusal(path + ": another vipd is running here");
            }
            Files.deleteIfExists(path);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(address);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
                return new NodeServer(path, server, Orderers.of(path, nodeUser), journal);
            } catch (IOException e) {
                server.close();
                throw e;
            }
        } catch (Refusal e) {
            throw e;
        } catch (IOException e) {
            throw new Refusal(path + " cannot be made: " + e);
        }
    }

    private static boolean answers(UnixDomainSocketAddress address) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(address);
        } catch (IOException _) {
            return false;
        }
    }

    /** Accepts from now on; the listener is told on the connections' threads. */
    void start(NodeLink.Listener listener) {
        Thread.ofPlatform().daemon().name("node-accept").start(() -> accept(listener));
    }

    private void accept(NodeLink.Listener listener) {
        while (server.isOpen()) {
            try {
                admit(server.accept(), listener);
            } catch (IOException _) {
                // Closed, or the connection ended before it began; or there are no descriptors
                // left, which the next look would find as soon as this one.
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            } catch (RuntimeException | Error e) {
                // No thread, for one. Whoever comes next may have more luck, and is let in.
                journal.alarm("a connection to vipd's socket failed: " + e);
                LockSupport.parkNanos(FAILED_PAUSE_NANOS);
            }
        }
    }

    private void admit(SocketChannel channel, NodeLink.Listener listener) throws IOException {
        UserPrincipal user;
        try {
            user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        boolean mayOrder = orderers.include(user);
        if (!takesPlace(mayOrder)) {
            channel.close();
            return;
        }
        NodeLink link = new NodeLink(channel, user, mayOrder, counting(listener));
        try {
            link.start();
        } catch (RuntimeException | Error e) {
            leavesPlace(mayOrder);
            link.close();
            throw e;
        }
    }

    private boolean takesPlace(boolean mayOrder) {
        boolean tooMany = !mayOrder && lookers.get() >= LOOKERS_MAX;
        if (tooMany || connections.get() >= CONNECTIONS_MAX) {
            return false;
        }
        connections.incrementAndGet();
        if (!mayOrder) {
            lookers.incrementAndGet();
        }
        return true;
    }

    private void leavesPlace(boolean mayOrder) {
        connections.decrementAndGet();
        if (!mayOrder) {
            lookers.decrementAndGet();
        }
    }

    /** Frees the connection's place before its end is told. */
    private NodeLink.Listener counting(NodeLink.Listener listener) {
        return new NodeLink.Listener() {
            @Override
            public void said(NodeLink link, LinkMessage.FromNode message) {
                if (link.mayOrder()) {
                    listener.said(link, message);
                } else {
                    looked(link, message, listener);
                }
            }

            @Override
            public void ended(NodeLink link) {
                leavesPlace(link.mayOrder());
                listener.ended(link);
            }
        };
    }

    /** One after the other, and not faster than the loop has time for. */
    private void looked(NodeLink link, LinkMessage.FromNode message, NodeLink.Listener listener) {
        look.lock();
        try {
            LockSupport.parkNanos(LOOK_NANOS);
            if (message instanceof LinkMessage.StatusRequest) {
                listener.said(link, message);
            } else {
                refuse(link, message);
            }
        } finally {
            look.unlock();
        }
    }

    private void refuse(NodeLink link, LinkMessage.FromNode message) {
        String who = "user " + link.user().getName().replaceAll("\\p{Cntrl}", " ");
        switch (message) {
            case LinkMessage.Move _, LinkMessage.Maintenance _ -> {
                warn(link, who + " may not order: " + message.getClass().getSimpleName());
                link.send(
                        new LinkMessage.Done(
                                false,
                                who
                                        + " may not: this needs the level admin ("
                                        + orderers.words()
                                        + ")"));
            }
            case LinkMessage.Hello _ -> {
                warn(
                        link,
                        who
                                + " may not be the node here: that is for "
                                + orderers.words()
                                + "; cut off");
                link.close();
            }
            case LinkMessage.StatusRequest _,
                    LinkMessage.Servers _,
                    LinkMessage.Usable _,
                    LinkMessage.Heartbeat _,
                    LinkMessage.Readiness _,
                    LinkMessage.Drained _,
                    LinkMessage.Leaving _ ->
                    link.close();
        }
    }

    /** What he said is not repeated: it may be long, or look like lines of others. */
    private void warn(NodeLink link, String line) {
        if (refused.due(link.user(), System.nanoTime())) {
            journal.warn(line);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // A leftover file is replaced at the next start.
        }
    }
}
