package proa.node.admin;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import proa.config.AdminConfig;
import proa.config.Network;
import proa.node.metrics.Exposition;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Answers monitoring over HTTP/1.1: {@code GET /metrics}, {@code /health/live} and {@code
 * /health/ready}. One request and one virtual thread for each connection; nothing can be changed
 * here. It is apart from the event loops, so that it answers when they do not.
 */
public final class MonitorServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MonitorServer.class);

    /** A request line and a few header lines. */
    private static final int HEAD_BYTES_MAX = 8 << 10;

    /** Several scrapers and health checks at once; the next ones wait. */
    private static final int CONNECTIONS_MAX = 32;

    private static final int BACKLOG = 64;

    /** Who is silent for longer has lost its place. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    private static final String JSON = "application/json";

    private final ServerSocket server;
    private final List<Network> allow;
    private final Monitoring node;
    private final Semaphore places = new Semaphore(CONNECTIONS_MAX);

    private MonitorServer(ServerSocket server, List<Network> allow, Monitoring node) {
        this.server = server;
        this.allow = allow;
        this.node = node;
    }

    /**
     * Listens.
     *
     * @throws IOException when the address cannot be had, in an operator's words
     */
    public static MonitorServer open(AdminConfig config, Monitoring node) throws IOException {
        InetSocketAddress address = config.address();
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "admin cannot listen on %s port %d: %s"
                            .formatted(
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    e.getMessage()),
                    e);
        }
        MonitorServer made = new MonitorServer(server, config.allow(), node);
        Thread.ofVirtual().name("monitoring").start(made::acceptAll);
        return made;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void acceptAll() {
        try {
            while (!server.isClosed()) {
                places.acquire();
                if (!accept()) {
                    places.release();
                    Thread.sleep(Duration.ofMillis(100));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean accept() {
        try {
            Socket client = server.accept();
            Thread.ofVirtual().name("monitoring-client").start(() -> serve(client));
            return true;
        } catch (IOException e) {
            if (!server.isClosed()) {
                LOG.warn("admin: {}", e.getMessage());
            }
            return false;
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setSoTimeout((int) SILENCE_MAX.toMillis());
            if (allows(client.getInetAddress())) {
                client.getOutputStream().write(answer(head(client.getInputStream())));
                client.shutdownOutput();
                drain(client.getInputStream());
            }
        } catch (IOException e) {
            LOG.debug("admin: a client went away: {}", e.getMessage());
        } finally {
            places.release();
        }
    }

    private boolean allows(InetAddress client) {
        return allow.isEmpty() || allow.stream().anyMatch(network -> network.contains(client));
    }

    /** The head, or what there was of it. */
    private static String head(InputStream in) throws IOException {
        byte[] bytes = new byte[HEAD_BYTES_MAX];
        int length = 0;
        String text = "";
        while (!text.contains("\r\n\r\n") && length < bytes.length) {
            int count = in.read(bytes, length, bytes.length - length);
            if (count < 0) {
                return text;
            }
            length += count;
            text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    /** What still comes is read, or closing would reset the answer away (RFC 9112 §9.6). */
    private static void drain(InputStream in) throws IOException {
        int left = HEAD_BYTES_MAX;
        byte[] bytes = new byte[1 << 10];
        for (int count = in.read(bytes); count >= 0 && left > 0; count = in.read(bytes)) {
            left -= count;
        }
    }

    private byte[] answer(String head) {
        String[] line = head.lines().findFirst().orElse("").split(" ", -1);
        if (!head.contains("\r\n\r\n") || line.length != 3 || !line[2].startsWith("HTTP/1.")) {
            return json(Answer.error(Answer.BAD_REQUEST, "not an HTTP/1.1 request"), true);
        }
        boolean body = !line[0].equals("HEAD");
        if (body && !line[0].equals("GET")) {
            return json(Answer.error(Answer.METHOD_NOT_ALLOWED, "only GET and HEAD"), true);
        }
        try {
            return answer(line[1].split("\\?", 2)[0], body);
        } catch (RuntimeException defect) {
            LOG.error("{} failed", line[1], defect);
            return json(Answer.error(Answer.FAILED, "a defect: " + defect), body);
        }
    }

    private byte[] answer(String path, boolean body) {
        return switch (path) {
            case "/metrics" -> bytes(Answer.ok(Map.of()), Exposition.TYPE, node.metrics(), body);
            case "/health/live" -> json(live(), body);
            case "/health/ready" -> json(ready(), body);
            default ->
                    json(
                            Answer.error(
                                    Answer.NOT_FOUND,
                                    "there are /metrics, /health/live and /health/ready"),
                            body);
        };
    }

    private Answer live() {
        boolean live = node.live();
        return new Answer(live ? Answer.OK : Answer.UNAVAILABLE, Map.of("live", live));
    }

    private Answer ready() {
        List<String> lacking = node.lacking();
        Map<String, Object> frontends = new LinkedHashMap<>();
        node.frontends()
                .forEach(
                        (name, lacks) ->
                                frontends.put(
                                        name,
                                        Answer.ordered(
                                                "ready", lacks.isEmpty(), "lacking", lacks)));
        boolean bound = node.frontends().values().stream().allMatch(List::isEmpty);
        boolean ready = lacking.isEmpty() && bound;
        return new Answer(
                ready ? Answer.OK : Answer.UNAVAILABLE,
                Answer.ordered(
                        "ready", ready,
                        "lacking", lacking,
                        "warnings", node.warnings(),
                        "frontends", frontends));
    }

    private static byte[] json(Answer answer, boolean body) {
        return bytes(answer, JSON, Json.of(answer.document()) + "\n", body);
    }

    private static byte[] bytes(Answer answer, String type, String text, boolean body) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        String head =
                "HTTP/1.1 "
                        + answer.reason()
                        + "\r\nContent-Type: "
                        + type
                        + "\r\nContent-Length: "
                        + length
                        + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        return (body ? head + text : head).getBytes(StandardCharsets.UTF_8);
    }
}
