package proa.node.protocol.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendTls;
import proa.config.FrontendConfig;
import proa.config.FrontendTls;
import proa.config.Http2Options;
import proa.config.HttpOptions;
import proa.config.HttpOptions.Version;
import proa.config.TlsCipher;
import proa.config.TlsVersion;
import proa.node.http2.ErrorCode;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TestAuthority;
import proa.node.tls.TlsPath;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Which version is spoken inside TLS (RFC 9113 §3.2). */
class Http2OverTlsTest {

    @TempDir private Path folder;

    private TlsPath path(TestAuthority authority, ScriptedServer server, Version... versions)
            throws Exception {
        return path(authority, server, TlsCipher.DEFAULTS, versions);
    }

    private TlsPath path(
            TestAuthority authority,
            ScriptedServer server,
            List<TlsCipher> ciphers,
            Version... versions)
            throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        FrontendConfig plain = TestConfigs.frontend(FrontendConfig.Mode.HTTP);
        HttpOptions http =
                new HttpOptions(
                        List.of(),
                        false,
                        List.of(HttpOptions.Forwarded.X_FORWARDED_PROTO),
                        List.of(),
                        List.of(versions),
                        Http2Options.DEFAULTS);
        FrontendTls offering =
                new FrontendTls(
                        tls.certificates(),
                        tls.minVersion(),
                        ciphers,
                        List.of(versions).stream().map(Version::word).toList(),
                        tls.clients(),
                        tls.tickets(),
                        tls.handshakes());
        return TlsPath.of(
                new FrontendConfig(
                        plain.name(),
                        plain.bind(),
                        plain.mode(),
                        plain.rules(),
                        plain.routes(),
                        plain.allow(),
                        plain.users(),
                        plain.timeouts(),
                        plain.limits(),
                        http,
                        Optional.of(offering),
                        plain.udp(),
                        plain.forwarding(),
                        plain.nat(),
                        plain.profile(),
                        plain.records()),
                server);
    }

    private static String curl(TestAuthority authority, TlsPath path, String... more)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of("curl", "-sS", "-i", "--cacert", authority.file.toString()));
        command.addAll(List.of(more));
        command.add("https://127.0.0.1:" + path.address().getPort() + "/");
        return Http2PeersTest.run(command.toArray(String[]::new));
    }

    @Test
    void theClientChoosesByAlpn() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = path(authority, server, Version.HTTP_2, Version.HTTP_1_1)) {
            assertThat(curl(authority, path))
                    .startsWith("HTTP/2 200")
                    .contains("X-Forwarded-Proto: https");
            assertThat(curl(authority, path, "--http1.1")).startsWith("HTTP/1.1 200");
            assertThat(curl(authority, path, "--no-alpn")).startsWith("HTTP/1.1 200");
        }
    }

    /** A client of the Java runtime that knows this suite of TLS 1.2 alone. */
    private static SSLSocket old(TestAuthority authority, TlsPath path, String suite)
            throws Exception {
        SSLSocket socket =
                (SSLSocket)
                        authority
                                .client()
                                .getSocketFactory()
                                .createSocket("127.0.0.1", path.address().getPort());
        socket.setSSLParameters(old(suite));
        socket.startHandshake();
        return socket;
    }

    /** RFC 9113 §9.2.2. */
    @Test
    void aSuiteOfTls12ThatHttp2ForbidsEndsTheConnection() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        List<TlsCipher> all = List.of(TlsCipher.values());
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = path(authority, server, all, Version.HTTP_2, Version.HTTP_1_1)) {
            try (H2Client client =
                    H2Client.over(old(authority, path, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"))) {
                client.headers(1, true, H2Client.GET);
                assertThat(client.next(H2Client.GOAWAY).code())
                        .isEqualTo(ErrorCode.INADEQUATE_SECURITY.code());
                assertThat(client.ended()).isTrue();
            }
            try (H2Client client =
                    H2Client.over(
                            old(authority, path, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"))) {
                assertThat(client.ask(1, H2Client.GET).status()).isEqualTo(200);
            }
            assertThat(server.connections.get()).as("nothing reached it before").isEqualTo(1);
        }
    }

    @Test
    void aServerThatAgreesOnOneIsNotSpokenTo() throws Exception {
        CompletableFuture<String> agreed = new CompletableFuture<>();
        try (SSLServerSocket listening =
                (SSLServerSocket)
                        rsa().getServerSocketFactory()
                                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            listening.setSSLParameters(old("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"));
            Thread.ofVirtual().start(() -> accept(listening, agreed));
            BackendTls tls =
                    new BackendTls(
                            BackendTls.Verify.NONE,
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            TlsVersion.TLS_1_2);
            InetSocketAddress server = (InetSocketAddress) listening.getLocalSocketAddress();
            assertThat(status(tls, server)).isEqualTo(503);
            assertThat(agreed.get(30, TimeUnit.SECONDS))
                    .isEqualTo("h2 in TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
        }
    }

    /** A server with an RSA key, which alone the suites that are forbidden and offered are for. */
    private SSLContext rsa() throws Exception {
        Path file = folder.resolve("rsa.p12");
        char[] password = "secret".toCharArray();
        String made = " -genkeypair -keyalg RSA -dname CN=a -storepass secret -keystore " + file;
        Process keytool =
                new ProcessBuilder(
                                (System.getProperty("java.home") + "/bin/keytool" + made)
                                        .split(" "))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore own = KeyStore.getInstance(file.toFile(), password);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void accept(SSLServerSocket listening, CompletableFuture<String> agreed) {
        try (SSLSocket accepted = (SSLSocket) listening.accept()) {
            accepted.startHandshake();
            String suite = accepted.getSession().getCipherSuite();
            agreed.complete(accepted.getApplicationProtocol() + " in " + suite);
            listening.close(); // a second attempt finds nobody
            accepted.getInputStream().readAllBytes();
        } catch (IOException e) {
            agreed.completeExceptionally(e);
        }
    }

    /** TLS 1.2 with one suite, for HTTP/2. */
    private static SSLParameters old(String suite) {
        SSLParameters parameters = new SSLParameters(new String[] {suite});
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {"h2"});
        return parameters;
    }

    @Test
    void aFrontendOfHttp11OffersNothingElse() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = path(authority, server, Version.HTTP_1_1)) {
            assertThat(curl(authority, path)).startsWith("HTTP/1.1 200");
        }
    }

    private static int status(TestAuthority authority, TlsPath server) throws Exception {
        BackendTls tls =
                new BackendTls(
                        BackendTls.Verify.NAME,
                        List.of(authority.file),
                        Optional.of("shop.example"),
                        Optional.empty(),
                        TlsVersion.TLS_1_2);
        return status(tls, server.address());
    }

    private static int status(BackendTls tls, InetSocketAddress server) throws Exception {
        ServerSecurity security =
                ServerSecurity.open("test", tls, List.of(Version.HTTP_2.word()), Runnable::run);
        try (RuledPath path = RuledPath.toHttp2(Http2ForwardingTest.BOTH, server);
                H2Client client = H2Client.greeting(path.port())) {
            path.servers.servers.forEach(each -> each.security = security);
            return client.ask(1, H2Client.GET).status();
        } finally {
            security.release();
        }
    }

    @Test
    void serversAreAskedForHttp2() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath second = path(authority, server, Version.HTTP_2, Version.HTTP_1_1);
                TlsPath first = path(authority, server, Version.HTTP_1_1)) {
            assertThat(status(authority, second)).isEqualTo(200);
            assertThat(status(authority, first)).as("a server without it").isEqualTo(503);
        }
    }
}
