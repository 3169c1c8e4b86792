package proa.config.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import proa.config.text.CertificateChecks.Finding;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;
import proa.config.tls.ServerIdentity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Certificate files as operators have them, made by openssl and by our own authority. */
class CertificateInspectionTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir private Path folder;
    private Issued shop;
    private final CertificateInspection here = new CertificateInspection(NOW, true);

    @BeforeEach
    void make() throws Exception {
        Issued made = ClusterAuthority.create("test", NOW, RANDOM);
        ClusterAuthority authority = ClusterAuthority.of(made.certificate(), made.key());
        shop = authority.issue("shop.example", List.of(), NOW, Duration.ofDays(90), RANDOM);
        Files.write(folder.resolve("shop.pem"), shop.certificate());
        Files.write(folder.resolve("shop.key"), shop.key());
        Files.write(folder.resolve("ca.key"), made.key());
        Files.write(folder.resolve("ca.pem"), made.certificate());
    }

    private List<Finding> identity(CertificateInspection inspection, String chain, String key) {
        return inspection.identity(folder.resolve(chain), folder.resolve(key));
    }

    private String openssl(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("openssl");
        builder.command().addAll(List.of(arguments));
        Process process = builder.directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void aGoodPairIsFineAndTheKeyOfAnotherIsNot() {
        assertThat(identity(here, "shop.pem", "shop.key")).isEmpty();
        assertThat(identity(here, "shop.pem", "ca.key").toString())
                .contains("fatal=true", "ca.key: the key belongs to another certificate");
        assertThat(identity(here, "shop.key", "shop.key").toString()).contains("no certificate");
        assertThat(here.authorities(folder.resolve("ca.pem"))).isEmpty();
    }

    /** Not by the machine that serves with it either, which goes on with it. */
    @Test
    void itsEndIsToldInTimeAndWhenItHasComeButIsNeverFatal() {
        CertificateInspection soon = new CertificateInspection(NOW.plus(Duration.ofDays(70)), true);
        CertificateInspection late = new CertificateInspection(NOW.plus(Duration.ofDays(91)), true);
        CertificateInspection early =
                new CertificateInspection(NOW.minus(Duration.ofDays(9)), true);

        told(identity(soon, "shop.pem", "shop.key"), "expires in 20 days");
        told(identity(late, "shop.pem", "shop.key"), "expired on");
        told(identity(early, "shop.pem", "shop.key"), "compare the clocks");
        told(early.authorities(folder.resolve("ca.pem")), "compare the clocks");
    }

    private static void told(List<Finding> findings, String words) {
        assertThat(findings)
                .singleElement()
                .satisfies(finding -> assertThat(finding.fatal()).isFalse())
                .satisfies(finding -> assertThat(finding.message()).contains(words));
    }

    @Test
    void aMissingFileIsFatalOnlyWhereItIsNeeded() {
        CertificateInspection elsewhere = new CertificateInspection(NOW, false);

        assertThat(identity(here, "gone.pem", "gone.pem"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fatal()).isTrue());
        assertThat(identity(elsewhere, "gone.pem", "gone.pem"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.fatal()).isFalse())
                .satisfies(finding -> assertThat(finding.message()).contains("on this machine"));
        assertThat(here.ticketSecret(folder.resolve("shop.pem")).toString())
                .contains("not a secret of 64 hexadecimal digits");
    }

    /** RSA in PKCS#1, EC in SEC 1 behind its parameters, and PKCS#8, each as one bundle. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "genrsa -traditional -out k.key 2048",
                "genrsa -out k.key 2048",
                "ecparam -name prime256v1 -genkey -out k.key",
                "genpkey -algorithm ED25519 -out k.key"
            })
    void keysOfEveryFormInUseAreRead(String command) throws Exception {
        openssl(command.split(" "));
        openssl(
                ("req -x509 -key k.key -out c.pem -days 90 -subj /CN=shop.example -addext"
                                + " subjectAltName=DNS:shop.example,DNS:*.Shop.example")
                        .split(" "));
        String bundle =
                Files.readString(folder.resolve("c.pem"))
                        + Files.readString(folder.resolve("k.key"));
        Files.writeString(folder.resolve("bundle.pem"), bundle);

        CertificateInspection today = new CertificateInspection(Instant.now(), true);
        assertThat(identity(today, "bundle.pem", "bundle.pem")).isEmpty();
        byte[] pem = bundle.getBytes(StandardCharsets.US_ASCII);
        assertThat(ServerIdentity.of(pem, pem).names())
                .containsExactly("shop.example", "*.shop.example");
        assertThat(identity(here, "shop.pem", "k.key").toString()).contains("fatal=true");
    }
}
