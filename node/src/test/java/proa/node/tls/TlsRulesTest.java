package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.BackendConfig.ProxyProtocol;
import proa.node.protocol.DataPath;
import proa.node.protocol.RuledPath;
import proa.node.protocol.ScriptedServer;

import java.io.IOException;
import java.nio.file.Path;

/** Rules about what TLS tells of a client, asked by openssl. */
class TlsRulesTest {

    @TempDir private Path folder;
    private TestAuthority authority;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
        authority.bundle("shop.pem", "shop.example");
        authority.bundle("client.pem", "ops");
        authority.bundle("other.pem", "intern");
    }

    private String tls() {
        return """
        tls {
          certificate = "%1$s/shop.pem"
          clients { authorities = ["%1$s/ca.pem"], require = false }
        }
        """
                .formatted(folder);
    }

    private RuledPath path(String rules, ScriptedServer server) throws IOException {
        return RuledPath.http(tls() + "rules = [" + rules + "]", server);
    }

    private String get(RuledPath path, String... options) throws Exception {
        return OpenSslCli.get(folder, path.address(), options);
    }

    @Test
    void serversLearnWhatTheHandshakeHasTold() throws Exception {
        String rules =
                """
                { set-request-header = {
                    X-Forwarded-Proto = "%{scheme}", X-Name = "%{sni}", X-Version = "%{tls-version}"
                    X-Suite = "%{tls-cipher}", X-Subject = "%{certificate-subject}"
                    X-Issuer = "%{certificate-issuer}", X-Serial = "%{certificate-serial}"
                    X-Print = "%{certificate-fingerprint}" } }
                { when { tls = true }, add-request-header = { X-Secure = yes } }
                """;
        String print = openssl("-fingerprint", "-sha256").replace(":", "").strip();
        String serial = openssl("-serial").strip();
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = path(rules, server)) {
            String session = folder.resolve("session").toString();
            assertThat(get(path, "-tls1_3", "-cert", "client.pem", "-sess_out", session))
                    .contains("X-Forwarded-Proto: https\r\n", "X-Secure: yes\r\n")
                    .contains("X-Version: TLSv1.3\r\n", "X-Subject: CN=ops,O=test\r\n")
                    .containsPattern("X-Suite: TLS_[A-Z0-9_]+\r\n")
                    .contains("X-Print: " + after(print).toLowerCase(java.util.Locale.ROOT))
                    .containsIgnoringCase("X-Serial: " + after(serial).replaceFirst("^0+", ""))
                    .contains("X-Issuer: CN=");
            assertThat(get(path, "-tls1_3", "-sess_in", session))
                    .as("a resumed session is the same client's")
                    .contains("Reused, ", "X-Subject: CN=ops,O=test\r\n");
            assertThat(
                            get(
                                    path,
                                    "-tls1_2",
                                    "-cipher",
                                    "ECDHE-ECDSA-AES256-GCM-SHA384",
                                    "-servername",
                                    "SHOP.example"))
                    .contains("X-Version: TLSv1.2\r\n", "X-Name: shop.example\r\n")
                    .contains("X-Suite: ECDHE-ECDSA-AES256-GCM-SHA384\r\n")
                    .doesNotContain("X-Subject: CN=");
        }
    }

    private String openssl(String... what) throws Exception {
        String[] all = new String[what.length + 4];
        System.arraycopy(new String[] {"x509", "-noout", "-in", "client.pem"}, 0, all, 0, 4);
        System.arraycopy(what, 0, all, 4, what.length);
        return OpenSslCli.run(folder, "", all);
    }

    private static String after(String printed) {
        return printed.substring(printed.indexOf('=') + 1);
    }

    @Test
    void certificatesOpenDoors() throws Exception {
        String rules =
                """
                { when { none = [ { certificate = verified } ] }, deny = 401 }
                { when { none = [ { certificate = subject, matches = "^CN=ops," } ] }
                  deny = 403 }
                { when { all = [ { tls-version = TLSv1.2 }
                                 { tls-cipher = ECDHE-ECDSA-AES128-GCM-SHA256 } ] }
                  deny = 410 }
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = path(rules, server)) {
            assertThat(get(path)).contains("HTTP/1.1 401");
            assertThat(get(path, "-cert", "other.pem")).contains("HTTP/1.1 403");
            assertThat(get(path, "-cert", "client.pem")).contains("HTTP/1.1 200");
            assertThat(
                            get(
                                    path,
                                    "-cert",
                                    "client.pem",
                                    "-tls1_2",
                                    "-cipher",
                                    "ECDHE-ECDSA-AES128-GCM-SHA256"))
                    .contains("HTTP/1.1 410");
        }
    }

    @Test
    void aFingerprintIsComparedHoweverItIsWritten() throws Exception {
        String print = after(openssl("-fingerprint", "-sha256")).strip();
        assertThat(print).contains(":");
        String rules =
                "{ when { certificate = fingerprint, value = \"%s\" }, deny = 403 }"
                        .formatted(print);
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = path(rules, server)) {
            assertThat(get(path, "-cert", "client.pem")).contains("HTTP/1.1 403");
            assertThat(get(path, "-cert", "other.pem")).contains("HTTP/1.1 200");
        }
    }

    @Test
    void whoComesInClearIsSentToTls() throws Exception {
        String rules =
                """
                rules = [ { when { tls = false }, redirect { scheme = https, code = 301 } } ]
                """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath clear = RuledPath.http(rules, server);
                RuledPath secure = RuledPath.http(tls() + rules, server);
                DataPath.Client client = clear.client()) {
            assertThat(client.ask("GET /a HTTP/1.1\r\nHost: shop.example\r\n\r\n").head())
                    .startsWith("HTTP/1.1 301 ")
                    .contains("Location: https://shop.example/a\r\n");
            assertThat(get(secure)).contains("HTTP/1.1 200");
        }
    }

    @Test
    void aTrustedProxyIsHeardBeforeTheHandshake() throws Exception {
        String options =
                tls()
                        + """
                        trusted = "127.0.0.1", proxy-protocol = true
                        rules = [ { set-request-header = { X-Src = "%{src}" } } ]
                        """;
        try (ScriptedServer server = ScriptedServer.echo();
                RuledPath path = RuledPath.http(options, ProxyProtocol.OFF, server);
                Announcing before = new Announcing(path.address(), "203.0.113.9")) {
            assertThat(OpenSslCli.get(folder, before.address()))
                    .contains("HTTP/1.1 200", "X-Src: 203.0.113.9\r\n");
            assertThat(get(path)).as("not without a header").doesNotContain("HTTP/1.1 200");
        }
    }
}
