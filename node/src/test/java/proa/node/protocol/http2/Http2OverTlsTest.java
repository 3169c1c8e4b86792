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
import proa.config.TlsVersion;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.TestConfigs;
import proa.node.tls.ServerSecurity;
import proa.node.tls.TestAuthority;
import proa.node.tls.TlsPath;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which version is spoken inside TLS (RFC 9113 §3.2). */
class Http2OverTlsTest {

    @TempDir private Path folder;

    private TlsPath path(TestAuthority authority, ScriptedServer server, Version... versions)
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
                        tls.ciphers(),
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
        ServerSecurity security =
                ServerSecurity.open("test", tls, List.of(Version.HTTP_2.word()), Runnable::run);
        try (RuledPath path = RuledPath.toHttp2(Http2ForwardingTest.BOTH, server.address());
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
