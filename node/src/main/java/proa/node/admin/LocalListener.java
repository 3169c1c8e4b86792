package proa.node.admin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Listens on a Unix socket for programs of this host; one virtual thread for each connection. */
public final class LocalListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LocalListener.class);

    /** After an accept that failed, when descriptors have run out for example. */
    private static final long PAUSE_MILLIS = 100;

    private final Path path;
    private final ServerSocketChannel server;
    private final Client client;
    private final Semaphore connections;

    /** Serves one connection, which is closed afterwards. */
    @FunctionalInterface
    public interface Client {
        void serve(SocketChannel connection) throws IOException;
    }

    private LocalListener(
            Path path, ServerSocketChannel server, int connectionsMax, Client client) {
        this.path = path;
        this.server = server;
        this.client = client;
        this.connections = new Semaphore(connectionsMax);
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @param mode who may connect, as {@code rw-rw----}
     * @param connectionsMax at a time; others wait
     * @throws IOException when the file cannot be made, or what is there is no socket
     */
    public static LocalListener open(Path path, String mode, int connectionsMax, Client client)
            throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            BasicFileAttributes there =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!there.isOther()) {
                throw new IOException(path + " is there and is no socket: it is left alone");
            }
            Files.delete(path);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        LocalListener listener = new LocalListener(path, server, connectionsMax, client);
        Thread.ofVirtual().name(path.getFileName().toString()).start(listener::acceptAll);
        return listener;
    }

    private void acceptAll() {
        try {
            while (server.isOpen()) {
                connections.acquire();
                if (!accept()) {
                    connections.release();
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean accept() {
        try {
            SocketChannel connection = server.accept();
            Thread.ofVirtual().name("local-client").start(() -> serve(connection));
            return true;
        } catch (ClosedChannelException _) {
            return false;
        } catch (IOException e) {
            LOG.warn("{}: {}", path, e.getMessage());
            return false;
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            client.serve(connection);
        } catch (IOException e) {
            LOG.debug("{}: a client went away: {}", path, e.getMessage());
        } catch (RuntimeException defect) {
            LOG.error("{}: a command failed", path, defect);
        } finally {
            connections.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
