package proa.node.admin;

import jdk.net.ExtendedSocketOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;

/**
 * HTTP/1.1 on a Unix socket of one {@link Level}. One virtual thread and one request for each
 * connection; what can be asked is up to {@link Router}.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** A request line and a few header lines; more is not for us. */
    private static final int HEAD_BYTES_MAX = 8 << 10;

    /** Concurrent connections; a script in a loop must not exhaust the process. */
    private static final int CONNECTIONS_MAX = 32;

    private static final int INTERNAL_ERROR = 500;

    private final Path path;
    private final ServerSocketChannel server;
    private final Level level;
    private final Router router;
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private AdminServer(Path path, ServerSocketChannel server, Level level, Router router) {
        this.path = path;
        this.server = server;
        this.level = level;
        this.router = router;
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @param directory where the level's socket is to be
     * @throws IOException when the file cannot be made
     */
    public static AdminServer open(Path directory, Level level, Inspection node, Control control)
            throws IOException {
        Path socket = directory.resolve(level.file());
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(level.mode()));
        AdminServer admin = new AdminServer(socket, server, level, new Router(node, control));
        Thread.ofVirtual().name("admin").start(admin::accept);
        return admin;
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }

    private void accept() {
        try {
            while (server.isOpen()) {
                connections.acquire();
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("admin-client").start(() -> serve(client));
            }
        } catch (IOException | InterruptedException e) {
            LOG.debug("the admin socket is closed: {}", e.getMessage());
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            ByteBuffer answer = ByteBuffer.wrap(answer(readHead(client), client));
            while (answer.hasRemaining()) {
                client.write(answer);
            }
        } catch (IOException e) {
            LOG.debug("an admin client went away: {}", e.getMessage());
        } finally {
            connections.release();
        }
    }

    /** The head, or what there was of it when the client stopped sending or sent too much. */
    private static String readHead(SocketChannel client) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES_MAX);
        String text = "";
        while (!text.contains("\r\n\r\n") && head.hasRemaining() && client.read(head) >= 0) {
            text = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    private byte[] answer(String head, SocketChannel client) {
        String[] line = head.lines().findFirst().orElse("").split(" ", -1);
        if (!head.contains("\r\n\r\n") || line.length != 3 || !line[2].equals("HTTP/1.1")) {
            return bytes(Answer.error(Answer.BAD_REQUEST, "not an HTTP/1.1 request"));
        }
        try {
            return bytes(router.answer(line[0], line[1], level, user(client)));
        } catch (RuntimeException defect) {
            LOG.error("{} {} failed", line[0], line[1], defect);
            return bytes(Answer.error(INTERNAL_ERROR, "a defect: " + defect));
        }
    }

    /** Who is at the other end, as the kernel says. */
    private static String user(SocketChannel client) {
        try {
            return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("nobody knows who that is", e);
            return "somebody";
        }
    }

    private static byte[] bytes(Answer answer) {
        String body = Json.of(answer.document()) + "\n";
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        String head =
                "HTTP/1.1 "
                        + answer.reason()
                        + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + length
                        + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }
}
