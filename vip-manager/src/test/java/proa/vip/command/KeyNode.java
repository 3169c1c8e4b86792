package proa.vip.command;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** A node's socket that knows two secrets. */
final class KeyNode implements AutoCloseable {

    static final String LINES = "CLIENT_RANDOM 00ff 0102\nEXPORTER_SECRET 00fe 0103\n";

    private static final String SECRETS =
            "{\"lines\":[\"CLIENT_RANDOM 00ff 0102\",\"EXPORTER_SECRET 00fe 0103\"],\"lost\":0}";

    private final ServerSocketChannel server;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final AtomicBoolean refuses = new AtomicBoolean();

    KeyNode(Path socket) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    /** First lines of the requests so far. */
    List<String> asked() {
        return asked;
    }

    /** Refuses the next request. */
    void refuse() {
        refuses.set(true);
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    answer(client);
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void answer(SocketChannel client) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1_000);
        String request = "";
        while (!request.contains("\r\n\r\n") && client.read(in) >= 0) {
            request = new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII);
        }
        String line = request.lines().findFirst().orElse("");
        asked.add(line);
        String answer = "HTTP/1.1 200 OK\r\n\r\n{}";
        if (refuses.getAndSet(false)) {
            answer = "HTTP/1.1 409 Conflict\r\n\r\n{\"error\":\"somebody else has them\"}";
        } else if (line.contains("/keys/end")) {
            answer = "HTTP/1.1 200 OK\r\n\r\n" + SECRETS;
        }
        client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
