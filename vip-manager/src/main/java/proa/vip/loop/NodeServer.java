package proa.vip.loop;

import proa.config.link.LinkMessage;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens on {@code vipd.sock}. Who may connect, and so look, is decided by the file's permissions:
 * its owner and group. Who may be the node and give orders, by {@link Orderers}.
 */
final class NodeServer implements AutoCloseable {

    /** The node has two connections; the rest are status commands. */
    private static final int CONNECTIONS_MAX = 16;

    /** The kernel's limit (unix(7)), less the terminating zero. */
    private static final int PATH_BYTES_MAX = 107;

    private final Path path;
    private final ServerSocketChannel server;
    private final Orderers orderers;
    private final Journal journal;
    private final AtomicInteger connections = new AtomicInteger();

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
                // Closed, or the connection ended before it began.
            }
        }
    }

    private void admit(SocketChannel channel, NodeLink.Listener listener) throws IOException {
        if (connections.incrementAndGet() > CONNECTIONS_MAX) {
            connections.decrementAndGet();
            channel.close();
            return;
        }
        new NodeLink(channel, counting(listener)).start();
    }

    /** Frees the connection's place before its end is told. */
    private NodeLink.Listener counting(NodeLink.Listener listener) {
        return new NodeLink.Listener() {
            @Override
            public void said(NodeLink link, LinkMessage.FromNode message) {
                if (message instanceof LinkMessage.StatusRequest || isOrderer(link)) {
                    listener.said(link, message);
                } else {
                    refuse(link, message);
                }
            }

            @Override
            public void ended(NodeLink link) {
                connections.decrementAndGet();
                listener.ended(link);
            }
        };
    }

    private boolean isOrderer(NodeLink link) {
        UserPrincipal user = link.user();
        return user != null && orderers.include(user);
    }

    private void refuse(NodeLink link, LinkMessage.FromNode message) {
        String who = link.user() == null ? "a process of an unknown user" : "user " + link.user();
        switch (message) {
            case LinkMessage.Move _, LinkMessage.Maintenance _ -> {
                journal.warn(who + " may not order: " + message);
                link.send(
                        new LinkMessage.Done(
                                false,
                                who
                                        + " may not: this needs the level admin ("
                                        + orderers.words()
                                        + ")"));
            }
            case LinkMessage.Hello _ -> {
                journal.warn(
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
