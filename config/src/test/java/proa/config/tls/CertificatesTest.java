package proa.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import proa.config.tls.ClusterAuthority.Issued;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the made certificates say, judged by the JDK and by openssl. */
class CertificatesTest {

    private static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");
    private static final String AT = Long.toString(NOW.getEpochSecond());
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final List<InetAddress> ADDRESSES =
            List.of(InetAddress.ofLiteral("10.77.0.11"), InetAddress.ofLiteral("fd00::11"));

    @TempDir Path folder;
    private Issued authority;
    private Issued node;

    @BeforeEach
    void make() throws GeneralSecurityException {
        authority = ClusterAuthority.create("demo", NOW, RANDOM);
        node =
                authorityOf(authority)
                        .issue("lb1", ADDRESSES, NOW, ClusterAuthority.NODE_LIFE, RANDOM);
    }

    private static ClusterAuthority authorityOf(Issued issued) throws GeneralSecurityException {
        return ClusterAuthority.of(issued.certificate(), issued.key());
    }

    private static X509Certificate read(Issued issued) throws GeneralSecurityException {
        return PemFiles.certificates(issued.certificate()).getFirst();
    }

    @Test
    void aNodeCertificateNamesItsNodeAndClusterAndWorksBothWays() throws GeneralSecurityException {
        X509Certificate certificate = read(node);

        assertThat(MemberTls.nodeName(certificate)).isEqualTo("lb1");
        assertThat(MemberTls.clusterName(certificate)).isEqualTo("demo");
        assertThat(certificate.getExtendedKeyUsage())
                .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> (Object) name.get(1))
                .containsExactly("lb1", "10.77.0.11", "fd00:0:0:0:0:0:0:11");
        assertThat(certificate.getSerialNumber()).isPositive();
        assertThat(certificate.getSerialNumber()).isNotEqualTo(read(authority).getSerialNumber());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/CN=lb1/O=demo|lb1|demo",
                "/O=demo/CN=lb1|lb1|demo",
                "/CN=lb1+O=demo|lb1|demo",
                "/CN=lb1/CN=lb2/O=demo|''|demo",
                "/CN=lb1/O=demo/O=other|lb1|''",
                "/CN=lb1,O=demo/O=other|lb1,O=demo|other",
                "/OU=lb1/O=demo|''|demo",
            })
    void onlyOneNameOfAKindCounts(String subject, String node, String cluster) throws Exception {
        openssl(
                ("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key"
                                + " -out x.pem -subj "
                                + subject)
                        .split(" "));
        X509Certificate certificate =
                PemFiles.certificates(Files.readAllBytes(folder.resolve("x.pem"))).getFirst();

        assertThat(MemberTls.nodeName(certificate)).isEqualTo(node);
        assertThat(MemberTls.clusterName(certificate)).isEqualTo(cluster);
    }

    @Test
    void itIsValidFromShortlyBeforeNowForItsLife() throws GeneralSecurityException {
        X509Certificate certificate = read(node);

        assertThat(Duration.between(certificate.getNotBefore().toInstant(), NOW))
                .isBetween(ClusterAuthority.CLOCK_SKEW, ClusterAuthority.CLOCK_SKEW.plusSeconds(1));
        assertThat(Duration.between(NOW, certificate.getNotAfter().toInstant()))
                .isBetween(ClusterAuthority.NODE_LIFE.minusSeconds(1), ClusterAuthority.NODE_LIFE);
    }

    @Test
    void itNeverOutlivesItsAuthority() throws GeneralSecurityException {
        Instant late = NOW.plus(ClusterAuthority.AUTHORITY_LIFE).minus(Duration.ofDays(10));
        Issued last =
                authorityOf(authority)
                        .issue("lb1", ADDRESSES, late, ClusterAuthority.NODE_LIFE, RANDOM);

        assertThat(read(last).getNotAfter()).isEqualTo(read(authority).getNotAfter());
    }

    @Test
    void anExpiredAuthorityIssuesNothing() throws GeneralSecurityException {
        ClusterAuthority old = authorityOf(authority);
        Instant after = NOW.plus(ClusterAuthority.AUTHORITY_LIFE).plusSeconds(1);

        assertThatThrownBy(() -> old.issue("lb1", ADDRESSES, after, Duration.ofDays(1), RANDOM))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void opensslVerifiesTheChainForBothPurposes() throws IOException, InterruptedException {
        write("ca.pem", authority.certificate());
        write("lb1.pem", node.certificate());

        assertThat(
                        openssl(
                                "verify",
                                "-attime",
                                AT,
                                "-x509_strict",
                                "-purpose",
                                "sslserver",
                                "-CAfile",
                                "ca.pem",
                                "lb1.pem"))
                .contains("lb1.pem: OK");
        assertThat(
                        openssl(
                                "verify",
                                "-attime",
                                AT,
                                "-x509_strict",
                                "-purpose",
                                "sslclient",
                                "-CAfile",
                                "ca.pem",
                                "lb1.pem"))
                .contains("lb1.pem: OK");
        assertThat(
                        openssl(
                                "verify",
                                "-attime",
                                AT,
                                "-verify_ip",
                                "10.77.0.11",
                                "-CAfile",
                                "ca.pem",
                                "lb1.pem"))
                .contains("OK");
        assertThat(openssl("x509", "-noout", "-text", "-in", "lb1.pem"))
                .contains("prime256v1", "IP Address:10.77.0.11", "Digital Signature", "CA:FALSE");
    }

    @Test
    void opensslReadsTheKeyAndItFits() throws IOException, InterruptedException {
        write("lb1.pem", node.certificate());
        write("lb1.key", node.key());

        assertThat(openssl("pkey", "-in", "lb1.key", "-pubout"))
                .isEqualTo(openssl("x509", "-in", "lb1.pem", "-noout", "-pubkey"))
                .startsWith("-----BEGIN PUBLIC KEY-----");
    }

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
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
    void theKeyOfAnotherCertificateIsRefused() throws GeneralSecurityException {
        X509Certificate certificate = read(node);

        assertThatThrownBy(() -> PemFiles.key(authority.key(), certificate.getPublicKey()))
                .hasMessage("the key belongs to another certificate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EC PRIVATE KEY|the key is not PKCS#8; convert it: openssl pkcs8 -topk8 -nodes -in"
                        + " KEY",
                "ENCRYPTED PRIVATE KEY|the key is encrypted; remove the password: openssl pkcs8 -in"
                        + " KEY",
                "PRIVATE KEY|the key is damaged, or not EC as its certificate",
                "PUBLIC KEY|no private key in it (-----BEGIN PRIVATE KEY-----)",
            })
    void anOddKeyIsNamed(String label, String message) throws GeneralSecurityException {
        X509Certificate certificate = read(node);
        byte[] pem = PemFiles.pem(label, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> PemFiles.key(pem, certificate.getPublicKey()))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage(message);
    }

    @Test
    void aDamagedCertificateIsNamed() {
        byte[] damaged =
                new String(node.certificate(), StandardCharsets.US_ASCII)
                        .replace("MII", "AAA")
                        .getBytes(StandardCharsets.US_ASCII);

        assertThatThrownBy(() -> PemFiles.certificates(damaged)).hasMessageContaining("damaged");
        assertThatThrownBy(() -> PemFiles.certificates(new byte[0]))
                .hasMessageContaining("no certificate");
    }

    @Test
    void aNodeIsNoAuthority() {
        assertThatThrownBy(() -> ClusterAuthority.of(node.certificate(), node.key()))
                .hasMessage("the certificate is not that of an authority");
    }

    @ParameterizedTest
    @CsvSource({
        "0, FINE, 825, ''",
        "795, FINE, 30, ''",
        "796, WARNING, 29, expires in 29 days",
        "819, URGENT, 6, expires in 6 days",
        "826, EXPIRED, -1, expired on",
        "-1, NOT_YET_VALID, 826, compare the clocks",
    })
    void expiryIsTold(int later, Expiry.State state, long left, String message)
            throws GeneralSecurityException {
        Expiry expiry = Expiry.of(read(node), NOW.plus(Duration.ofDays(later)).minusSeconds(5));

        assertThat(expiry.state()).isEqualTo(state);
        assertThat(expiry.daysLeft()).isEqualTo(left);
        assertThat(expiry.message().orElse("")).contains(message);
        assertThat(expiry.message().isEmpty()).isEqualTo(state == Expiry.State.FINE);
    }
}
