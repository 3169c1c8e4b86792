package proa.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.node.Await;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

class AdminServerTest {
    @TempDir private Path directory;
    private Path socket;
    private AdminServer server;
    private volatile List<String> lacking = List.of();
    private volatile boolean live = true;
    private volatile String padding = "";

    @BeforeEach
    void open() throws IOException {
        socket = directory.resolve("node.sock");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket)); // a killed process leaves its file
        }
        server = AdminServer.open(directory, Level.ADMIN, router());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Path users = Files.writeString(directory.resolve("users"), "anna\n");
        assertThatThrownBy(() -> LocalListener.open(users, "rw-rw----", 1, _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage(users + " is there and is no socket: it is left alone");
        assertThat(users).hasContent("anna\n");
    }

    @Test
    void showsTheStatus() throws IOException {
        String answer = ask("GET /status HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Type: application/json\r\n", "Content-Length: 15\r\n")
                .endsWith("\r\n\r\n{\"node\":\"lb1\"}\n");
    }

    @Test
    void isReadyOnlyWhenNothingIsLacking() throws IOException {
        assertThat(ask("GET /ready HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
        lacking = List.of("warming up");
        assertThat(ask("GET /ready HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\"lacking\":[\"warming up\"]", "\"ready\":false");
    }

    @Test
    void isLiveWhileItsLoopsTurn() throws IOException {
        assertThat(ask("GET /live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK\r\n");
        live = false;
        assertThat(ask("GET /live HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 503 ");
    }

    @Test
    void refusesWhatItDoesNotKnow() throws IOException {
        assertThat(ask("GET /secret HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 Not Found\r\n");
        assertThat(ask("POST /ready HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(ask("PUT /ready HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
        assertThat(ask("hello\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void isForItsUserOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void doesWhatItsLevelAllows() throws IOException {
        assertThat(ask("POST /reload HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("\"by\":\"" + System.getProperty("user.name"));
        assertThat(ask("POST /backends/shop/servers/web%31?weight=50%25 HTTP/1.1\r\n\r\n"))
                .contains(
                        "shop/web1 Wish[order=Optional.empty, weight=Optional[Share[percent=50]]");
        assertThat(
                        ask(
                                "POST /backends/shop/servers/web1?order=drain&seconds=60"
                                        + " HTTP/1.1\r\n\r\n"))
                .contains("order=Optional[DRAIN]", "limit=Optional[PT1M]");
        assertThat(ask("GET /backends/shop HTTP/1.1\r\n\r\n")).contains("\"name\":\"shop\"");
    }

    @Test
    void saysWhatIsWrongWithAWish() throws IOException {
        String server = "POST /backends/shop/servers/web1";
        assertThat(ask(server + " HTTP/1.1\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("neither order nor weight");
        assertThat(ask(server + "?order=off HTTP/1.1\r\n\r\n"))
                .contains("a server is ready, drain or maintenance, not off");
        for (String weight : List.of("257", "-1", "x", "%25", "30000%25", "")) {
            assertThat(ask(server + "?weight=" + weight + " HTTP/1.1\r\n\r\n"))
                    .as(weight)
                    .contains("a weight is 0 to 256, a share of the file's like 50%, or file");
        }
        assertThat(ask(server + "?order=drain&seconds=0 HTTP/1.1\r\n\r\n"))
                .contains("seconds are 1 to 2592000, not 0");
    }

    @Test
    void aSocketOfALowerLevelDoesLess() throws IOException {
        try (AdminServer view = AdminServer.open(directory, Level.VIEW, router());
                AdminServer operate = AdminServer.open(directory, Level.OPERATE, router())) {
            assertThat(List.of(view, operate)).doesNotContainNull();
            String server = "POST /backends/shop/servers/web1?order=drain HTTP/1.1\r\n\r\n";
            String reload = "POST /reload HTTP/1.1\r\n\r\n";
            socket = directory.resolve("view.sock");
            assertThat(ask("GET /status HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
            assertThat(ask(server))
                    .startsWith("HTTP/1.1 403 Forbidden")
                    .contains(
                            "this needs the level operate of the socket operate.sock; view.sock"
                                    + " gives view");
            socket = directory.resolve("operate.sock");
            assertThat(ask(server)).startsWith("HTTP/1.1 200 OK");
            assertThat(ask(reload)).startsWith("HTTP/1.1 403 Forbidden");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-rw----");
        }
    }

    @Test
    void bodiesAndSeveralValuesOfOneNameArrive() throws IOException {
        assertThat(ask("GET /explain?url=a&header=X:+1&header=Y:+2 HTTP/1.1\r\n\r\n"))
                .contains("GET a [X: 1, Y: 2]");
        assertThat(ask("POST /plan?file=/f HTTP/1.1\r\nContent-Length: 4\r\n\r\ntext"))
                .contains("\"planned\":\"/f text\"");
        assertThat(ask("POST /plan HTTP/1.1\r\n\r\n")).contains("the parameter file is missing");
    }

    /** Who may do nothing but look must not keep others from doing so. */
    @Test
    void whoSendsNoRequestAndWhoTakesNoAnswerIsClosed() throws Exception {
        FakeAlarm alarm = new FakeAlarm();
        padding = "x".repeat(8 << 20);
        try (AdminServer view = AdminServer.open(directory, Level.VIEW, router(), alarm);
                SocketChannel idle = connect("view.sock")) {
            assertThat(view).isNotNull();
            idle.write(ByteBuffer.wrap("GET /sta".getBytes(StandardCharsets.ISO_8859_1)));
            Await.until("served", () -> alarm.has(Duration.ofSeconds(15)));
            alarm.goOff(Duration.ofSeconds(15));
            assertThat(idle.read(ByteBuffer.allocate(9))).isNegative();
        }
        try (AdminServer view = AdminServer.open(directory, Level.VIEW, router(), alarm);
                SocketChannel deaf = connect("view.sock")) {
            assertThat(view).isNotNull();
            String status = "GET /status HTTP/1.1\r\n\r\n";
            deaf.write(ByteBuffer.wrap(status.getBytes(StandardCharsets.ISO_8859_1)));
            Await.until("answered", () -> alarm.has(Duration.ofSeconds(30)));
            alarm.goOff(Duration.ofSeconds(30));
            ByteBuffer some = ByteBuffer.allocate(1 << 16);
            long taken = 0;
            for (int count = 0; count >= 0; count = deaf.read(some.clear())) {
                taken += count;
            }
            assertThat(taken).isLessThan(padding.length());
        }
    }

    private SocketChannel connect(String name) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(name)));
    }

    private Router router() {
        return new Router(new Fixed(), new Willing(), new Obliging(), new Knowing());
    }

    private static final class Knowing implements Advice {
        @Override
        public Answer explain(String method, String url, String from, List<String> headers) {
            return Answer.ok(Map.of("explained", method + " " + url + " " + from + headers));
        }

        @Override
        public Answer plan(String file, String text) {
            return Answer.ok(Map.of("planned", file + " " + text));
        }
    }

    private static final class Obliging implements Together {
        @Override
        public Answer entry(String table, String key) {
            return Answer.ok(Map.of("entry", table + " " + key));
        }

        @Override
        public Answer clear(String table, String key, String by) {
            return Answer.ok(Map.of("cleared", table + " " + key));
        }

        @Override
        public Answer clear(String table, Predicate<Map<String, Long>> which, String by) {
            return Answer.ok(Map.of("cleared", table));
        }

        @Override
        public Answer move(String group, String node, String by) {
            return Answer.ok(Map.of("moved", group + " " + node));
        }

        @Override
        public Answer drain(String node, Optional<Duration> limit, String by) {
            return Answer.ok(Map.of("drained", node + " " + limit));
        }

        @Override
        public Answer ready(String node, String by) {
            return Answer.ok(Map.of("ready", node));
        }
    }

    private static final class Willing implements Control {
        @Override
        public Answer reload(String by) {
            return Answer.ok(Map.of("by", by));
        }

        @Override
        public Answer backend(String name) {
            return Answer.ok(Map.of("name", name));
        }

        @Override
        public Answer server(String backend, String server, Wish wish, String by) {
            return Answer.ok(Map.of("wish", backend + "/" + server + " " + wish));
        }
    }

    private String ask(String request) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            while (client.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
        }
    }

    private final class Fixed implements Inspection {
        @Override
        public Map<String, Object> status() {
            return padding.isEmpty() ? Map.of("node", "lb1") : Map.of("node", padding);
        }

        @Override
        public List<String> lacking() {
            return lacking;
        }

        @Override
        public boolean live() {
            return live;
        }
    }
}
