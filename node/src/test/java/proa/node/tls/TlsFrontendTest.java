package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import proa.config.BackendConfig;
import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.config.TlsCipher;
import proa.config.TlsVersion;
import proa.node.Await;
import proa.node.exchange.Destination;
import proa.node.exchange.Server;
import proa.node.exchange.Traffic;
import proa.node.exchange.Waiter;
import proa.node.listener.Transport;
import proa.node.protocol.FixedTraffic;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.protocol.Wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** Clients of a frontend with TLS: openssl and the JDK. */
class TlsFrontendTest {

    @TempDir private Path folder;
    private TestAuthority authority;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
    }

    private static FrontendTls with(
            FrontendTls tls,
            TlsVersion min,
            List<TlsCipher> ciphers,
            Optional<FrontendTls.Clients> clients) {
        return new FrontendTls(
                tls.certificates(),
                min,
                ciphers,
                tls.alpn(),
                clients,
                tls.tickets(),
                tls.handshakes());
    }

    @Test
    void theNativeLibraryCarriesIt() {
        assertThat(Provider.CHOSEN).isEqualTo(io.netty.handler.ssl.SslProvider.OPENSSL_REFCNT);
    }

    @Test
    void opensslIsServedInBothVersionsWithAlpn() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server)) {
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                String said =
                        OpenSslCli.get(
                                folder,
                                path.address(),
                                version,
                                "-CAfile",
                                "ca.pem",
                                "-verify_hostname",
                                "shop.example",
                                "-verify_return_error",
                                "-servername",
                                "shop.example",
                                "-alpn",
                                "h2,http/1.1");
                assertThat(said)
                        .contains("HTTP/1.1 200 OK", "Verification: OK", "ALPN protocol: http/1.1")
                        .doesNotContain("unexpected eof");
            }
        }
    }

    @Test
    void olderVersionsAndOtherSuitesAreRefused() throws Exception {
        FrontendTls two =
                with(
                        authority.tls("shop.example"),
                        TlsVersion.TLS_1_2,
                        List.of(TlsCipher.ECDHE_ECDSA_AES256_GCM),
                        Optional.empty());
        FrontendTls three = with(two, TlsVersion.TLS_1_3, TlsCipher.DEFAULTS, Optional.empty());
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath old = TlsPath.of(Mode.HTTP, two, server);
                TlsPath strict = TlsPath.of(Mode.HTTP, three, server)) {
            assertThat(
                            OpenSslCli.get(
                                    folder, old.address(), "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"))
                    .contains("alert protocol version")
                    .doesNotContain("200 OK");
            assertThat(OpenSslCli.get(folder, strict.address(), "-tls1_2"))
                    .contains("alert protocol version");
            assertThat(OpenSslCli.get(folder, strict.address())).contains("200 OK", "TLSv1.3");
            assertThat(
                            OpenSslCli.get(
                                    folder,
                                    old.address(),
                                    "-tls1_2",
                                    "-cipher",
                                    "ECDHE-ECDSA-AES128-GCM-SHA256"))
                    .contains("handshake failure");
            assertThat(OpenSslCli.get(folder, old.address(), "-tls1_2"))
                    .contains("200 OK", "ECDHE-ECDSA-AES256-GCM-SHA384");
            Await.until("counted", () -> old.security.ended(TlsCounters.End.FAILED) == 2);
        }
    }

    @Test
    void theCertificateIsChosenByTheName() throws Exception {
        FrontendTls tls = authority.tls("first.example", "shop.example", "*.shop.example");
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls, server)) {
            assertThat(shown(path, "shop.example")).contains("shop.example");
            assertThat(shown(path, "SHOP.example")).contains("shop.example");
            assertThat(shown(path, "api.shop.example")).contains("*.shop.example");
            assertThat(shown(path, "a.b.shop.example")).contains("first.example");
            assertThat(shown(path, "other.example")).contains("first.example");
            assertThat(shown(path, "")).contains("first.example");
        }
    }

    private String shown(TlsPath path, String serverName) throws Exception {
        try (SSLSocket socket = path.connect(authority.client(), serverName)) {
            X509Certificate certificate =
                    (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectAlternativeNames().iterator().next().get(1).toString();
        }
    }

    @Test
    void aClientWithoutAGoodCertificateIsRefusedWhereOneIsRequired() throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        FrontendTls required =
                with(
                        tls,
                        TlsVersion.TLS_1_2,
                        TlsCipher.DEFAULTS,
                        Optional.of(new FrontendTls.Clients(List.of(authority.file), true)));
        FrontendTls asked =
                with(
                        tls,
                        TlsVersion.TLS_1_2,
                        TlsCipher.DEFAULTS,
                        Optional.of(new FrontendTls.Clients(List.of(authority.file), false)));
        Path elsewhere = folder.resolve("stranger");
        assertThat(elsewhere.toFile().mkdir()).isTrue();
        new TestAuthority(elsewhere).bundle("stranger.pem", "stranger");
        authority.bundle("client.pem", "client");
        String strangers = elsewhere.resolve("stranger.pem").toString();
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath strict = TlsPath.of(Mode.HTTP, required, server);
                TlsPath mild = TlsPath.of(Mode.HTTP, asked, server)) {
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                assertThat(get(strict, version, "client.pem")).contains("200 OK");
                assertThat(get(strict, version, "")).doesNotContain("200 OK").contains("alert");
                assertThat(get(strict, version, strangers)).doesNotContain("200 OK");
                assertThat(get(mild, version, "")).contains("200 OK");
                assertThat(get(mild, version, "client.pem")).contains("200 OK");
                assertThat(get(mild, version, strangers)).doesNotContain("200 OK");
            }
        }
    }

    private String get(TlsPath path, String version, String certificate) throws Exception {
        return certificate.isEmpty()
                ? OpenSslCli.get(folder, path.address(), version)
                : OpenSslCli.get(
                        folder, path.address(), version, "-cert", certificate, "-key", certificate);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void requestsOfOneConnectionAreAnsweredInTurn(Transport transport) throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path =
                        TlsPath.of(transport, Mode.HTTP, authority.tls("shop.example"), server);
                SSLSocket client = path.connect(authority.client(), "shop.example")) {
            String pipelined = "";
            for (int request = 0; request < 50; request++) {
                pipelined += "GET /" + request + " HTTP/1.1\r\nHost: shop.example\r\n\r\n";
            }
            client.getOutputStream().write(Wire.bytes(pipelined));
            for (int request = 0; request < 50; request++) {
                Wire.Message answer = Wire.response(client.getInputStream(), false);
                assertThat(answer.text()).startsWith("GET /" + request + " ");
            }
            assertThat(path.security.ended(TlsCounters.End.DONE)).isEqualTo(1);
        }
    }

    @Test
    void aLargeBodyReachesAClientThatReadsSlowly() throws Exception {
        byte[] body = new byte[4 << 20];
        new Random(5).nextBytes(body);
        ScriptedServer.Script large =
                peer -> {
                    peer.request();
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
                    peer.out.write(body);
                };
        try (ScriptedServer server = new ScriptedServer(large);
                TlsPath path = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server);
                SSLSocket client = path.connect(authority.client(), "shop.example")) {
            client.getOutputStream()
                    .write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
            InputStream in = client.getInputStream();
            Wire.Message answer = Wire.response(in, false);
            assertThat(digest(answer.body())).isEqualTo(digest(body));
            assertThat(in.read()).as("an end, not a cut").isEqualTo(-1);
        }
    }

    private static byte[] digest(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void inModeTcpBytesPassUnchangedAndBothEndsArePassedOn(Transport transport) throws Exception {
        byte[] sent = new byte[4 << 20];
        new Random(7).nextBytes(sent);
        FrontendTls tls = authority.tls("shop.example");
        try (ScriptedServer server = new ScriptedServer(peer -> peer.in.transferTo(peer.out));
                TlsPath path = TlsPath.of(transport, Mode.TCP, tls, server);
                SSLSocket client = path.connect(authority.client(), "shop.example")) {
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.getOutputStream().write(sent);
                                        } catch (IOException _) {
                                            // What is missing fails the comparison.
                                        }
                                    });
            byte[] back = client.getInputStream().readNBytes(sent.length);
            writer.join();
            assertThat(digest(back)).isEqualTo(digest(sent));
            client.shutdownOutput();
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    @Test
    void whatAClientSaysBeforeItLeavesAtOnceReachesTheServer() throws Exception {
        CountDownLatch heard = new CountDownLatch(20);
        ScriptedServer.Script listening =
                peer -> {
                    if (Wire.latin(peer.in.readAllBytes()).equals("a line of a log")) {
                        heard.countDown();
                    }
                };
        try (ScriptedServer server = new ScriptedServer(listening);
                TlsPath path = TlsPath.of(Mode.TCP, authority.tls("shop.example"), server)) {
            for (int client = 0; client < 20; client++) {
                try (SSLSocket socket = path.connect(authority.client(), "shop.example")) {
                    socket.getOutputStream().write(Wire.bytes("a line of a log"));
                }
            }
            assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** What has come may not be all: the end of TCP alone is no end of TLS. */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void inModeTcpACutIsPassedOnAsAReset(Transport transport) throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        ScriptedServer.Script listening =
                peer -> {
                    try {
                        peer.out.write(peer.in.read());
                        heard.complete(Wire.latin(peer.in.readAllBytes()) + ", an end");
                    } catch (IOException _) {
                        heard.complete("a reset");
                    }
                };
        FrontendTls tls = authority.tls("shop.example");
        try (ScriptedServer server = new ScriptedServer(listening);
                TlsPath path = TlsPath.of(transport, Mode.TCP, tls, server);
                Socket cut = new Socket(path.address().getAddress(), path.address().getPort())) {
            cut.setSoTimeout(30_000);
            SSLSocket client = within(cut);
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');
            cut.shutdownOutput();
            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo("a reset");
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    /**
     * Much of it waits in our buffers and the kernel's, which a reset empties. What the kernel has
     * is not told by way of NIO.
     */
    @ParameterizedTest
    @EnumSource(value = Transport.class, mode = EnumSource.Mode.EXCLUDE, names = "NIO")
    void inModeTcpWhatCameBeforeACutReachesAServerThatReadsSlowly(Transport transport)
            throws Exception {
        int size = 1 << 20;
        CountDownLatch ended = new CountDownLatch(1);
        CompletableFuture<String> heard = new CompletableFuture<>();
        ScriptedServer.Script slow =
                peer -> {
                    peer.socket.setReceiveBufferSize(64 << 10);
                    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
                    heard.complete(untilTheEnd(peer));
                };
        try (ScriptedServer server = new ScriptedServer(slow);
                TlsPath path =
                        TlsPath.of(transport, Mode.TCP, authority.tls("shop.example"), server);
                Socket cut = new Socket(path.address().getAddress(), path.address().getPort())) {
            SSLSocket client = within(cut);
            client.getOutputStream().write(new byte[size]);
            cut.shutdownOutput();
            ended.countDown();
            assertThat(heard.get(60, TimeUnit.SECONDS)).isEqualTo(size + " bytes, a reset");
            Await.until(
                    "the server is free", () -> path.traffic.servers.getFirst().current.get() == 0);
        }
    }

    private static String untilTheEnd(ScriptedServer.Peer peer) {
        int count = 0;
        try {
            while (peer.in.read() >= 0) {
                count++;
            }
            return count + " bytes, an end";
        } catch (IOException _) {
            return count + " bytes, a reset";
        }
    }

    private SSLSocket within(Socket socket) throws Exception {
        return (SSLSocket)
                authority
                        .client()
                        .getSocketFactory()
                        .createSocket(socket, "shop.example", 443, false);
    }

    @Test
    void inModeTcpWhatCameBeforeACutReachesAServerThatIsWaitedFor() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        CompletableFuture<Waiter> inLine = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(peer -> heard.complete(untilTheEnd(peer)));
                TlsPath path = TlsPath.of(Mode.TCP, authority.tls("shop.example"), server);
                Socket cut = new Socket(path.address().getAddress(), path.address().getPort())) {
            path.traffic.rule =
                    _ -> new Traffic.Decision.Forward(new FullPool(server.address(), inLine));
            SSLSocket client = within(cut);
            client.getOutputStream().write(Wire.bytes("early"));
            cut.shutdownOutput();
            Waiter waiter = inLine.get(30, TimeUnit.SECONDS);
            CompletableFuture<Void> turned = new CompletableFuture<>();
            path.loops.afterTurn(() -> turned.complete(null));
            turned.get(30, TimeUnit.SECONDS);
            FixedTraffic.FixedServer granted = path.traffic.servers.getFirst();
            granted.current.incrementAndGet();
            waiter.granted(granted);
            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo("5 bytes, a reset");
            Await.until("the server is free", () -> granted.current.get() == 0);
        }
    }

    /** Servers of which none has room yet. */
    private record FullPool(InetSocketAddress server, CompletableFuture<Waiter> inLine)
            implements Destination {

        @Override
        public BackendConfig backend() {
            return TestConfigs.backend(List.of(server));
        }

        @Override
        public @Nullable Server next() {
            return null;
        }

        @Override
        public Line joinLine(Waiter waiter) {
            inLine.complete(waiter);
            return Line.JOINED;
        }

        @Override
        public @Nullable String hiddenCookie() {
            return null;
        }

        @Override
        public @Nullable String setCookieFor(Server server) {
            return null;
        }
    }

    @Test
    void aServerThatEndsIsAnEndForTheClientToo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(peer -> peer.send("hello"));
                TlsPath path = TlsPath.of(Mode.TCP, authority.tls("shop.example"), server);
                SSLSocket client = path.connect(authority.client(), "shop.example")) {
            assertThat(Wire.latin(client.getInputStream().readAllBytes())).isEqualTo("hello");
        }
    }

    @Test
    void aClientInClearIsClosedAndNoServerHearsOfIt() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server);
                Socket client = new Socket(path.address().getAddress(), path.address().getPort())) {
            client.setSoTimeout(30_000);
            client.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
            assertThat(ended(client)).isTrue();
            assertThat(server.connections).hasValue(0);
            assertThat(path.security.ended(TlsCounters.End.MALFORMED)).isEqualTo(1);
        }
    }

    private static boolean ended(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException late) {
            throw late;
        } catch (IOException _) {
            return true;
        }
    }

    @Test
    void aTrustedAuthorityIsNeededByTheClient() throws Exception {
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, authority.tls("shop.example"), server)) {
            assertThatThrownBy(
                            () -> path.connect(javax.net.ssl.SSLContext.getDefault(), "a.example"))
                    .isInstanceOf(SSLException.class);
            Await.until("counted", () -> path.security.ended(TlsCounters.End.FAILED) == 1);
        }
    }
}
