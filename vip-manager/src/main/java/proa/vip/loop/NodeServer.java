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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens on {@code vipd.sock}. Who may connect is decided by the file's permissions: its owner and
 * group.
 */
final class NodeServer implements AutoCloseable {

    /** The node has two connections; the rest are status commands. */
    private static final int CONNECTIONS_MAX = 16;

    /** The kernel's limit (unix(7)), less the terminating zero. */
    private static final int PATH_BYTES_MAX = 107;

    private final Path path;
    private final ServerSocketChannel server;
    private final AtomicInteger connections = new AtomicInteger();

    private NodeServer(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /**
     * Takes the socket's place, unless another vipd answers there.
     *
     * @throws Refusal when it does, or the path cannot be used
     */
    static NodeServer open(Path path) throws IOException {
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
            server.bind(address);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
            return new NodeServer(path, server);
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
                listener.said(link, message);
            }

            @Override
            public void ended(NodeLink link) {
                connections.decrementAndGet();
                listener.ended(link);
            }
        };
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
