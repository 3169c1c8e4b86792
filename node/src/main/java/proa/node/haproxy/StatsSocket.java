package proa.node.haproxy;

import jdk.net.ExtendedSocketOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.node.admin.Control;
import proa.node.admin.Level;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;

/** Listens for HAProxy's commands on a Unix socket; one virtual thread for each connection. */
public final class StatsSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatsSocket.class);

    /** Its user and group may ask, as with {@link Level#OPERATE}. */
    private static final String MODE = "rw-rw----";

    /** A program in a loop must not exhaust the process; HAProxy's default is 10. */
    private static final int CONNECTIONS_MAX = 16;

    private final Path path;
    private final ServerSocketChannel server;
    private final Commands commands;
    private final Level level;
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private StatsSocket(Path path, ServerSocketChannel server, Commands commands, Level level) {
        this.path = path;
        this.server = server;
        this.commands = commands;
        this.level = level;
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @param level what may be done there
     * @throws IOException when the file cannot be made
     */
    public static StatsSocket open(Path path, Level level, Figures figures, Control control)
            throws IOException {
        Files.deleteIfExists(path);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(MODE));
        StatsSocket socket = new StatsSocket(path, server, new Commands(figures, control), level);
        Thread.ofVirtual().name("stats").start(socket::accept);
        return socket;
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                connections.acquire();
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("stats-client").start(() -> serve(client));
            }
        } catch (IOException | InterruptedException e) {
            LOG.debug("the stats socket is closed: {}", e.getMessage());
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            String by = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            new Dialogue(client, command -> commands.answer(command, level, by)).run();
        } catch (IOException e) {
            LOG.debug("a stats client went away: {}", e.getMessage());
        } catch (RuntimeException defect) {
            LOG.error("a stats command failed", defect);
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
