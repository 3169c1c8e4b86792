package proa.node.admin;

import jdk.net.ExtendedSocketOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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

    private final LocalListener listener;
    private final Level level;
    private final Router router;

    private AdminServer(Path socket, Level level, Router router) throws IOException {
        this.level = level;
        this.router = router;
        this.listener = LocalListener.open(socket, level.mode(), CONNECTIONS_MAX, this::serve);
    }

    /**
     * Listens. A socket file left by an earlier process is replaced.
     *
     * @param directory where the level's socket is to be
     * @throws IOException when the file cannot be made
     */
    public static AdminServer open(Path directory, Level level, Inspection node, Control control)
            throws IOException {
        return new AdminServer(directory.resolve(level.file()), level, new Router(node, control));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void serve(SocketChannel client) throws IOException {
        ByteBuffer answer = ByteBuffer.wrap(answer(readHead(client), client));
        while (answer.hasRemaining()) {
            client.write(answer);
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
