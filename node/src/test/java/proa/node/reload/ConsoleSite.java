package proa.node.reload;

import proa.config.AdminConfig;
import proa.config.FrontendTls;
import proa.config.ProaConfig;
import proa.config.text.ConfigReader;
import proa.config.text.Outcome;
import proa.node.Await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A node with a dashboard, three users with one password, two shops and an echo server. */
final class ConsoleSite {

    static final String PASSWORD = "four wet otters swim";

    private static final int TIMEOUT_MILLIS = 30_000;

    final Path directory;
    final NodeFile file;
    final Path users;
    final List<ShopServer> shops = new ArrayList<>();
    final NodeRuntime node;
    final AnsweringVipd vipd;
    final LoneMember member = new LoneMember();
    private final EchoServer echo;
    private final String hash;
    private final Optional<FrontendTls.Identity> tls;

    ConsoleSite(Path directory) throws Exception {
        this(directory, Optional.empty());
    }

    /** The same, with the dashboard over TLS. */
    ConsoleSite(Path directory, Optional<FrontendTls.Identity> tls) throws Exception {
        this.directory = directory;
        this.tls = tls;
        shops.add(new ShopServer("s0", 0));
        shops.add(new ShopServer("s1", 0));
        echo = new EchoServer();
        file =
                new NodeFile(
                        directory.resolve("proa.conf"),
                        shops.stream().map(ShopServer::address).toList(),
                        echo.address());
        file.write(
                file.text(2, 1)
                        .replace(
                                "  echo { bind",
                                "  store { bind { address = \"127.0.0.1\", port = "
                                        + file.morePort
                                        + " }, mode = sessions, users = \"users\" }\n  echo { bind")
                        .replace(
                                "tables {",
                                "groups { web { vrid = 51, prefer = [lb1, lb2], vips { main ="
                                        + " \"192.0.2.77\" } } }\n"
                                        + "tables {\n"
                                        + "  requests { key = src, expire = 10m, count { requests {"
                                        + " rate-over = 60s } } }")
                        .replace(
                                "X-Weight = \"1\" } }",
                                "X-Weight = \"1\" } }, { track = requests }"));
        vipd = new AnsweringVipd(directory.resolve("vipd.sock"));
        hash = hash(PASSWORD);
        users = directory.resolve("admin-users");
        list("olga:operate", "vera:view", "anna:admin");
        node = start();
    }

    /** A hash that takes no time to check, as nobody should have it. */
    static String hash(String password) throws GeneralSecurityException {
        byte[] salt = "salt of a test".getBytes(StandardCharsets.UTF_8);
        int rounds = 1_000;
        byte[] hash =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                        .generateSecret(new PBEKeySpec(password.toCharArray(), salt, rounds, 256))
                        .getEncoded();
        Base64.Encoder base64 = Base64.getEncoder();
        return "pbkdf2-sha512$"
                + rounds
                + "$"
                + base64.encodeToString(salt)
                + "$"
                + base64.encodeToString(hash);
    }

    /** Writes the users anew, each as {@code name:role}. */
    void list(String... nameAndRole) throws IOException {
        List<String> lines = new ArrayList<>(List.of("# who may log in"));
        for (String each : nameAndRole) {
            String[] parts = each.split(":", 2);
            lines.add(parts[0] + ":" + hash + ":" + parts[1]);
        }
        Path fresh = directory.resolve("admin-users.new");
        Files.write(fresh, lines);
        if (Files.exists(users)) { // one second later at least, whatever the file system keeps
            Instant before = Files.getLastModifiedTime(users).toInstant();
            Files.setLastModifiedTime(
                    fresh, java.nio.file.attribute.FileTime.from(before.plusSeconds(1)));
        }
        Files.move(fresh, users, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private ProaConfig withConsole(ProaConfig plain) {
        return new ProaConfig(
                plain.cluster(),
                plain.groups(),
                plain.tables(),
                plain.frontends(),
                plain.backends(),
                plain.limits(),
                Optional.of(
                        new AdminConfig(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                List.of(),
                                tls,
                                Optional.of(users))),
                plain.sessions());
    }

    private NodeRuntime start() throws Exception {
        Outcome read = ConfigReader.read(file.path(), "lb1");
        if (!(read instanceof Outcome.Ok first)) {
            throw new AssertionError(read);
        }
        Setup setup =
                new Setup(
                        withConsole(first.config()),
                        first.hash(),
                        "lb1",
                        directory,
                        directory.resolve("state"),
                        Duration.ofSeconds(20));
        NodeRuntime begun = NodeRuntime.start(setup, new LoneEngines(member), Instant.now());
        LoneNode.awaitUp(begun);
        Await.until(
                "vipd has said who owns what",
                () -> NodeSocket.ask(directory, "/groups").contains("\"owner\":\"lb1\""));
        return begun;
    }

    InetSocketAddress address() {
        return node.monitoring().orElseThrow();
    }

    /** The credentials of a user, as a field. */
    static String basic(String user, String password) {
        String pair = user + ":" + password;
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))
                + "\r\n";
    }

    /** The whole answer to a request of a user whose password is right. */
    String as(String user, String method, String target) throws IOException {
        return ask(method, target, basic(user, PASSWORD), "");
    }

    /** The whole answer to a request. */
    String ask(String method, String target, String fields, String body) throws IOException {
        return from("127.0.0.1", method, target, fields, body);
    }

    /** The same, from another address of this machine. */
    String from(String source, String method, String target, String fields, String body)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(address());
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request(method, target, fields, body));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    byte[] request(String method, String target, String fields, String body) {
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        return (method
                        + " "
                        + target
                        + " HTTP/1.1\r\nHost: 127.0.0.1:"
                        + address().getPort()
                        + "\r\n"
                        + fields
                        + length
                        + "\r\n"
                        + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Connects to the echo server through the node, so that its table has an entry. */
    void echo() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), file.echoPort)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write('x');
            if (socket.getInputStream().read() != 'x') {
                throw new IOException("no echo");
            }
        }
    }

    void close() throws Exception {
        node.close();
        vipd.close();
        for (ShopServer shop : shops) {
            shop.close();
        }
        echo.close();
    }
}
