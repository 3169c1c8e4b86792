package proa.node.reload;

import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;
import proa.node.admin.Level;
import proa.node.notify.OtlpReceiver;
import proa.testing.Ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A node that writes down what passes and answers monitoring; two shops and an echo server. */
final class ObservedSite {

    private static final int TIMEOUT_MILLIS = 30_000;

    final Path directory;
    final NodeFile file;
    final String text;
    final NodeRuntime node;
    final LoneMember member = new LoneMember();
    final List<ShopServer> shops = new ArrayList<>();
    final OtlpReceiver receiver = new OtlpReceiver();

    /** One request at a time. */
    final ShopServer busy = new ShopServer("busy", 0);

    final int busyPort = Ports.free();
    private final EchoServer echo;

    ObservedSite(Path directory) throws Exception {
        this.directory = directory;
        shops.add(new ShopServer("s0", 0));
        shops.add(new ShopServer("s1", 0));
        echo = new EchoServer();
        file =
                new NodeFile(
                        directory.resolve("proa.conf"),
                        shops.stream().map(ShopServer::address).toList(),
                        echo.address());
        text =
                file.text(2, 1)
                        .replace(
                                "backend = shop\n",
                                """
                                backend = shop
                                    request-id { response = true, accept-from = nobody }
                                    log { file = "http.log", request-headers = [User-Agent] }
                                """)
                        .replace("rules = [", "rules = [ { when { path = \"/no\" }, deny = 403 },")
                        .replace(
                                "mode = tcp, backend = echo",
                                "mode = tcp, backend = echo, log { file = \"tcp.log\" }")
                        .replace(
                                "  echo { bind",
                                """
                                json {
                                  bind { address = "127.0.0.1", port = %d }
                                  mode = http, backend = shop, protocols = [h2, "http/1.1"]
                                  request-id { accept-from = anybody }
                                  log { file = "json.log", format = json }
                                }
                                busy {
                                  bind { address = "127.0.0.1", port = %d }
                                  mode = http, backend = busy, log { file = "busy.log" }
                                }
                                echo { bind\
                                """
                                        .formatted(file.morePort, busyPort))
                        .replace(
                                "backends {\n",
                                """
                                backends {
                                  busy {
                                    limits { queue-timeout = 1m }
                                    servers = [ { name = b, address = "127.0.0.1:%d", connections = 1 } ]
                                  }
                                """
                                        .formatted(busy.address().getPort()))
                        .replace(
                                "tables {\n",
                                "admin { listen = \"127.0.0.1:%d\", otlp { url = \"%s\", every = 1s } }\ntables {\n"
                                        .formatted(Ports.free(), receiver.url()));
        file.write(text);
        node = start();
    }

    private NodeRuntime start() throws Exception {
        Outcome outcome = ConfigReader.read(file.path(), "lb1");
        if (!(outcome instanceof Outcome.Ok first)) {
            throw new AssertionError(outcome);
        }
        Setup setup =
                new Setup(
                        first.config(),
                        first.hash(),
                        "lb1",
                        directory,
                        directory.resolve("state"),
                        Duration.ofSeconds(20),
                        () -> ConfigReader.read(file.path(), "lb1"),
                        Optional.of(
                                new Setup.Stats(directory.resolve("stats.sock"), Level.OPERATE)));
        NodeRuntime begun = NodeRuntime.start(setup, new LoneEngines(member), Instant.now());
        LoneNode.awaitUp(begun);
        return begun;
    }

    /** The whole answer of the monitoring listener. */
    String ask(String path) throws IOException {
        return send(
                node.monitoring().orElseThrow(), "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    /** What comes back until the other side ends the connection. */
    static String send(InetSocketAddress to, String bytes) throws IOException {
        try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** What monitoring gets of a node, with its head. */
    static String metrics(NodeRuntime node) throws IOException {
        return send(node.monitoring().orElseThrow(), "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    /** One request on a connection of its own. */
    String get(int port, String target, String fields) throws IOException {
        return send(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "GET "
                        + target
                        + " HTTP/1.1\r\nHost: a\r\n"
                        + fields
                        + "Connection: close\r\n\r\n");
    }

    /** The lines of a log once there are so many. */
    List<String> lines(String log, int atLeast) throws Exception {
        Path path = directory.resolve(log);
        Await.until(
                atLeast + " lines in " + log,
                () -> Files.exists(path) && Files.readAllLines(path).size() >= atLeast);
        return Files.readAllLines(path);
    }

    /** Ends all of it. */
    void close() throws Exception {
        node.close();
        for (ShopServer shop : shops) {
            shop.close();
        }
        busy.close();
        echo.close();
        receiver.close();
    }
}
