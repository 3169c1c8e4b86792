package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import static proa.node.protocol.http2.H2Client.DATA;
import static proa.node.protocol.http2.H2Client.GET;
import static proa.node.protocol.http2.H2Client.HEADERS;
import static proa.node.protocol.http2.H2Client.RST_STREAM;
import static proa.node.protocol.http2.H2Client.SETTINGS;
import static proa.node.protocol.http2.H2Client.number;
import static proa.node.protocol.http2.Http2ForwardingTest.BOTH;
import static proa.node.protocol.http2.Http2ViolationsTest.with;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.BackendTls;
import proa.config.TlsVersion;
import proa.node.Await;
import proa.node.http2.ErrorCode;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;
import proa.node.protocol.http2.H2Client.Frame;
import proa.node.protocol.http2.H2Client.Response;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TestAuthority;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** WebSocket by extended CONNECT (RFC 8441), from clients and to servers of either version. */
@SuppressWarnings("StringConcatToTextBlock") // text blocks hide CR
class WebSocketTest {

    private static final int CONNECT_PROTOCOL = 8;

    @TempDir private Path folder;

    private static final String[] CONNECT = {
        ":method", "CONNECT",
        ":protocol", "websocket",
        ":scheme", "http",
        ":path", "/chat?room=1",
        ":authority", "shop.example",
        "sec-websocket-version", "13"
    };

    private static final String[] OK = {":status", "200"};

    /** The example of RFC 6455 §1.3. */
    private static final String UPGRADE =
            "GET /chat HTTP/1.1\r\nHost: shop.example\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\n\r\n";

    private static String accept(Wire.Message request) throws Exception {
        String key = request.field("sec-websocket-key");
        byte[] hash =
                MessageDigest.getInstance("SHA-1")
                        .digest(
                                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                        .getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(hash);
    }

    private static String switching(String accept) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + accept
                + "\r\nSec-WebSocket-Protocol: chat\r\n\r\n";
    }

    private static ScriptedServer echoing(List<String> heads) throws IOException {
        return new ScriptedServer(
                peer -> {
                    Wire.Message request = peer.request();
                    heads.add(request.head());
                    peer.send(switching(accept(request)) + "hello");
                    peer.in.transferTo(peer.out);
                    peer.send("bye");
                });
    }

    private static String data(H2Client client, int bytes) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.length() < bytes) {
            all.append(Wire.latin(client.next(DATA).payload()));
        }
        return all.toString();
    }

    @Test
    void aClientOfHttp2ReachesAServerOfHttp11AndEachDirectionEndsAlone() throws Exception {
        List<String> heads = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = echoing(heads);
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(Wire.latin(client.next(SETTINGS).payload()))
                    .as("RFC 8441 §3")
                    .contains("\0\b\0\0\0\1");
            client.headers(1, false, with(CONNECT, "sec-websocket-key", "mine"));
            assertThat(client.fields(client.next(HEADERS)))
                    .containsExactly(":status: 200", "sec-websocket-protocol: chat");
            assertThat(data(client, 5)).isEqualTo("hello");
            client.data(1, false, "again");
            assertThat(data(client, 5)).isEqualTo("again");
            client.data(1, true, "last");
            Response rest = client.response(1);
            assertThat(rest.body()).isEqualTo("lastbye");
            assertThat(rest.reset()).as("both directions have ended").isEqualTo(-1);
            assertThat(heads.getFirst())
                    .startsWith("GET /chat?room=1 HTTP/1.1\r\nhost: shop.example\r\n")
                    .contains("upgrade: websocket\r\n", "Connection: Upgrade\r\n")
                    .contains("sec-websocket-version: 13\r\n")
                    .doesNotContain("mine", "transfer-encoding", "protocol");
            Await.until(
                    "the server is free", () -> path.servers.servers.getFirst().current.get() == 0);
        }
    }

    /** What a client sends while the test reads. */
    interface Work {
        void run() throws IOException;
    }

    private static void meanwhile(Work work) {
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
    }

    /** Two of ourselves, HTTP/2 between them. */
    @Test
    void aTunnelCarriesMuchBothWaysThroughEveryMixOfVersions() throws Exception {
        String large = "x".repeat(300_000);
        try (ScriptedServer server = echoing(new CopyOnWriteArrayList<>());
                RuledPath second = RuledPath.http("protocols = [h2]\n", server);
                RuledPath first = RuledPath.toHttp2(BOTH, second.address());
                DataPath.Client client = first.client();
                H2Client other = H2Client.greeting(first.port())) {
            Wire.Message answer = client.ask(UPGRADE);
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("sec-websocket-accept"))
                    .as("RFC 6455 §1.3")
                    .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(answer.field("upgrade")).isEqualTo("websocket");
            assertThat(answer.field("sec-websocket-protocol")).isEqualTo("chat");
            meanwhile(
                    () -> {
                        client.send(large);
                        client.socket.shutdownOutput();
                    });
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("hello" + large + "bye");

            other.windowUpdate(0, 1 << 20).headers(1, false, CONNECT);
            assertThat(other.fields(other.next(HEADERS)).getFirst()).isEqualTo(":status: 200");
            other.windowUpdate(1, 1 << 20);
            meanwhile(
                    () -> {
                        for (int at = 0; at < 60; at++) {
                            other.data(1, false, "y".repeat(1_000));
                        }
                        other.data(1, true, "");
                    });
            assertThat(other.response(1).body()).isEqualTo("hello" + "y".repeat(60_000) + "bye");
            Await.until(
                    "nobody waits for a server",
                    () -> first.servers.servers.getFirst().current.get() == 0);
        }
    }

    /** What a server of HTTP/2 gets, and does. */
    interface Script {
        void on(H2Client server, Frame head) throws Exception;
    }

    private static ScriptedServer http2(int takesConnect, Script script) throws IOException {
        return new ScriptedServer(
                peer -> {
                    H2Client to = H2Client.serving(peer, CONNECT_PROTOCOL, takesConnect);
                    script.on(to, to.next(HEADERS));
                    to.ended();
                });
    }

    @Test
    void aServerOfHttp2IsAskedByExtendedConnectByClientsOfBothVersions() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        Script echo =
                (to, head) -> {
                    seen.addAll(to.fields(head));
                    assertThat(head.ends()).isFalse();
                    to.headers(head.stream(), false, with(OK, "sec-websocket-protocol", "chat"));
                    Frame part = to.next(DATA);
                    to.data(head.stream(), true, Wire.latin(part.payload()) + "!");
                };
        try (ScriptedServer server = http2(1, echo);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, CONNECT);
            assertThat(client.fields(client.next(HEADERS)))
                    .containsExactly(":status: 200", "sec-websocket-protocol: chat");
            client.data(1, true, "one");
            assertThat(client.response(1).body()).isEqualTo("one!");
            assertThat(seen)
                    .containsExactly(
                            ":method: CONNECT",
                            ":protocol: websocket",
                            ":scheme: http",
                            ":path: /chat?room=1",
                            ":authority: shop.example",
                            "sec-websocket-version: 13",
                            "x-forwarded-for: 127.0.0.1");
        }
        try (ScriptedServer server = http2(1, echo);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client()) {
            assertThat(client.ask(UPGRADE).status()).isEqualTo(101);
            client.send("two");
            assertThat(Wire.latin(client.in.readNBytes(4))).isEqualTo("two!");
            client.socket.shutdownOutput();
            assertThat(client.in.read()).isEqualTo(-1);
        }
    }

    @Test
    void aServerThatDoesNotOfferItIsNotAskedAndTheClientIsTold() throws Exception {
        try (ScriptedServer server = http2(0, (to, head) -> to.headers(head.stream(), true, OK));
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client();
                H2Client other = H2Client.greeting(path.port())) {
            Wire.Message answer = client.ask(UPGRADE);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("does not take WebSocket over HTTP/2");
            Response refused = other.headers(1, false, CONNECT).response(1);
            assertThat(refused.status()).isEqualTo(502);
            assertThat(refused.body()).contains("does not take WebSocket over HTTP/2");
            assertThat(other.ask(3, GET).status()).as("a plain request").isEqualTo(200);
        }
    }

    private static Arguments row(String what, int status, String answer) {
        return Arguments.of(what, status, answer);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                row("a wrong answer to the key", 502, switching("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
                row(
                        "no answer to the key",
                        502,
                        "HTTP/1.1 101 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
                row(
                        "a success without the change",
                        502,
                        "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
                row("a refusal", 403, "HTTP/1.1 403 \r\nContent-Length: 2\r\n\r\nno"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void onlyTheRightAnswerOpensATunnel(String what, int status, String answer) throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    peer.request();
                                    peer.send(answer);
                                    peer.in.read();
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            Response response = client.headers(1, false, CONNECT).response(1);
            assertThat(response.status()).as(what).isEqualTo(status);
            assertThat(response.reset()).as("the client is told to stop").isEqualTo(-1);
            assertThat(client.next(H2Client.RST_STREAM).code())
                    .isEqualTo(ErrorCode.NO_ERROR.code());
            Await.until(
                    "the server is free", () -> path.servers.servers.getFirst().current.get() == 0);
        }
    }

    static Stream<Arguments> malformed() {
        String[] bare = {":method", "CONNECT", ":protocol", "websocket", ":authority", "a"};
        return Stream.of(
                Arguments.of("without scheme and path", bare),
                Arguments.of("without a path", with(bare, ":scheme", "http")),
                Arguments.of(
                        "without an authority",
                        new String[] {
                            ":method",
                            "CONNECT",
                            ":protocol",
                            "websocket",
                            ":scheme",
                            "http",
                            ":path",
                            "/"
                        }),
                Arguments.of("twice", with(bare, ":protocol", "websocket")),
                Arguments.of(
                        "no token",
                        new String[] {
                            ":method",
                            "CONNECT",
                            ":protocol",
                            "web/socket",
                            ":scheme",
                            "http",
                            ":path",
                            "/",
                            ":authority",
                            "a"
                        }),
                Arguments.of("of a GET", with(GET, ":protocol", "websocket")),
                Arguments.of("with a length", with(CONNECT, "content-length", "5")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedOneEndsItsStreamAlone(String what, String[] fields) throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, fields);
            assertThat(client.next(H2Client.RST_STREAM).code())
                    .as(what)
                    .isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
            assertThat(server.connections.get()).isEqualTo(1);
        }
    }

    @Test
    void oneThatEndsWhereItBeginsIsMalformedAndAnotherProtocolIsNotServed() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, true, CONNECT);
            assertThat(client.next(H2Client.RST_STREAM).code())
                    .isEqualTo(ErrorCode.PROTOCOL_ERROR.code());
            String[] other = CONNECT.clone();
            other[3] = "connect-udp";
            Response response = client.headers(3, false, other).response(3);
            assertThat(response.status()).isEqualTo(501);
            assertThat(server.connections.get()).isZero();
        }
    }

    @Test
    void aResetOfEitherSideIsPassedOn() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                peer -> {
                                    Wire.Message request = peer.request();
                                    peer.send(switching(accept(request)));
                                    if (peer.number == 1) {
                                        peer.socket.setSoLinger(true, 0);
                                    } else {
                                        peer.in.transferTo(peer.out);
                                        gone.countDown();
                                    }
                                });
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            Response cut = client.headers(1, false, CONNECT).response(1);
            assertThat(cut.reset()).as("RFC 8441 §5").isEqualTo(ErrorCode.CANCEL.code());
            client.headers(3, false, CONNECT);
            assertThat(client.fields(client.next(HEADERS)).getFirst()).isEqualTo(":status: 200");
            client.frame(RST_STREAM, 0, 3, number(ErrorCode.CANCEL.code()));
            gone.await();
            Await.until(
                    "the server is free", () -> path.servers.servers.getFirst().current.get() == 0);
        }
    }

    /** Without a farewell of TLS nothing tells whether that was the end. */
    @Test
    void onlyAServerThatSaysGoodbyeIsAnEnd() throws Exception {
        SSLContext own = new TestAuthority(folder).client("shop.example");
        ScriptedServer.Script script =
                peer -> {
                    SSLSocket tls =
                            (SSLSocket)
                                    own.getSocketFactory().createSocket(peer.socket, null, true);
                    tls.setUseClientMode(false);
                    Wire.Message request = Wire.request(tls.getInputStream());
                    tls.getOutputStream().write(Wire.bytes(switching(accept(request)) + "bye"));
                    if (peer.number == 1) {
                        tls.close();
                    }
                };
        BackendTls unverified =
                new BackendTls(
                        BackendTls.Verify.NONE,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        TlsVersion.TLS_1_2);
        ServerSecurity security = ServerSecurity.open("shop", unverified, Runnable::run);
        try (ScriptedServer server = new ScriptedServer(script);
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            path.servers.servers.getFirst().security = security;
            client.headers(1, false, CONNECT);
            assertThat(client.response(1).reset()).as("an end").isEqualTo(-1);
            client.headers(3, false, CONNECT);
            assertThat(client.response(3).reset()).isEqualTo(ErrorCode.CANCEL.code());
        } finally {
            security.release();
        }
    }

    /** Or the stream would wait for an end that has been already, as long as its client sends. */
    @Test
    void aServerThatHasEndedAndTakesNothingMoreIsAReset() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        ScriptedServer.Script script =
                peer -> {
                    Wire.Message request = Wire.request(peer.socket.getInputStream());
                    peer.socket
                            .getOutputStream()
                            .write(Wire.bytes(switching(accept(request)) + "bye"));
                    peer.socket.shutdownOutput();
                    assertThat(peer.socket.getInputStream().read()).isEqualTo('m');
                    peer.socket.setSoLinger(true, 0);
                    peer.socket.close();
                    gone.countDown();
                };
        try (ScriptedServer server = new ScriptedServer(script);
                RuledPath path = RuledPath.http(BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            client.headers(1, false, CONNECT);
            H2Client.Response response = client.response(1);
            assertThat(response.body()).isEqualTo("bye");
            assertThat(response.reset()).as("an end").isEqualTo(-1);
            client.data(1, false, "more");
            gone.await();
            client.data(1, false, "more");
            H2Client.Frame reset = client.next(H2Client.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(1);
        }
    }

    /** By RST_STREAM, or with its connection. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerOfHttp2ThatHasEndedItsSideAndIsGoneEndsTheTunnel(boolean said) throws Exception {
        Semaphore goes = new Semaphore(0);
        Script script =
                (to, head) -> {
                    to.headers(head.stream(), false, OK);
                    to.data(head.stream(), true, "bye");
                    goes.acquire();
                    if (said) {
                        to.frame(RST_STREAM, 0, head.stream(), number(8));
                        to.ended();
                    }
                    to.close();
                };
        try (ScriptedServer server = http2(1, script);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client();
                H2Client other = H2Client.greeting(path.port())) {
            assertThat(client.ask(UPGRADE).status()).isEqualTo(101);
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo("bye");
            assertThat(path.servers.servers.getFirst().current.get()).isEqualTo(1);
            goes.release();
            Await.until(
                    "the server is free", () -> path.servers.servers.getFirst().current.get() == 0);
            Await.until("the client is gone", () -> path.connections() == 1);
            other.headers(1, false, CONNECT);
            assertThat(other.response(1).body()).isEqualTo("bye");
            goes.release();
            assertThat(other.next(RST_STREAM).code()).isEqualTo(ErrorCode.NO_ERROR.code());
        }
    }

    /** All that it said has come: a client that reads late gets it, and then an end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAServerOfHttp2HasSaidBeforeItsEndReachesAClientThatReadsLater(boolean said)
            throws Exception {
        String part = "x".repeat(16_000);
        Script script =
                (to, head) -> {
                    to.headers(head.stream(), false, OK);
                    to.data(head.stream(), false, part);
                    to.data(head.stream(), true, part);
                    if (said) {
                        to.frame(RST_STREAM, 0, head.stream(), number(0));
                        to.ended();
                    }
                    to.close();
                };
        try (ScriptedServer server = http2(1, script);
                RuledPath path = RuledPath.toHttp2(BOTH, server.address());
                DataPath.Client client = path.client()) {
            assertThat(client.ask(UPGRADE).status()).isEqualTo(101);
            Await.until("the connection is closed", () -> path.connections() == 0);
            assertThat(Wire.latin(client.in.readAllBytes())).isEqualTo(part + part);
            assertThat(path.servers.servers.getFirst().current.get()).isZero();
        }
    }

    @Test
    void silenceBothWaysEndsATunnel() throws Exception {
        try (ScriptedServer server = echoing(new CopyOnWriteArrayList<>());
                RuledPath second = RuledPath.http("protocols = [h2]\n", server);
                RuledPath first =
                        RuledPath.toHttp2(BOTH + "timeouts { tunnel = 1s }\n", second.address());
                DataPath.Client client = first.client();
                H2Client other = H2Client.greeting(first.port())) {
            other.headers(1, false, CONNECT);
            assertThat(client.ask(UPGRADE).status()).isEqualTo(101);
            assertThat(Wire.latin(client.in.readNBytes(5))).isEqualTo("hello");
            assertThat(other.response(1).reset()).isEqualTo(ErrorCode.CANCEL.code());
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void rulesSeeTheUpgradeThatItStandsFor() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path =
                        RuledPath.http(
                                BOTH
                                        + "rules = [ { when { header = Upgrade, value = websocket"
                                        + " }, deny = 403 } ]\n",
                                server);
                H2Client client = H2Client.greeting(path.port())) {
            assertThat(client.headers(1, false, CONNECT).response(1).status()).isEqualTo(403);
            assertThat(client.ask(3, GET).status()).isEqualTo(200);
        }
    }
}
