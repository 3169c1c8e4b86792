package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig;
import proa.config.BackendConfig.ProxyProtocol;
import proa.config.BackendTls;
import proa.config.BackendTls.Verify;
import proa.config.FrontendConfig.Mode;
import proa.config.TlsVersion;
import proa.node.listener.EventLoops;
import proa.node.listener.Listener;
import proa.node.listener.Listeners;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;
import proa.node.protocol.http1.HttpProtocol;
import proa.node.protocol.tcp.TcpProtocol;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Plain clients, servers behind TLS (played by a frontend of our own). */
class ServerSecurityTest {

    @TempDir private Path folder;
    private TestAuthority authority;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
    }

    private BackendTls tls(Verify verify, String serverName) {
        return new BackendTls(
                verify,
                verify == Verify.NONE ? List.of() : List.of(authority.file),
                Optional.of(serverName).filter(name -> !name.isEmpty()),
                Optional.empty(),
                TlsVersion.TLS_1_2);
    }

    /** A frontend in clear, in front of one server with TLS. */
    private static final class Plain implements AutoCloseable {
        private final EventLoops loops = EventLoops.start(proa.node.listener.Transport.best(), 1);
        private final Listeners listeners = new Listeners(loops);
        private final FixedTraffic traffic;
        private final Listener listener;
        private final ServerSecurity security;

        private Plain(Mode mode, BackendTls tls, InetSocketAddress server) throws IOException {
            this(mode, tls, TestConfigs.backend(List.of(server)));
        }

        private Plain(Mode mode, BackendTls tls, BackendConfig backend) throws IOException {
            traffic = new FixedTraffic(backend);
            security = ServerSecurity.open("test", tls, loops::afterTurn);
            traffic.servers.forEach(each -> each.security = security);
            InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var frontend = TestConfigs.frontend(mode);
            listener =
                    listeners.open(
                            frontend,
                            any,
                            mode == Mode.TCP
                                    ? new TcpProtocol(frontend, () -> traffic)
                                    : new HttpProtocol(frontend, () -> traffic));
        }

        private Socket connect() throws IOException {
            Socket socket =
                    new Socket(listener.address().getAddress(), listener.address().getPort());
            socket.setSoTimeout(30_000);
            return socket;
        }

        private int status() throws IOException {
            try (Socket client = connect()) {
                client.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
                return Wire.response(client.getInputStream(), false).status();
            }
        }

        @Override
        public void close() {
            listeners.close();
            long began = System.nanoTime();
            loops.close();
            // A loop that the kernel still owes something does not end: it is given up on.
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("sockets that the kernel keeps open")
                    .isLessThan(Duration.ofSeconds(5));
            security.release();
        }
    }

    @Test
    void requestsShareConnectionsThatWereSecuredOnce() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath secured = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server);
                Plain plain =
                        new Plain(Mode.HTTP, tls(Verify.NAME, "shop.example"), secured.address());
                Socket client = plain.connect()) {
            for (int request = 0; request < 20; request++) {
                client.getOutputStream()
                        .write(Wire.bytes("GET /" + request + " HTTP/1.1\r\nHost: a\r\n\r\n"));
                assertThat(Wire.response(client.getInputStream(), false).text())
                        .startsWith("GET /" + request + " ");
            }
            assertThat(secured.security.ended(TlsCounters.End.DONE)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V2"})
    void aProxyHeaderComesBeforeTheHandshake(ProxyProtocol version) throws Exception {
        String options =
                """
                tls { certificate = "%s" }, trusted = "127.0.0.1", proxy-protocol = true
                rules = [ { set-request-header = { X-Src = "%%{src}" } } ]
                """
                        .formatted(authority.bundle("shop.pem", "shop.example"));
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath secured = RuledPath.http(options, server)) {
            BackendConfig backend = TestConfigs.backend(List.of(secured.address())).with(version);
            BackendTls tls = tls(Verify.NAME, "shop.example");
            try (Plain http = new Plain(Mode.HTTP, tls, backend);
                    Plain tcp = new Plain(Mode.TCP, tls, backend)) {
                for (int request = 0; request < 5; request++) {
                    assertThat(http.status()).isEqualTo(200);
                    assertThat(tcp.status()).isEqualTo(200);
                }
            }
        }
    }

    @Test
    void theNameIsAskedForAndVerified() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath secured =
                        TlsPath.of(
                                Mode.HTTP,
                                authority.tls("first.example", "shop.example"),
                                server)) {
            assertThat(answer(tls(Verify.NAME, "shop.example"), secured)).isEqualTo(200);
            assertThat(answer(tls(Verify.NAME, "other.example"), secured)).isEqualTo(503);
            assertThat(answer(tls(Verify.NAME, ""), secured)).as("by address").isEqualTo(200);
            assertThat(answer(tls(Verify.AUTHORITY, "other.example"), secured)).isEqualTo(200);
        }
    }

    @Test
    void aServerThatNoAuthorityOfOursSignedGetsNoRequest() throws Exception {
        Path elsewhere = folder.resolve("stranger");
        assertThat(elsewhere.toFile().mkdir()).isTrue();
        TestAuthority stranger = new TestAuthority(elsewhere);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath secured = TlsPath.of(Mode.HTTP, stranger.tls("shop.example"), server)) {
            assertThat(answer(tls(Verify.NAME, "shop.example"), secured)).isEqualTo(503);
            assertThat(answer(tls(Verify.AUTHORITY, "shop.example"), secured)).isEqualTo(503);
            assertThat(server.connections).hasValue(0);
            assertThat(answer(tls(Verify.NONE, "shop.example"), secured)).isEqualTo(200);
        }
    }

    private static int answer(BackendTls tls, TlsPath secured) throws IOException {
        try (Plain plain = new Plain(Mode.HTTP, tls, secured.address())) {
            int status = plain.status();
            int failures = plain.traffic.servers.getFirst().failures.get();
            assertThat(failures).isEqualTo(status == 200 ? 0 : 1);
            return status;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"HTTP", "TCP"})
    void aServerThatIsNoTlsGetsNothing(Mode mode) throws Exception {
        try (ScriptedServer clear = ScriptedServer.echo();
                Plain plain = new Plain(mode, tls(Verify.NONE, ""), clear.address());
                Socket client = plain.connect()) {
            client.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            client.setSoTimeout(60_000);
            byte[] got;
            try {
                client.shutdownOutput();
                got = client.getInputStream().readAllBytes();
            } catch (IOException _) {
                got = new byte[0]; // reset
            }
            assertThat(Wire.latin(got)).doesNotContain("200 OK");
        }
    }

    @Test
    void inModeTcpBytesPassBothWays() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.in.transferTo(peer.out));
                TlsPath secured = TlsPath.of(Mode.TCP, authority.tls("shop.example"), server);
                Plain plain =
                        new Plain(Mode.TCP, tls(Verify.NAME, "shop.example"), secured.address());
                Socket client = plain.connect()) {
            client.getOutputStream().write(Wire.bytes("hello"));
            assertThat(Wire.latin(client.getInputStream().readNBytes(5))).isEqualTo("hello");
        }
    }

    @Test
    void inModeTcpOnlyAServerThatSaysGoodbyeIsAnEnd() throws Exception {
        SSLContext context = authority.client("shop.example");
        ScriptedServer.Script script =
                peer -> {
                    SSLSocket tls = accept(context, peer);
                    tls.getInputStream().read();
                    tls.getOutputStream().write(Wire.bytes("half of it"));
                    if (peer.number == 1) {
                        tls.close();
                    }
                };
        try (ScriptedServer server = new ScriptedServer(script);
                Plain plain =
                        new Plain(Mode.TCP, tls(Verify.NAME, "shop.example"), server.address())) {
            assertThat(heard(plain)).isEqualTo("half of it");
            assertThat(heard(plain)).isEqualTo("reset");
        }
    }

    private static SSLSocket accept(SSLContext context, ScriptedServer.Peer peer)
            throws IOException {
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(peer.socket, null, true);
        tls.setUseClientMode(false);
        return tls;
    }

    private static String heard(Plain plain) throws IOException {
        try (Socket client = plain.connect()) {
            client.getOutputStream().write('?');
            return Wire.latin(client.getInputStream().readAllBytes());
        } catch (java.net.SocketTimeoutException late) {
            throw late;
        } catch (IOException _) {
            return "reset";
        }
    }

    @Test
    void aBodyThatEndsWithTheConnectionIsWholeOnlyWhenTheServerSaysGoodbye() throws Exception {
        SSLContext context = authority.client("shop.example");
        ScriptedServer.Script script =
                peer -> {
                    SSLSocket tls = accept(context, peer);
                    Wire.request(tls.getInputStream());
                    tls.getOutputStream().write(Wire.bytes("HTTP/1.1 200 OK\r\n\r\nhalf of it"));
                    if (peer.number == 1) {
                        tls.close();
                    }
                };
        try (ScriptedServer server = new ScriptedServer(script);
                Plain plain =
                        new Plain(Mode.HTTP, tls(Verify.NAME, "shop.example"), server.address())) {
            assertThat(body(plain)).isEqualTo("half of it");
            assertThat(body(plain)).isEqualTo("reset");
        }
    }

    /** It closes before all is read, which resets the connection right behind the answer. */
    @Test
    void anAnswerBeforeTheEndOfTheRequestReachesTheClient() throws Exception {
        SSLContext context = authority.client("shop.example");
        ScriptedServer.Script script =
                peer -> {
                    SSLSocket tls =
                            (SSLSocket)
                                    context.getSocketFactory()
                                            .createSocket(peer.socket, null, true);
                    tls.setUseClientMode(false);
                    Wire.head(tls.getInputStream());
                    tls.getOutputStream()
                            .write(Wire.bytes("HTTP/1.1 413 No\r\nContent-Length: 3\r\n\r\nbig"));
                };
        try (ScriptedServer server = new ScriptedServer(script);
                Plain plain =
                        new Plain(Mode.HTTP, tls(Verify.NAME, "shop.example"), server.address())) {
            for (int upload = 0; upload < 5; upload++) {
                try (Socket client = plain.connect()) {
                    Thread.ofVirtual().start(() -> upload(client));
                    Wire.Message answer = Wire.response(client.getInputStream(), false);
                    assertThat(answer.status()).isEqualTo(413);
                    assertThat(answer.text()).isEqualTo("big");
                }
            }
            assertThat(plain.traffic.servers.getFirst().unanswered).hasValue(0);
        }
    }

    private static void upload(Socket client) {
        int size = 10_000_000;
        try {
            client.getOutputStream()
                    .write(
                            Wire.bytes(
                                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                                            + size
                                            + "\r\n\r\n"));
            client.getOutputStream().write(new byte[size]);
        } catch (IOException _) {
            // The rest is not wanted any more.
        }
    }

    private static String body(Plain plain) throws IOException {
        try (Socket client = plain.connect()) {
            client.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            return Wire.response(client.getInputStream(), false).text();
        } catch (java.net.SocketTimeoutException late) {
            throw late;
        } catch (IOException _) {
            return "reset";
        }
    }
}
