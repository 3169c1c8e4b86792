package proa.node.admin;

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
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * HTTP/1.1 on a Unix socket that only this user may open: {@code GET /status}, {@code /ready} and
 * {@code /live}. One virtual thread and one request for each connection.
 */
public final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** A request line and a few header lines; more is not for us. */
    private static final int HEAD_BYTES_MAX = 8 << 10;

    /** Concurrent connections; a script in a loop must not exhaust the process. */
    private static final int CONNECTIONS_MAX = 32;

    private final Path path;
    private final ServerSocketChannel server;
    private final Inspection node;
    private final Semaphore connections = new Semaphore(CONNECTIONS_MAX);

    private AdminServer(Path path, ServerSocketChannel server, Inspection node) {
        this.path = path;
        this.server = server;
        this.node = node;
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @throws IOException when the file cannot be made
     */
    public static AdminServer open(Path socket, Inspection node) throws IOException {
        Files.deleteIfExists(socket);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        AdminServer admin = new AdminServer(socket, server, node);
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
            ByteBuffer answer = ByteBuffer.wrap(answer(readHead(client)));
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

    private byte[] answer(String head) {
        String line = head.lines().findFirst().orElse("");
        if (!head.contains("\r\n\r\n") || !line.endsWith(" HTTP/1.1")) {
            return response("400 Bad Request", Map.of("error", "not an HTTP/1.1 request"));
        }
        if (!line.startsWith("GET ")) {
            return response("405 Method Not Allowed", Map.of("error", "only GET"));
        }
        return get(line.split(" ", -1)[1]);
    }

    private byte[] get(String target) {
        return switch (target) {
            case "/status" -> response("200 OK", node.status());
            case "/ready" ->
                    response(
                            node.lacking().isEmpty() ? "200 OK" : "503 Service Unavailable",
                            Map.of("ready", node.lacking().isEmpty(), "lacking", node.lacking()));
            case "/live" ->
                    response(
                            node.live() ? "200 OK" : "503 Service Unavailable",
                            Map.of("live", node.live()));
            default ->
                    response(
                            "404 Not Found",
                            Map.of("error", "there are /status, /ready and /live"));
        };
    }

    private static byte[] response(String status, Map<String, Object> document) {
        String body = Json.of(document) + "\n";
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        String head =
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + length
                        + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(StandardCharsets.UTF_8);
    }
}
