package proa.node.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.FrontendConfig.Mode;
import proa.config.FrontendTls;
import proa.config.FrontendTls.Identity;
import proa.config.file.CertificateInspection;
import proa.config.text.CertificateChecks.Finding;
import proa.config.tls.PemFiles;
import proa.node.protocol.ScriptedServer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What an authority says of a certificate reaches clients that ask: openssl on both sides. */
class StaplingTest {

    private static final String STAPLED = "OCSP Response Status: successful";
    private static final String NONE = "OCSP response: no response sent";

    @TempDir private Path folder;
    private TestAuthority authority;
    private Path bundle;
    private Path response;

    @BeforeEach
    void make() throws Exception {
        authority = new TestAuthority(folder);
        bundle = authority.bundle("shop.pem", "shop.example");
        response = folder.resolve("shop.ocsp");
    }

    /** The authority says this of the certificate: {@code V} it is valid, {@code R} revoked. */
    private void say(char state) throws Exception {
        String serial =
                PemFiles.certificates(Files.readAllBytes(bundle))
                        .getFirst()
                        .getSerialNumber()
                        .toString(16)
                        .toUpperCase(Locale.ROOT);
        String padded = serial.length() % 2 == 0 ? serial : "0" + serial;
        String revoked = state == 'R' ? "200101000000Z" : "";
        Files.writeString(
                folder.resolve("index.txt"),
                state + "\t490101000000Z\t" + revoked + "\t" + padded + "\tunknown\t/CN=shop\n");
        String said =
                OpenSslCli.run(
                        folder,
                        "",
                        "ocsp -index index.txt -rsigner ca.pem -rkey ca.key -CA ca.pem -issuer ca.pem -cert shop.pem -respout shop.ocsp -ndays 2"
                                .split(" "));
        assertThat(response).as(said).exists();
    }

    private FrontendTls tls() throws Exception {
        FrontendTls plain = authority.tls("other.example");
        return new FrontendTls(
                List.of(new Identity(bundle, bundle, Optional.of(response))),
                plain.minVersion(),
                plain.ciphers(),
                plain.alpn(),
                plain.clients(),
                plain.tickets(),
                plain.handshakes());
    }

    private String ask(TlsPath path, String version) throws Exception {
        return OpenSslCli.get(
                folder,
                path.address(),
                version,
                "-status",
                "-CAfile",
                "ca.pem",
                "-verify_return_error");
    }

    @Test
    void whoAsksIsShownIt() throws Exception {
        say('V');
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls(), server)) {
            for (String version : List.of("-tls1_2", "-tls1_3")) {
                assertThat(ask(path, version))
                        .contains(STAPLED, "Cert Status: good", "HTTP/1.1 200");
                assertThat(OpenSslCli.get(folder, path.address(), version))
                        .contains("HTTP/1.1 200")
                        .doesNotContain("OCSP Response");
            }
        }
    }

    @Test
    void oneThatIsOutOfDateOrBadIsNotShownAndANewOneIs() throws Exception {
        say('V');
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls(), server)) {
            Instant begin = path.now.get();
            path.now.set(begin.plus(Duration.ofDays(3)));
            assertThat(ask(path, "-tls1_3")).contains(NONE, "HTTP/1.1 200");
            path.now.set(begin);
            say('R');
            path.security.renew();
            assertThat(ask(path, "-tls1_3")).contains(NONE, "HTTP/1.1 200");
            say('V');
            path.security.renew();
            assertThat(ask(path, "-tls1_3")).contains(STAPLED, "HTTP/1.1 200");
            Files.writeString(response, "nothing");
            path.security.renew();
            assertThat(ask(path, "-tls1_3")).as("what there was").contains(STAPLED);
        }
    }

    /** One job renews the certificate, another one asks the authority, or no longer does. */
    @Test
    void aCertificateDoesNotWaitForItsResponse() throws Exception {
        say('V');
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls(), server)) {
            Files.copy(
                    authority.bundle("new.pem", "shop.example"),
                    bundle,
                    StandardCopyOption.REPLACE_EXISTING);
            String renewed = Files.readAllLines(bundle).get(1);
            path.security.renew();
            assertThat(ask(path, "-tls1_3")).contains(NONE, renewed, "HTTP/1.1 200");
            say('V');
            path.security.renew();
            assertThat(ask(path, "-tls1_3")).contains(STAPLED, "HTTP/1.1 200");
        }
        Files.delete(response);
        try (ScriptedServer server = ScriptedServer.echo();
                TlsPath path = TlsPath.of(Mode.HTTP, tls(), server)) {
            assertThat(ask(path, "-tls1_3")).as("a start").contains(NONE, "HTTP/1.1 200");
        }
        assertThat(judged(bundle, Instant.now()))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fatal()).isFalse());
    }

    @Test
    void theFileIsLookedInto() throws Exception {
        say('V');
        assertThat(judged(bundle, Instant.now())).isEmpty();
        assertThat(judged(bundle, Instant.now().plus(Duration.ofDays(3))))
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.fatal()).isFalse();
                            assertThat(finding.message()).contains("out of date");
                        });
        Path other = authority.bundle("other.pem", "other.example");
        assertThat(judged(other, Instant.now()).getFirst().message())
                .contains("about another certificate");
        Files.writeString(response, "nothing");
        assertThat(judged(bundle, Instant.now()).getFirst().fatal()).isFalse();
        assertThat(judged(bundle, Instant.now()).getFirst().message())
                .contains("not an OCSP response in DER");
    }

    private List<Finding> judged(Path certificate, Instant now) {
        return new CertificateInspection(now, true).ocsp(response, certificate);
    }
}
