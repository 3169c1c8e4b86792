package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.node.protocol.ScriptedServer;
import proa.node.protocol.Wire;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLSocket;

/** Certificates that change and keys that rotate, while connections go on. */
class RenewalTest {

    @TempDir private Path folder;
    private TestAuthority authority;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
    }

    private static String serial(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSerialNumber()
                .toString();
    }

    private static int ask(SSLSocket socket) throws Exception {
        socket.getOutputStream().write(Wire.bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
        return Wire.response(socket.getInputStream(), false).status();
    }

    @Test
    void newConnectionsGetTheNewCertificateAndOldOnesGoOn() throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls, server);
                SSLSocket old = path.connect(authority.client(), "shop.example")) {
            assertThat(ask(old)).isEqualTo(200);
            for (int round = 0; round < 5; round++) {
                authority.identity("shop.example");
                path.security.renew();
                try (SSLSocket fresh = path.connect(authority.client(), "shop.example")) {
                    assertThat(serial(fresh)).isNotEqualTo(serial(old));
                    assertThat(ask(fresh)).isEqualTo(200);
                }
                assertThat(ask(old)).isEqualTo(200);
            }
        }
    }

    @Test
    void filesThatCannotBeUsedChangeNothing() throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls, server);
                SSLSocket before = path.connect(authority.client(), "shop.example")) {
            Path file = tls.certificates().getFirst().certificate();
            for (String content : List.of("half of a file", "")) {
                Files.writeString(file, content);
                path.security.renew();
                try (SSLSocket after = path.connect(authority.client(), "shop.example")) {
                    assertThat(serial(after)).isEqualTo(serial(before));
                }
            }
            Files.delete(file);
            path.security.renew();
            try (SSLSocket after = path.connect(authority.client(), "shop.example")) {
                assertThat(serial(after)).isEqualTo(serial(before));
            }
            authority.identity("shop.example");
            path.security.renew();
            try (SSLSocket renewed = path.connect(authority.client(), "shop.example")) {
                assertThat(serial(renewed)).isNotEqualTo(serial(before));
            }
        }
    }

    @Test
    void aSessionIsResumedForOnePeriodAfterItsOwnAndNoLonger() throws Exception {
        FrontendTls tls = authority.tls("shop.example");
        Duration period = tls.tickets().rotate();
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls, server)) {
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                OpenSslCli.get(folder, path.address(), version, "-sess_out", "session");
                path.now.set(path.now.get().plus(period));
                path.security.renew();
                assertThat(OpenSslCli.get(folder, path.address(), version, "-sess_in", "session"))
                        .contains("Reused, ", "200 OK");
                path.now.set(path.now.get().plus(period));
                path.security.renew();
                assertThat(OpenSslCli.get(folder, path.address(), version, "-sess_in", "session"))
                        .contains("New, ", "200 OK");
            }
        }
    }
}
