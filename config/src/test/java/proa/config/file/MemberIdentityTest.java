package proa.config.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig.TlsFiles;
import proa.config.file.MemberIdentity.Level;
import proa.config.file.MemberIdentity.Line;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Certificates that are replaced under a member: what it takes, and what changes nothing. */
class MemberIdentityTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Instant now = Instant.now();
    @TempDir private Path folder;
    private Issued old;
    private Issued next;

    @BeforeEach
    void authorities() throws GeneralSecurityException {
        old = ClusterAuthority.create("demo", now, RANDOM);
        next = ClusterAuthority.create("demo", now, RANDOM);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private TlsFiles files() {
        return new TlsFiles(file("lb1.pem"), file("lb1.key"), List.of(file("ca.pem")));
    }

    private void trust(Issued... authorities) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Issued authority : authorities) {
            all.write(authority.certificate());
        }
        Files.write(file("ca.pem"), all.toByteArray());
    }

    private static Issued issue(Issued signer, String node, Instant when, Duration life)
            throws GeneralSecurityException {
        return ClusterAuthority.of(signer.certificate(), signer.key())
                .issue(node, List.of(InetAddress.getLoopbackAddress()), when, life, RANDOM);
    }

    private void write(Issued issued) throws IOException {
        Files.write(file("lb1.pem"), issued.certificate());
        Files.write(file("lb1.key"), issued.key());
    }

    private void certificate(Issued signer) throws Exception {
        write(issue(signer, "lb1", now, Duration.ofDays(90)));
    }

    private MemberIdentity begin() throws Exception {
        trust(old);
        certificate(old);
        MemberIdentity identity = MemberIdentity.of(files(), "demo", "lb1");
        assertThat(identity.look(now)).isEmpty();
        return identity;
    }

    private static BigInteger serial(MemberIdentity identity) {
        return identity.certificate().getSerialNumber();
    }

    /** Whatever stands in the files now is said once, and what was in use stays. */
    private void assertRefused(MemberIdentity identity, String... words) {
        BigInteger before = serial(identity);
        List<Line> lines = identity.look(now);
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().level()).isEqualTo(Level.ERROR);
        assertThat(lines.getFirst().text())
                .startsWith("the certificate of this node stays as it is: ")
                .contains(Arrays.asList(words));
        assertThat(identity.look(now)).as("said once").isEmpty();
        assertThat(identity.refusal()).hasValueSatisfying(why -> assertThat(why).contains(words));
        assertThat(serial(identity)).isEqualTo(before);
    }

    @Test
    void aNewCertificateAndANewAuthorityAreTakenInTurnAndSaid() throws Exception {
        MemberIdentity identity = begin();
        BigInteger first = serial(identity);
        trust(old, next);
        assertThat(identity.look(now))
                .singleElement()
                .satisfies(line -> assertThat(line.text()).contains("trust 2 authorities"));
        assertThat(serial(identity)).isEqualTo(first);

        certificate(next);
        List<Line> lines = identity.look(now);
        assertThat(serial(identity)).isNotEqualTo(first);
        assertThat(lines)
                .containsExactly(
                        new Line(
                                Level.INFO,
                                file("lb1.pem")
                                        + " read again: new connections with members show serial"
                                        + " number "
                                        + serial(identity).toString(16)
                                        + ", which lasts until "
                                        + identity.certificate().getNotAfter().toInstant()
                                        + ", and trust 2 authorities"));

        trust(next);
        assertThat(identity.look(now))
                .singleElement()
                .satisfies(line -> assertThat(line.text()).endsWith("trust 1 authority"));
    }

    @Test
    void halfOfAPairChangesNothingAndTheWholePairDoes() throws Exception {
        MemberIdentity identity = begin();
        BigInteger first = serial(identity);
        Issued whole = issue(old, "lb1", now, Duration.ofDays(90));
        Files.write(file("lb1.pem"), whole.certificate());
        assertRefused(identity, file("lb1.key").toString(), "belongs to another certificate");
        Files.write(file("lb1.key"), whole.key());
        assertThat(identity.look(now)).hasSize(1);
        assertThat(identity.refusal()).isEmpty();
        assertThat(serial(identity)).isNotEqualTo(first);
    }

    /** The clocks of who makes certificates and who uses them differ. */
    @Test
    void whatIsNotValidYetIsTakenWhenItIsAlthoughNoFileChanges() throws Exception {
        MemberIdentity identity = begin();
        BigInteger first = serial(identity);
        Instant soon = Instant.now().plus(ClusterAuthority.CLOCK_SKEW).plusSeconds(2);
        write(issue(old, "lb1", soon, Duration.ofDays(90)));
        assertThat(identity.look(now))
                .singleElement()
                .satisfies(line -> assertThat(line.text()).contains("is not valid before"));
        List<Line> lines = new ArrayList<>();
        long began = System.nanoTime();
        while (serial(identity).equals(first)
                && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(30)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            lines.addAll(identity.look(Instant.now()));
        }
        assertThat(serial(identity)).isNotEqualTo(first);
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line.text()).contains("read again"));
        assertThat(identity.refusal()).isEmpty();
    }

    @Test
    void atAStartACertificateThatNobodyTrustsIsAnAlarmUntilItsAuthorityIsThere() throws Exception {
        trust(next);
        certificate(old);
        MemberIdentity identity = MemberIdentity.of(files(), "demo", "lb1");
        assertThat(identity.look(now))
                .singleElement()
                .satisfies(
                        line -> {
                            assertThat(line.level()).isEqualTo(Level.ERROR);
                            assertThat(line.text())
                                    .contains("\"lb1\" is not signed by an authority")
                                    .endsWith(": no member will let this node in");
                        });
        assertThat(identity.look(now)).as("said once").isEmpty();
        assertThat(identity.refusal()).isPresent();
        trust(old, next);
        assertThat(identity.look(now))
                .singleElement()
                .satisfies(line -> assertThat(line.level()).isEqualTo(Level.INFO));
        assertThat(identity.refusal()).isEmpty();
    }

    @Test
    void aStartWaitsForTheOtherHalfOfAPair() throws Exception {
        begin();
        Issued whole = issue(old, "lb1", now, Duration.ofDays(90));
        Files.write(file("lb1.pem"), whole.certificate());
        Thread starting = Thread.ofPlatform().daemon().start(() -> MemberIdentity.settle(files()));
        while (starting.isAlive() && starting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(starting.isAlive()).as("it waits").isTrue();
        Files.write(file("lb1.key"), whole.key());
        starting.join();
        MemberIdentity.of(files(), "demo", "lb1").requireFit();
    }

    @Test
    void filesThatAreCutShortOrGoneChangeNothing() throws Exception {
        MemberIdentity identity = begin();
        byte[] whole = Files.readAllBytes(file("lb1.pem"));
        Files.write(file("lb1.pem"), Arrays.copyOf(whole, whole.length / 2));
        assertRefused(identity, "no certificate in it");
        Files.delete(file("lb1.pem"));
        assertRefused(identity, file("lb1.pem") + ": no such file", "proa cert node");
        Files.write(file("lb1.pem"), whole);
        assertThat(identity.look(now))
                .singleElement()
                .satisfies(line -> assertThat(line.level()).isEqualTo(Level.INFO));
        Files.writeString(file("ca.pem"), "");
        assertRefused(identity, file("ca.pem") + ": no certificate in it");
    }

    @Test
    void aCertificateOfAnotherNodeOrClusterChangesNothing() throws Exception {
        MemberIdentity identity = begin();
        write(issue(old, "lb2", now, Duration.ofDays(90)));
        assertRefused(identity, "is of node 'lb2', this is 'lb1'");
        Issued shop = ClusterAuthority.create("shop", now, RANDOM);
        write(issue(shop, "lb1", now, Duration.ofDays(90)));
        assertRefused(identity, "is of cluster 'shop', this is 'demo'");
    }

    @Test
    void aCertificateThatNobodyWouldTrustYetOrAnyMoreChangesNothing() throws Exception {
        MemberIdentity identity = begin();
        Issued first = new Issued(read("lb1.pem"), read("lb1.key"));
        certificate(next);
        assertRefused(identity, "\"lb1\" is not signed by an authority of this cluster");
        write(first);
        trust(next);
        assertRefused(identity, "\"lb1\" is not signed by an authority of this cluster");
        trust(old);
        Issued older = ClusterAuthority.create("demo", now.minus(Duration.ofDays(50)), RANDOM);
        trust(old, older);
        assertThat(identity.look(now)).hasSize(1);
        write(issue(older, "lb1", now.minus(Duration.ofDays(40)), Duration.ofDays(30)));
        assertRefused(identity, "\"lb1\" expired on ");
    }

    private byte[] read(String name) throws IOException {
        return Files.readAllBytes(file(name));
    }

    @Test
    void whatIsAboutToExpireIsSaidOnceAtEachThresholdAndTheNewOneIsFine() throws Exception {
        MemberIdentity identity = begin();
        Instant ends = identity.certificate().getNotAfter().toInstant();
        for (Duration left : List.of(Duration.ofDays(29), Duration.ofDays(6))) {
            assertThat(identity.look(ends.minus(left)))
                    .singleElement()
                    .satisfies(
                            line -> {
                                assertThat(line.level()).isEqualTo(Level.WARNING);
                                assertThat(line.text()).contains("CN=lb1", left.toDays() + " days");
                            });
            assertThat(identity.look(ends.minus(left))).isEmpty();
        }
        assertThat(identity.look(ends.plusSeconds(1)))
                .containsExactly(
                        new Line(
                                Level.ERROR,
                                "the certificate of CN=lb1,O=demo expired on "
                                        + ends
                                        + ": no member will let this node in"));
        write(issue(old, "lb1", now, Duration.ofDays(200)));
        assertThat(identity.look(ends.plusSeconds(1)))
                .singleElement()
                .satisfies(line -> assertThat(line.level()).isEqualTo(Level.INFO));
    }

    @Test
    void atAStartTheSameFilesAreRefused() throws Exception {
        trust(old);
        write(issue(old, "lb2", now, Duration.ofDays(90)));
        assertThatThrownBy(() -> MemberIdentity.of(files(), "demo", "lb1"))
                .hasMessageContaining("is of node 'lb2', this is 'lb1'");
        Files.write(file("lb1.pem"), issue(old, "lb1", now, Duration.ofDays(90)).certificate());
        assertThatThrownBy(() -> MemberIdentity.of(files(), "demo", "lb1"))
                .isInstanceOf(UnfitFileException.class)
                .hasMessageContaining("belongs to another certificate");
        Files.delete(file("lb1.key"));
        assertThatThrownBy(() -> MemberIdentity.of(files(), "demo", "lb1"))
                .isInstanceOf(UnfitFileException.class)
                .hasMessageContaining(file("lb1.key") + ": no such file");
        Files.createDirectory(file("lb1.key"));
        assertThatThrownBy(() -> MemberIdentity.of(files(), "demo", "lb1"))
                .isInstanceOf(UnfitFileException.class)
                .hasMessageContaining(file("lb1.key") + ": is a directory");
    }

    /**
     * The first page of a process's memory: the kernel opens the file and then fails to read it.
     */
    @Test
    void whatCannotBeReadNowMayPass() throws Exception {
        begin();
        Files.delete(file("lb1.key"));
        Files.createSymbolicLink(file("lb1.key"), Path.of("/proc/self/mem"));
        assertThatThrownBy(() -> MemberIdentity.of(files(), "demo", "lb1"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(UnfitFileException.class)
                .hasMessage(file("lb1.key") + ": Input/output error");
    }
}
