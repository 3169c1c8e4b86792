package proa.node.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import proa.config.ClusterConfig;
import proa.config.Timing;
import proa.config.tls.ClusterAuthority;
import proa.config.tls.ClusterAuthority.Issued;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The node follows the files of its certificate among members. */
class MemberCertificatesTest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    @TempDir private Path folder;

    private ClusterConfig cluster() {
        return new ClusterConfig(
                "demo",
                Timing.LAB,
                List.of(
                        new ClusterConfig.Node(
                                "lb1", 1, List.of(InetAddress.getLoopbackAddress()))),
                Optional.of(
                        new ClusterConfig.TlsFiles(
                                folder.resolve("lb1.pem"),
                                folder.resolve("lb1.key"),
                                List.of(folder.resolve("ca.pem")))),
                ClusterConfig.Ports.DEFAULTS,
                ClusterConfig.Ownership.BIND);
    }

    private void write(Issued authority, Duration life) throws Exception {
        Issued issued =
                ClusterAuthority.of(authority.certificate(), authority.key())
                        .issue("lb1", List.of(InetAddress.getLoopbackAddress()), now, life, RANDOM);
        Files.write(folder.resolve("ca.pem"), authority.certificate());
        Files.write(folder.resolve("lb1.pem"), issued.certificate());
        Files.write(folder.resolve("lb1.key"), issued.key());
    }

    @Test
    void whatIsToldOfItsEndFollowsTheNewOne() throws Exception {
        Issued authority = ClusterAuthority.create("demo", now, RANDOM);
        write(authority, Duration.ofDays(90));
        Optional<MemberCertificates> members =
                MemberCertificates.of(cluster(), "lb1", InstantSource.system());
        try (NodeTls tls = new NodeTls(members)) {
            assertThat(tls.memberExpires()).contains(now.plus(Duration.ofDays(90)));
            write(authority, Duration.ofDays(200));
            tls.look();
            assertThat(tls.memberExpires()).contains(now.plus(Duration.ofDays(200)));
            assertThat(tls.memberRefusal()).isEmpty();
            Files.writeString(folder.resolve("lb1.key"), "half of a key");
            tls.look();
            assertThat(tls.memberExpires()).contains(now.plus(Duration.ofDays(200)));
            assertThat(tls.memberRefusal())
                    .hasValueSatisfying(why -> assertThat(why).contains("lb1.key"));
        }
    }

    @Test
    void filesThatAreNotThereAreNamedAtTheStart() throws IOException {
        assertThatThrownBy(() -> MemberCertificates.of(cluster(), "lb1", InstantSource.system()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining(
                        "ca.pem: no such file; certificates of members are made with: proa cert"
                                + " node --cluster demo --node lb1 --out "
                                + folder);
    }
}
