package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import proa.node.Await;
import proa.node.hello.Hellos;
import proa.node.protocol.ScriptedServer;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a whole node does with chance, with server names and with slow checks, from its file. */
class RoutedTrafficTest {

    /** A fifth of a thousand, five standard deviations (√(1000 · 0.2 · 0.8) = 12.6) either way. */
    private static final int REQUESTS = 1_000;

    private static final int FEWEST = 137;
    private static final int MOST = 263;

    private static final int TIMEOUT_MILLIS = 60_000;

    @TempDir private Path folder;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("proa.node.health");
    private final int http = Ports.free();
    private final int tls = Ports.free();
    private ShopServer few;

    @BeforeEach
    void start() throws Exception {
        lines.start();
        logger.addAppender(lines);
        few = keep(new ShopServer("few", 0));
        ShopServer most = keep(new ShopServer("most", 0));
        String text =
                """
                schema = 1
                cluster {
                  name = test, insecure = true
                  nodes { lb1 { id = 1, addresses = ["127.0.0.1"] } }
                }
                tables { names { key = text, expire = 30m, entries = 1k } }
                conditions { lucky { share = 20% } }
                frontends {
                  http {
                    bind { address = "127.0.0.1", port = HTTP }, mode = http
                    routes = [ { when = lucky, backend = few }, { backend = most } ]
                  }
                  tls { bind { address = "127.0.0.1", port = TLS }, mode = tcp, backend = named }
                }
                backends {
                  few {
                    check { http { get = "/health" }, every = 100ms, slow = 1ms, fall = 100 }
                    servers = [ { name = few, address = "127.0.0.1:FEW" } ]
                  }
                  most { servers = [ { name = most, address = "127.0.0.1:MOST" } ] }
                  named {
                    sticky { table = names, by { key = sni } }
                    servers = [ { name = one, address = "127.0.0.1:ONE" }, { name = two, address = "127.0.0.1:TWO" } ]
                  }
                }
                """
                        .replace("HTTP", Integer.toString(http))
                        .replace("TLS", Integer.toString(tls))
                        .replace("FEW", port(few))
                        .replace("MOST", port(most))
                        .replace("ONE", says("one"))
                        .replace("TWO", says("two"));
        NodeRuntime node = keep(LoneNode.start(folder, text));
        LoneNode.awaitUp(node);
    }

    @AfterEach
    void close() throws Exception {
        logger.detachAppender(lines);
        for (AutoCloseable part : opened.reversed()) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        opened.add(part);
        return part;
    }

    private static String port(ShopServer server) {
        return Integer.toString(server.address().getPort());
    }

    /** The port of one that reads the first record of TLS and says its name. */
    private String says(String name) throws IOException {
        ScriptedServer server =
                keep(
                        new ScriptedServer(
                                peer -> {
                                    byte[] head = peer.in.readNBytes(5);
                                    if (head.length == 5) {
                                        peer.in.readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
                                        peer.send(name);
                                    }
                                }));
        return Integer.toString(server.address().getPort());
    }

    /** Who answers a client that asks for a name, without the others knowing. */
    private String server(String name) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tls)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(Hellos.hello(name));
            return new String(socket.getInputStream().readNBytes(3), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aShareOfTheRequestsGoesToAnotherBackend() throws Exception {
        int lucky = 0;
        for (int request = 0; request < REQUESTS; request++) {
            String answer = HttpOnce.get(http, "");
            assertThat(answer).contains("200 OK");
            lucky += answer.endsWith("few") ? 1 : 0;
        }
        assertThat(lucky).isBetween(FEWEST, MOST).isEqualTo(few.requests.get());
    }

    /** One client, so that its address can be no reason; what is encrypted stays so. */
    @Test
    void connectionsForOneNameStayAtOneServer() throws Exception {
        Set<String> used = new HashSet<>();
        for (String name : List.of("a.example", "b.example", "c.example", "d.example")) {
            String first = server(name);
            assertThat(first).isIn("one", "two");
            used.add(first);
            for (int again = 0; again < 4; again++) {
                assertThat(server(name)).as(name).isEqualTo(first);
            }
        }
        assertThat(used).as("new names in turns").containsExactlyInAnyOrder("one", "two");
    }

    /** Once, although each of ten checks a second is slow. */
    @Test
    void aServerThatPassesItsCheckSlowlyIsWarnedOf() throws Exception {
        few.healthTakes = Duration.ofMillis(20);
        Await.until("the warning", () -> !slow().isEmpty());
        int checked = few.checks.get();
        Await.until("five more checks", () -> few.checks.get() >= checked + 5);
        assertThat(slow())
                .singleElement()
                .asString()
                .matches("server few/few answers its check in \\d+ ms");
    }

    private List<String> slow() {
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("answers its check in"))
                .toList();
    }
}
